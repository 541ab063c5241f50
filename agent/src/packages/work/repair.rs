//! Finishing what an interrupted dpkg left: `dpkg --configure -a`, then `apt-get -f install`.

use super::{Facts, Programs, Trouble, fact, failed, run_apt, trouble, wait_for_locks};
use crate::exec::Tool;
use crate::jobs::Desk;
use crate::jobs::spec::Spec;
use crate::packages::audit;

const CONFIGURED_PERCENT: u8 = 50;

pub(super) async fn run(
    spec: &Spec,
    desk: &mut Desk,
    programs: &Programs,
) -> Result<Facts, Trouble> {
    wait_for_locks(spec, desk, &programs.dpkg_locks).await?;
    let before = left(programs).await?;
    desk.step("repairing", "", false);
    let configure = Tool::new(&programs.dpkg)
        .endless()
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("NEEDRESTART_MODE", "l")
        .args(["--force-confold", "--force-confdef", "--configure", "-a"]);
    let configured = desk.run(&configure, |_, _| {}).await?;
    desk.at(Some(CONFIGURED_PERCENT), "");
    let fix = programs
        .apt_get(spec)
        .args(["--no-remove", "-f", "install"]);
    let (ran, errors) = run_apt(desk, &fix, (CONFIGURED_PERCENT, 100)).await?;
    let after = left(programs).await?;
    if !ran.ended.is_ok() {
        // A package that still fails says so to dpkg first.
        let first = if configured.ended.is_ok() {
            &ran
        } else {
            &configured
        };
        return Err(trouble(first, &errors, Vec::new()));
    }
    if after > 0 {
        return Err(failed(format!("{after} packages are still not whole")));
    }
    Ok(vec![fact("repaired", before.to_string())])
}

/// Packages that dpkg calls not whole.
async fn left(programs: &Programs) -> Result<usize, Trouble> {
    let said = Tool::new(&programs.dpkg).arg("--audit").output().await?;
    Ok(audit::packages(&said.text()))
}
