//! The top level holds what was agreed, and nothing else.

use std::process::Command;

use potion_tests::package::root;

const AGREED: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "agent",
    "bot",
    "config",
    "packaging",
    "proto",
];

#[test]
fn the_top_level_is_as_agreed() {
    let listed = Command::new("git")
        .args(["ls-files"])
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(!listed.is_empty(), "git lists the files");
    for path in listed.lines() {
        let top = path.split('/').next().unwrap();
        let agreed = top.starts_with('.') || top == "tests" || AGREED.contains(&top);
        assert!(agreed, "{path} stands outside the agreed layout");
    }
}

#[test]
fn no_shell_stands_outside_packaging_and_the_lab() {
    let listed = Command::new("git")
        .args(["ls-files", "*.sh"])
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for path in listed.lines() {
        assert!(
            path.starts_with("packaging/") || path == "tests/src/lab/reap.sh",
            "{path} is shell"
        );
    }
}

#[test]
fn the_compiler_is_the_one_that_the_toolchain_file_names() {
    let file = std::fs::read_to_string(root().join(".rust-toolchain.toml")).unwrap();
    let parsed: toml::Table = file.parse().unwrap();
    let channel = parsed["toolchain"]["channel"].as_str().unwrap();
    let rustc = Command::new("rustc").arg("--version").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    assert!(
        rustc.starts_with(&format!("rustc {channel}.")),
        "{rustc} is not {channel}"
    );
}
