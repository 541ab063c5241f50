//! One unit: its state in words, and a button for each verb that the agent offers this person.

use potion_proto::actions::Action;
use potion_proto::units::{Active, Detail, Ending, Unit, Verb};
use serde::Serialize;

use super::{Go, Spot, icon};
use crate::clock::now_seconds;
use crate::go;
use crate::journal;
use crate::screen::{Button, Screen};
use crate::words::{Words, active};

/// Buttons in a row.
const WIDTH: usize = 2;
/// The verbs in the order of their buttons.
const VERBS: [(Verb, &str); 7] = [
    (Verb::Start, "button-start"),
    (Verb::Restart, "button-restart"),
    (Verb::Stop, "button-stop"),
    (Verb::Reload, "button-reload"),
    (Verb::ResetFailed, "button-reset-failed"),
    (Verb::Enable, "button-enable"),
    (Verb::Disable, "button-disable"),
];

/// What `services-show` names; times in Unix seconds, `elapsed`, `until` and `cpu` in seconds, `memory` in bytes.
#[derive(Serialize)]
struct Values<'a> {
    name: &'a str,
    description: &'a str,
    state: &'static str,
    active: String,
    sub: &'a str,
    since: Option<i64>,
    elapsed: i64,
    /// systemd's Result when it is no success; else empty.
    result: &'a str,
    status: Option<i32>,
    signalled: bool,
    skipped: bool,
    restarts: u32,
    pid: Option<u32>,
    memory: Option<u64>,
    cpu: Option<u64>,
    tasks: Option<u64>,
    enabled: &'a str,
    triggers: &'a [String],
    next: Option<i64>,
    until: i64,
    needs_reload: bool,
    managed: bool,
    protected: bool,
}

/// The screen.
pub(super) fn screen(words: &Words, detail: &Detail, spot: Spot) -> Screen {
    let name = &detail.unit.name;
    let here = go::Go::Units(Go::Show(name.clone(), spot));
    let go = |key: &str, go| Button::to(words.label(key), go);
    let unit = |key: &str, make: fn(_, _) -> Go| go(key, go::Go::Units(make(name.clone(), spot)));
    Screen::new(words.html("services-show", values(words, detail)))
        .grid(verbs(words, detail, &here), WIDTH)
        .row([
            go("button-logs", journal::Go::unit(name.clone())),
            unit("button-details", Go::Deps),
        ])
        .refresh_back(words, here.clone(), go::Go::Units(Go::List(spot)))
}

/// Those that the agent offers and that change something as the unit stands.
fn verbs(words: &Words, detail: &Detail, here: &go::Go) -> Vec<Button> {
    let offered = VERBS
        .iter()
        .filter(|(verb, _)| detail.verbs.contains(verb) && is_of_use(*verb, &detail.unit));
    let button = |(verb, key): &(Verb, &str)| {
        let action = Action::Unit(*verb, detail.unit.name.clone());
        Button::to(words.label(key), go::Go::act(action, here.clone()))
    };
    offered.map(button).collect()
}

fn is_of_use(verb: Verb, unit: &Unit) -> bool {
    let down = matches!(unit.active, Active::Inactive | Active::Failed);
    match verb {
        Verb::Start => down,
        Verb::Restart => unit.active != Active::Inactive,
        Verb::Stop => !down,
        Verb::Reload => unit.active == Active::Active,
        Verb::ResetFailed => unit.active == Active::Failed,
        Verb::Enable => unit.file_state == "disabled",
        Verb::Disable => unit.file_state == "enabled",
    }
}

fn values<'a>(words: &Words, detail: &'a Detail) -> Values<'a> {
    let unit = &detail.unit;
    let now = now_seconds();
    let since = unit.since.map(|since| since.seconds());
    Values {
        name: unit.name.as_str(),
        description: &unit.description,
        state: icon(unit.active),
        active: words.label(active(unit.active)),
        sub: &unit.sub,
        since,
        elapsed: since.map_or(0, |since| (now - since).max(0)),
        result: bad_result(&detail.ending),
        status: detail
            .ending
            .status
            .filter(|_| !bad_result(&detail.ending).is_empty()),
        signalled: detail.ending.signalled,
        skipped: detail.ending.skipped,
        restarts: detail.restarts,
        pid: detail.main_pid,
        memory: detail.memory,
        cpu: detail.cpu_nanos.map(|nanos| nanos / 1_000_000_000),
        tasks: detail.tasks,
        enabled: &unit.file_state,
        triggers: &detail.triggered_by,
        next: detail.next.map(|next| next.seconds()),
        until: detail.next.map_or(0, |next| (next.seconds() - now).max(0)),
        needs_reload: detail.needs_reload,
        managed: unit.managed,
        protected: unit.protected,
    }
}

/// systemd's Result, unless it is `success`.
fn bad_result(ending: &Ending) -> &str {
    if ending.result == "success" {
        ""
    } else {
        &ending.result
    }
}

#[cfg(test)]
pub(super) mod tests {
    use potion_proto::units::Active;

    use super::*;
    use crate::samples::{english, indonesian, labels, unit};

    pub(in crate::units) fn detail(active: Active, verbs: &[Verb]) -> Detail {
        Detail {
            unit: unit("nginx.service", active),
            ending: Ending {
                result: "exit-code".to_owned(),
                status: Some(203),
                signalled: false,
                skipped: false,
            },
            main_pid: Some(4242),
            restarts: 3,
            memory: Some(12_000_000),
            cpu_nanos: Some(61_000_000_000),
            tasks: Some(5),
            requires: vec!["system.slice".to_owned(), "<x>.mount".to_owned()],
            required_by: vec!["multi-user.target".to_owned()],
            triggered_by: vec!["nginx.socket".to_owned()],
            next: None,
            fragment: "/lib/systemd/system/nginx.service".to_owned(),
            drop_ins: vec!["/etc/systemd/system/nginx.service.d/a&b.conf".to_owned()],
            needs_reload: true,
            verbs: verbs.to_vec(),
        }
    }

    #[test]
    fn what_matters_of_a_failed_unit_is_said() {
        let html = screen(&indonesian(), &detail(Active::Failed, &[]), Spot::default()).html;
        for part in [
            "nginx.service",
            "gagal",
            "exit-code",
            "203",
            "3×",
            "12 MB",
            "nginx.socket",
            "daemon-reload",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(
            html.contains("The &lt;b&gt;nginx.service&lt;/b&gt; &amp; more"),
            "{html}"
        );
    }

    #[test]
    fn buttons_are_those_of_the_verbs_that_the_agent_offers() {
        let detail = detail(Active::Active, &[Verb::Stop, Verb::Restart]);
        let screen = screen(&english(), &detail, Spot::default());
        let actions: Vec<&go::Go> = screen.rows[0].iter().map(|button| &button.go).collect();
        let here = go::Go::Units(Go::Show(detail.unit.name.clone(), Spot::default()));
        let act = |verb| go::Go::act(Action::Unit(verb, detail.unit.name.clone()), here.clone());
        assert_eq!(actions, [&act(Verb::Restart), &act(Verb::Stop)]);
    }

    #[test]
    fn without_verbs_there_is_only_to_look() {
        let viewer = screen(&english(), &detail(Active::Active, &[]), Spot::default());
        assert_eq!(
            labels(&viewer).len(),
            4,
            "logs, details, refresh, back: {:?}",
            labels(&viewer)
        );
    }
}
