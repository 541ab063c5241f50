//! A sample of every answer, good and bad.

use potion_proto::hello::{Mismatch, Welcome};
use potion_proto::service::PotionResponse;

use crate::coverage::assert_covered;
use crate::{Golden, nouns};

fn good() -> Vec<PotionResponse> {
    use PotionResponse as R;
    vec![
        R::Hello(Ok(Welcome {
            build: "0.1.0".into(),
            caller: "bot".into(),
        })),
        R::Plan(Ok(nouns::plan())),
        R::Apply(Ok(nouns::applied().swap_remove(1))),
        R::JobList(Ok(vec![nouns::job()])),
        R::JobShow(Ok(nouns::job())),
        R::JobWait(Ok(nouns::job())),
        R::JobOutput(Ok(nouns::output())),
        R::EventsAfter(Ok(nouns::events())),
        R::EventsDelivered(Ok(())),
        R::IncidentList(Ok(vec![nouns::incident()])),
        R::IncidentShow(Ok(nouns::incident())),
        R::KeepPending(Ok(Some(nouns::keep()))),
        R::ErrorReport(Ok(nouns::error_id())),
        R::ErrorList(Ok(vec![nouns::record()])),
        R::ErrorShow(Ok(nouns::record())),
        R::AdminList(Ok(vec![nouns::admin()])),
        R::AdminRedeem(Ok(nouns::admin())),
        R::AuditList(Ok(vec![nouns::entry()])),
        R::AuditVerify(Ok(nouns::verification())),
        R::HostStatus(Ok(nouns::status())),
        R::HostProcesses(Ok(vec![nouns::process()])),
        R::HostSessions(Ok(vec![nouns::login()])),
        R::UnitList(Ok(vec![nouns::unit()])),
        R::UnitShow(Ok(nouns::detail())),
        R::UnitFiles(Ok(vec![nouns::file()])),
        R::JournalPage(Ok(nouns::page())),
        R::JournalFollow(Ok(nouns::page())),
        R::JournalFile(Ok(nouns::fetch())),
        R::PackageStatus(Ok(nouns::package_status())),
        R::PackageChangelog(Ok("nginx (1.1)".into())),
        R::PackageRestarts(Ok(nouns::restarts())),
        R::SettingList(Ok(vec![nouns::setting()])),
    ]
}

fn bad() -> Vec<PotionResponse> {
    let mismatch = Mismatch {
        protocol: 2,
        build: "0.2.0".into(),
        restart: "sudo systemctl restart x".into(),
    };
    vec![
        PotionResponse::Hello(Err(mismatch)),
        PotionResponse::Plan(Err(nouns::failure())),
    ]
}

pub(crate) fn all() -> Vec<Golden> {
    let name = |sample: &PotionResponse| {
        let words = format!("{sample:?}");
        let mut parts = words.split('(');
        format!("answer/{}/{}", parts.next().unwrap(), parts.next().unwrap())
    };
    good()
        .iter()
        .chain(&bad())
        .map(|sample| Golden::of(&name(sample), sample))
        .collect()
}

#[test]
fn every_answer_has_a_sample() {
    assert_covered(&good());
}
