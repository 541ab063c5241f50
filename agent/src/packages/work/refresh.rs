//! `apt-get update`: a repository that failed is named, and is no success.

use super::{Facts, Programs, Trouble, fact, listed, run_apt, trouble, wait_for_locks};
use crate::jobs::Desk;
use crate::jobs::spec::Spec;
use crate::packages::lists;

pub(super) async fn run(
    spec: &Spec,
    desk: &mut Desk,
    programs: &Programs,
) -> Result<Facts, Trouble> {
    wait_for_locks(spec, desk, &programs.lists_locks).await?;
    desk.step("refreshing", "", true);
    // By default a repository that cannot be reached is only a warning and exit status 0.
    let update = programs
        .apt_get(spec)
        .args(["-o", "APT::Update::Error-Mode=any", "update"]);
    let (ran, errors) = run_apt(desk, &update, (0, 100)).await?;
    let failed = lists::failed(&ran.text);
    let mut facts = Vec::new();
    if !failed.is_empty() {
        facts.push(fact("repositories-failed", listed(&failed)));
    }
    if ran.ended.is_ok() && failed.is_empty() {
        Ok(facts)
    } else {
        Err(trouble(&ran, &errors, facts))
    }
}
