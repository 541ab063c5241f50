//! Who may depend on whom, and what runs as root.

use std::collections::BTreeSet;

use potion_tests::package::root;

/// Each line: a crate that the root process links directly, and its reason.
const ROOT: &str = include_str!("root-dependencies.txt");

fn manifest_of(manifest: &str) -> toml::Table {
    std::fs::read_to_string(root().join(manifest))
        .unwrap()
        .parse()
        .unwrap()
}

fn dependencies(manifest: &str, tables: &[&str]) -> BTreeSet<String> {
    let parsed = manifest_of(manifest);
    let of = |table: &&str| parsed.get(*table).and_then(toml::Value::as_table).cloned();
    tables
        .iter()
        .filter_map(of)
        .flat_map(|table| table.into_iter().map(|(name, _)| name))
        .collect()
}

/// Those of `[dependencies]` that are not behind a feature for tests.
fn shipped(manifest: &str) -> BTreeSet<String> {
    let parsed = manifest_of(manifest);
    let all = parsed["dependencies"].as_table().unwrap();
    let optional = |value: &toml::Value| value.get("optional").is_some();
    all.iter()
        .filter(|(_, value)| !optional(value))
        .map(|(name, _)| name.clone())
        .collect()
}

#[test]
fn agent_ctl_and_bot_never_depend_on_each_other() {
    let programs = ["potion-agent", "potionctl", "potion-bot"];
    for manifest in ["agent/Cargo.toml", "agent/ctl/Cargo.toml", "bot/Cargo.toml"] {
        let used = dependencies(
            manifest,
            &["dependencies", "dev-dependencies", "build-dependencies"],
        );
        let own = manifest_of(manifest)["package"]["name"].clone();
        // A crate's tests may turn on its own features.
        for program in programs
            .iter()
            .filter(|program| own.as_str() != Some(program))
        {
            assert!(!used.contains(*program), "{manifest} depends on {program}");
        }
    }
}

#[test]
fn proto_and_config_depend_on_nothing_of_ours() {
    for manifest in ["proto/Cargo.toml", "config/Cargo.toml"] {
        let used = dependencies(manifest, &["dependencies"]);
        assert!(
            used.iter().all(|name| !name.starts_with("potion")),
            "{manifest}: {used:?}"
        );
    }
}

#[test]
fn every_dependency_of_the_root_process_has_a_reason() {
    let used = shipped("agent/Cargo.toml");
    let mut reasoned = BTreeSet::new();
    for line in ROOT
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let (name, reason) = line.split_once(' ').unwrap_or((line, ""));
        assert!(reason.trim().len() > 10, "{name} has no reason");
        reasoned.insert(name.to_owned());
    }
    assert_eq!(
        used, reasoned,
        "root-dependencies.txt and agent/Cargo.toml differ"
    );
}
