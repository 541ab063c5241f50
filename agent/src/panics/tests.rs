#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
#![allow(
    clippy::disallowed_methods,
    reason = "the test starts itself once more: the hook is the process's"
)]

use std::process::Command;

use super::*;

const FOLDER_VARIABLE: &str = "POTION_TEST_FOLDER";

/// Not a test of its own: what the test below starts as another process.
#[test]
#[ignore = "started by the test beside it"]
fn a_process_that_panics() {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else {
        return;
    };
    keep_in(Path::new(&folder));
    install();
    panic!("out of coffee, token=hunter2");
}

#[test]
fn a_panic_is_on_the_disk_before_the_process_ends_with_function_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "panics::tests::a_process_that_panics",
            "--ignored",
        ])
        .env(FOLDER_VARIABLE, folder.path())
        .output()
        .unwrap()
        .status;
    assert!(!status.success());
    let left = crashes::left(folder.path());
    let [(_, report)] = left.as_slice() else {
        panic!("{left:?}");
    };
    assert!(report.panic && report.message.starts_with("out of coffee, token=***"));
    assert!(!report.whole.contains("hunter2"));
    let innermost = &report.frames[0];
    assert!(innermost.contains("a_process_that_panics"), "{innermost}");
    assert!(innermost.contains("src/panics/tests.rs:"), "{innermost}");
}
