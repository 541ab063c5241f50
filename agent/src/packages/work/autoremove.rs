//! Removing what nothing needs: the packages that were planned, and no other.

use potion_proto::names::PackageName;

use super::{Facts, Programs, Trouble, fact, failed, listed, run_apt, trouble, wait_for_locks};
use crate::jobs::Desk;
use crate::jobs::spec::Spec;
use crate::packages::simulation::Simulation;

pub(super) async fn run(
    spec: &Spec,
    desk: &mut Desk,
    programs: &Programs,
    planned: &[PackageName],
) -> Result<Facts, Trouble> {
    wait_for_locks(spec, desk, &programs.dpkg_locks).await?;
    desk.step("checking", "", true);
    let said = programs.simulate().arg("autoremove").output().await?;
    let now = Simulation::parse(&said.text());
    let surprise = now.removes.iter().find(|name| !planned.contains(name));
    if let Some(name) = surprise {
        let sentence = format!("{name} would be removed too, which was not planned; plan it again");
        return Err(failed(sentence));
    }
    desk.step("installing", "", false);
    let autoremove = programs.apt_get(spec).arg("autoremove");
    let (ran, errors) = run_apt(desk, &autoremove, (0, 100)).await?;
    let names: Vec<&str> = now.removes.iter().map(PackageName::as_str).collect();
    let mut facts = Vec::new();
    if ran.ended.is_ok() {
        facts.push(fact("removed", names.len().to_string()));
        facts.push(fact("packages", listed(&names)));
        return Ok(facts);
    }
    Err(trouble(&ran, &errors, facts))
}
