//! What is asked about installed packages: that they are, what changed in them, what runs on their old code.

use std::path::Path;
use std::time::Duration;

use potion_proto::names::PackageName;
use potion_proto::packages::Restarts;

use super::{SLOW, bare};
use crate::exec::{ExecError, Limits, Output, Tool};
use crate::packages::needrestart;
use crate::packages::port::PackageError;

const DPKG_QUERY: &str = "/usr/bin/dpkg-query";
const NEEDRESTART: &str = "/usr/sbin/needrestart";
const ZCAT: &str = "/usr/bin/zcat";
const DOCUMENTS: &str = "/usr/share/doc";
const CHANGELOG_MAX_BYTES: usize = 256 << 10;
const CHANGELOG_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn installed(name: PackageName) -> Result<(), PackageError> {
    let query = Tool::new(DPKG_QUERY).args(["-W", "-f", "${db:Status-Abbrev}", "--"]);
    let said = query.arg(name.as_str()).output().await?;
    if said.ended.is_ok() && said.stdout.get(1) == Some(&b'i') {
        Ok(())
    } else {
        Err(PackageError::NotInstalled(name))
    }
}

/// The installed version's, from the disk.
pub(super) async fn changelog(name: PackageName) -> Result<String, PackageError> {
    installed(name.clone()).await?;
    let folder = Path::new(DOCUMENTS).join(bare(&name));
    for file in [
        "changelog.Debian.gz",
        "changelog.Debian",
        "changelog.gz",
        "changelog",
    ] {
        // zcat -f passes plain files through.
        let read = changelog_tool(ZCAT)
            .arg("-f")
            .arg("--")
            .arg(folder.join(file));
        if let Some(text) = some_text(read.output().await) {
            return Ok(text);
        }
    }
    Err(PackageError::NoChangelog(name))
}

fn changelog_tool(program: &str) -> Tool {
    Tool::new(program).limits(Limits {
        stdout_max_bytes: CHANGELOG_MAX_BYTES,
        timeout: Some(CHANGELOG_TIMEOUT),
        ..Limits::default()
    })
}

fn some_text(said: Result<Output, ExecError>) -> Option<String> {
    let said = said
        .ok()
        .filter(|said| said.ended.is_ok() || said.truncated)?;
    let text = said.text();
    (!text.trim().is_empty()).then(|| text.into_owned())
}

pub(super) async fn restarts() -> Result<Restarts, PackageError> {
    let tool = Tool::new(NEEDRESTART).timeout(SLOW).args(["-b", "-r", "l"]);
    let mut restarts = match tool.output().await {
        Ok(said) => needrestart::parse(&said.text()),
        Err(ExecError::Missing(_)) => Restarts {
            unknown: true,
            ..Restarts::default()
        },
        Err(error) => return Err(error.into()),
    };
    // In a container needrestart leaves kernels alone.
    if restarts.kernel.is_empty() {
        restarts.kernel = running_kernel();
    }
    Ok(restarts)
}

fn running_kernel() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease");
    release.unwrap_or_default().trim().to_owned()
}
