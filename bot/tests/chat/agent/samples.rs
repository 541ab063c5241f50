//! What the agent's answers are made of.

use potion_proto::admins::{Admin, Language, Role};
use potion_proto::failure::{Code, Failure};
use potion_proto::journal::{Cursor, Line, Page as Journal};
use potion_proto::names::{TelegramId, UnitName};
use potion_proto::units::{Active, Detail, Ending, Unit, Verb};

pub(super) fn unscripted<T>(what: &str) -> Result<T, Failure> {
    Err(Failure::new(
        Code::Unavailable,
        what,
        "the test's agent does not know this",
    ))
}

pub(super) fn known<T>(what: &str, answer: Option<T>) -> Result<T, Failure> {
    answer.map_or_else(|| unscripted(what), Ok)
}

pub(super) fn page(lines: &[Line], name: &str, older: bool) -> Journal {
    let cursor = Cursor::try_from(format!("s={name}")).unwrap();
    let (first, last) = (Some(cursor.clone()), Some(cursor));
    Journal {
        lines: lines.to_vec(),
        first,
        last,
        older,
    }
}

pub(super) fn detail(unit: Unit, verbs: &[Verb]) -> Detail {
    Detail {
        unit,
        ending: Ending {
            result: "success".to_owned(),
            status: Some(0),
            signalled: false,
            skipped: false,
        },
        main_pid: Some(4242),
        restarts: 0,
        memory: Some(12_000_000),
        cpu_nanos: None,
        tasks: None,
        requires: vec!["system.slice".to_owned()],
        required_by: Vec::new(),
        triggered_by: Vec::new(),
        next: None,
        fragment: "/lib/systemd/system/nginx.service".to_owned(),
        drop_ins: Vec::new(),
        needs_reload: false,
        verbs: verbs.to_vec(),
    }
}

pub(crate) fn admin(id: i64, role: Role) -> Admin {
    Admin {
        id: TelegramId::new(id).unwrap(),
        name: format!("Admin {id}"),
        role,
        language: Some(Language::Id),
        configured: true,
        totp: true,
        paired: None,
    }
}

pub(crate) fn unit(name: &str, active: Active) -> Unit {
    Unit {
        name: UnitName::new(name).unwrap(),
        description: format!("The unit {name}"),
        active,
        sub: "running".to_owned(),
        file_state: "enabled".to_owned(),
        load: "loaded".to_owned(),
        since: None,
        managed: true,
        protected: false,
    }
}
