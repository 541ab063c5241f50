//! A sample of every request.

use potion_proto::actions::{Behalf, PlanId};
use potion_proto::events::Seq;
use potion_proto::hello::Hello;
use potion_proto::host::Order;
use potion_proto::incidents::IncidentId;
use potion_proto::jobs::JobId;
use potion_proto::service::PotionRequest;
use potion_proto::units::Scope;

use crate::coverage::assert_covered;
use crate::{Golden, nouns};

fn samples() -> Vec<PotionRequest> {
    use PotionRequest as R;
    let by = Behalf::Telegram(nouns::telegram());
    let (limit, wait_ms) = (20, 30_000);
    let place = nouns::places().swap_remove(1);
    let filter = nouns::filter();
    vec![
        R::Hello {
            client: Hello {
                protocol: 1,
                build: "0.1.0".into(),
                program: "x".into(),
            },
        },
        R::Plan {
            by,
            action: nouns::actions().swap_remove(0),
        },
        R::Apply {
            by,
            plan: PlanId([7; 16]),
            proof: nouns::proofs().swap_remove(1),
        },
        R::JobList { by, limit },
        R::JobShow { by, job: JobId(7) },
        R::JobWait {
            by,
            job: JobId(7),
            seen: 3,
            wait_ms,
        },
        R::JobOutput {
            by,
            job: JobId(7),
            from: 1 << 40,
        },
        R::EventsAfter {
            by,
            cursor: Seq(300),
            limit,
            wait_ms,
        },
        R::EventsDelivered {
            by,
            cursor: Seq(300),
        },
        R::IncidentList { by, limit },
        R::IncidentShow {
            by,
            incident: IncidentId(8),
        },
        R::KeepPending { by },
        R::ErrorReport {
            by,
            report: nouns::report(),
        },
        R::ErrorList { by, limit },
        R::ErrorShow {
            by,
            error: nouns::error_id(),
        },
        R::AdminList { by },
        R::AdminRedeem {
            code: nouns::pairing_code(),
            person: nouns::person(),
        },
        R::AuditList {
            by,
            before: Some(300),
            limit,
        },
        R::AuditVerify { by },
        R::HostStatus { by },
        R::HostProcesses {
            by,
            order: Order::Memory,
            limit,
        },
        R::HostSessions { by },
        R::UnitList {
            by,
            scope: Scope::All,
        },
        R::UnitShow {
            by,
            unit: nouns::unit_name(),
        },
        R::UnitFiles {
            by,
            unit: nouns::unit_name(),
        },
        R::JournalPage {
            by,
            filter: filter.clone(),
            place: place.clone(),
            limit,
        },
        R::JournalFollow {
            by,
            filter: filter.clone(),
            place,
            wait_ms,
        },
        R::JournalFile { by, filter },
        R::PackageStatus { by },
        R::PackageChangelog {
            by,
            package: nouns::package_name(),
        },
        R::PackageRestarts { by },
        R::SettingList { by },
    ]
}

pub(crate) fn all() -> Vec<Golden> {
    let name = |sample: &PotionRequest| {
        let words = format!("{sample:?}");
        format!("request/{}", words.split([' ', '{']).next().unwrap())
    };
    samples()
        .iter()
        .map(|sample| Golden::of(&name(sample), sample))
        .collect()
}

#[test]
fn every_request_has_a_sample_and_hello_comes_first() {
    let samples = samples();
    assert_covered(&samples);
    assert!(matches!(samples[0], PotionRequest::Hello { .. }));
    let hello = potion_proto::wire::encode(&samples[0]).unwrap();
    assert_eq!(
        hello,
        [0, 1, 5, b'0', b'.', b'1', b'.', b'0', 1, b'x'],
        "frozen for ever"
    );
}
