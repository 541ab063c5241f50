//! The package as a file: what it needs and what it carries. These look at the .deb on the host.

use std::path::Path;
use std::process::Command;

use potion_tests::package::deb;
use potion_tests::tools;

/// What Ubuntu 24.04 ships; its packages cannot be had where the lab runs, its versions are public and frozen.
const NOBLE: [(&str, &str); 6] = [
    ("dbus", "1.14.10-4ubuntu4"),
    ("init-system-helpers", "1.66ubuntu1"),
    ("libc6", "2.39-0ubuntu8"),
    ("libgcc-s1", "14-20240412-0ubuntu1"),
    ("systemd", "255.4-1ubuntu8"),
    ("tzdata", "2024a-2ubuntu1"),
];

fn text(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn ubuntu_24_04_has_all_that_it_depends_on() {
    let deb = deb().unwrap();
    let depends = text("dpkg-deb", &["-f", deb.to_str().unwrap(), "Depends"]);
    for dependency in depends.trim().split(", ") {
        let (name, bound) = dependency.split_once(' ').unwrap_or((dependency, ""));
        let (_, has) = NOBLE
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("is {name} in Ubuntu 24.04?"));
        if let Some(least) = bound
            .strip_prefix("(>= ")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            text("dpkg", &["--compare-versions", has, "ge", least]);
        }
    }
}

/// What `readelf` says of a file, one line each.
fn elf(option: &str, file: &Path) -> String {
    text("readelf", &[option, "--wide", file.to_str().unwrap()])
}

#[test]
fn each_program_finds_its_line_tables_by_build_id() {
    tools::need(&["dpkg-deb", "readelf"]).unwrap();
    let tree = tempfile::tempdir().unwrap();
    let unpacked = tree.path().to_str().unwrap();
    text(
        "dpkg-deb",
        &["-x", deb().unwrap().to_str().unwrap(), unpacked],
    );
    for program in [
        "usr/libexec/potion/potiond",
        "usr/libexec/potion/potion-bot",
        "usr/bin/potionctl",
    ] {
        let program = tree.path().join(program);
        let notes = elf("--notes", &program);
        let id = notes
            .split("Build ID: ")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap();
        let tables = format!("usr/lib/debug/.build-id/{}/{}.debug", &id[..2], &id[2..]);
        let tables = tree.path().join(tables);
        assert!(
            elf("--sections", &tables).contains(".debug_line"),
            "{tables:?}"
        );
        assert!(
            !elf("--sections", &program).contains(".debug_line"),
            "{program:?} is not stripped"
        );
    }
}
