//! The .deb under test, built once for all processes that want it.
//!
//! `$POTION_DEB` names a built one (`cargo ci` sets it to the release build). Otherwise the current profile's
//! programs are built and packed: quick, and the same tree, scripts and split debug file.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::tools;

/// What packaging/build-deb calls.
const TOOLS: [&str; 3] = ["dpkg-deb", "dpkg-shlibdeps", "objcopy"];

/// What this process has packed already, by version.
static PACKED: Mutex<Option<HashMap<Option<String>, PathBuf>>> = Mutex::new(None);

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A program could not be started.
    #[error("the package cannot be built: {0}")]
    Io(#[from] io::Error),
    /// A program failed; it said why on stderr.
    #[error("`{0}` failed")]
    Failed(String),
    /// A host program is missing.
    #[error(transparent)]
    Tool(#[from] tools::ToolError),
}

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The package under test.
///
/// # Errors
/// When it cannot be built.
pub fn deb() -> Result<PathBuf, PackageError> {
    match std::env::var_os("POTION_DEB") {
        Some(path) => Ok(path.into()),
        None => packed(None),
    }
}

/// The same programs as a package of another version, for upgrades.
///
/// # Errors
/// When it cannot be built.
pub fn deb_of_version(version: &str) -> Result<PathBuf, PackageError> {
    packed(Some(version))
}

/// Once for each version and process.
fn packed(version: Option<&str>) -> Result<PathBuf, PackageError> {
    let mut packed = PACKED.lock().unwrap_or_else(PoisonError::into_inner);
    let packed = packed.get_or_insert_default();
    let key = version.map(str::to_owned);
    if let Some(path) = packed.get(&key) {
        return Ok(path.clone());
    }
    let programs = match std::env::var_os("POTION_BIN_DIR") {
        Some(programs) => programs.into(),
        None => debug_programs()?,
    };
    let path = pack(&programs, version)?;
    packed.insert(key, path.clone());
    Ok(path)
}

/// The package as it is shipped, by `packaging/build-deb` alone, and the folder of its unstripped programs.
///
/// # Errors
/// When it cannot be built.
pub fn release() -> Result<(PathBuf, PathBuf), PackageError> {
    tools::need(&TOOLS)?;
    let said = succeed(&mut Command::new(root().join("packaging/build-deb")))?;
    let deb = PathBuf::from(said.lines().last().unwrap_or_default());
    Ok((deb, target().join("package/release")))
}

fn debug_programs() -> Result<PathBuf, PackageError> {
    cargo(&["build"])?;
    Ok(target().join("debug"))
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn cargo(words: &[&str]) -> Result<(), PackageError> {
    let programs = [
        "--locked",
        "-p",
        "potion-agent",
        "-p",
        "potionctl",
        "-p",
        "potion-bot",
    ];
    let mut command = Command::new("cargo");
    command.args(words).args(programs).current_dir(root());
    succeed(&mut command).map(drop)
}

fn pack(programs: &Path, version: Option<&str>) -> Result<PathBuf, PackageError> {
    tools::need(&TOOLS)?;
    // One at a time: two test processes would write the same file.
    let lock = File::create(target().join("package.lock"))?;
    lock.lock()?;
    let mut command = Command::new(root().join("packaging/build-deb"));
    command
        .env("POTION_BIN_DIR", programs)
        .env("POTION_COMPRESSION", "none");
    if let Some(version) = version {
        command.env("POTION_VERSION", version);
    }
    let said = succeed(&mut command)?;
    Ok(PathBuf::from(said.lines().last().unwrap_or_default()))
}

fn succeed(command: &mut Command) -> Result<String, PackageError> {
    let shown = format!("{command:?}");
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(PackageError::Failed(shown))
    }
}
