//! The package under test, built by `packaging/build-deb` from the programs of this checkout.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use super::LabError;
use crate::tools;

/// What this process has built already, by version.
static BUILT: Mutex<Option<HashMap<String, PathBuf>>> = Mutex::new(None);

/// The .deb of this checkout, built on the first call. The programs are those in `$POTION_BIN_DIR`, or else those of the profile that the
/// test itself was built with. Not compressed: it travels no further than the next machine.
pub fn deb() -> Result<PathBuf, LabError> {
    deb_as(env!("CARGO_PKG_VERSION"))
}

/// The same programs as another version of the package, for upgrades: `deb_as("0.2.0")`.
pub fn deb_as(version: &str) -> Result<PathBuf, LabError> {
    let mut built = BUILT.lock().unwrap_or_else(|poison| poison.into_inner());
    let built = built.get_or_insert_default();
    if let Some(path) = built.get(version) {
        return Ok(path.clone());
    }
    let path = build(version)?;
    built.insert(version.to_owned(), path.clone());
    Ok(path)
}

fn build(version: &str) -> Result<PathBuf, LabError> {
    tools::need(&["dpkg-deb", "dpkg-shlibdeps", "objcopy"])?;
    let profile = profile_folder()?;
    let out = profile.join("debian").join(std::process::id().to_string());
    fs::create_dir_all(&out)?;
    let lock = File::create(profile.join("debian.lock"))?;
    lock.lock()?;
    let programs = match std::env::var_os("POTION_BIN_DIR") {
        Some(folder) => folder.into(),
        None => compile(&profile)?,
    };
    let mut command = Command::new(root().join("packaging/build-deb"));
    command
        .env("POTION_BIN_DIR", programs)
        .env("POTION_OUT_DIR", out);
    command
        .env("POTION_VERSION", version)
        .env("POTION_COMPRESSION", "none");
    let printed = finish("packaging/build-deb", &mut command)?;
    Ok(printed.lines().last().unwrap_or_default().into())
}

/// `target/debug` or alike: where cargo put the running test.
fn profile_folder() -> Result<PathBuf, LabError> {
    let program = std::env::current_exe()?;
    let folder = program.parent().unwrap_or(Path::new("/"));
    let above = folder.ends_with("deps").then(|| folder.parent()).flatten();
    Ok(above.unwrap_or(folder).to_owned())
}

fn compile(profile: &Path) -> Result<PathBuf, LabError> {
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(root())
        .args(["build", "--locked", "--quiet"]);
    command.args(["-p", "potion-agent", "-p", "potionctl", "-p", "potion-bot"]);
    command
        .arg("--target-dir")
        .arg(profile.parent().unwrap_or(profile));
    if profile.ends_with("release") {
        command.arg("--release");
    }
    finish("cargo build", &mut command)?;
    Ok(profile.to_owned())
}

fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

fn finish(name: &str, command: &mut Command) -> Result<String, LabError> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(LabError::Host(name.to_owned(), said))
}
