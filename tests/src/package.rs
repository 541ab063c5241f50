//! The .deb under test, built once for all processes that want it.
//!
//! `$POTION_DEB` names a built one (`cargo ci` sets it to the release build). Otherwise the current profile's
//! programs are built and packed: quick, and the same tree, scripts and split debug file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
    Tool(#[from] crate::tools::ToolError),
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
        None => pack(&debug_programs()?, None),
    }
}

/// The same programs as a package of another version, for upgrades.
///
/// # Errors
/// When it cannot be built.
pub fn deb_of_version(version: &str) -> Result<PathBuf, PackageError> {
    match std::env::var_os("POTION_BIN_DIR") {
        Some(programs) => pack(Path::new(&programs), Some(version)),
        None => pack(&debug_programs()?, Some(version)),
    }
}

/// The package as it is shipped, and the folder of its unstripped programs.
///
/// # Errors
/// When it cannot be built.
pub fn release() -> Result<(PathBuf, PathBuf), PackageError> {
    cargo(&["build", "--release"])?;
    let programs = target().join("release");
    Ok((pack(&programs, None)?, programs))
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
    crate::tools::need(&["dpkg-deb", "dpkg-shlibdeps", "objcopy"])?;
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
