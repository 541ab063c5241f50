//! Keeping a package at its version, and letting it go again. A job like the others: it writes
//! dpkg's status, which the agent's own sandbox does not allow.

use potion_proto::names::PackageName;

use super::{Facts, Programs, Trouble, fact, trouble, wait_for_locks};
use crate::exec::Tool;
use crate::jobs::Desk;
use crate::jobs::spec::Spec;

pub(super) async fn run(
    spec: &Spec,
    desk: &mut Desk,
    programs: &Programs,
    verb: &str,
    name: &PackageName,
) -> Result<Facts, Trouble> {
    wait_for_locks(spec, desk, &programs.dpkg_locks).await?;
    desk.step("installing", name.as_str(), false);
    let mark = Tool::new(&programs.apt_mark)
        .args([verb, "--"])
        .arg(name.as_str());
    let ran = desk.run(&mark, |_, _| {}).await?;
    if ran.ended.is_ok() {
        Ok(vec![fact(verb, name.as_str())])
    } else {
        Err(trouble(&ran, &[], Vec::new()))
    }
}
