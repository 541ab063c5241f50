//! The listing, `config.toml`: complete, and equal to what holds without it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;

use potion_config::{Config, Kind, keys, listing, message_keys};

/// Takes the `#` off every line of TOML; words keep theirs.
fn uncommented(listing: &str) -> String {
    let bare = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
        _ => format!("{line}\n"),
    };
    listing.lines().map(bare).collect()
}

#[test]
fn the_file_beside_the_crate_is_the_listing() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml");
    if std::fs::read_to_string(&path).unwrap_or_default() != listing() {
        std::fs::write(&path, listing()).unwrap();
        panic!(
            "config/config.toml was out of date and has been rewritten; look at it and commit it"
        );
    }
}

#[test]
fn the_listing_as_it_is_changes_nothing() {
    assert_eq!(
        Config::parse(&listing(), "listing").unwrap(),
        Config::default()
    );
}

#[test]
fn the_listing_uncommented_says_the_defaults() {
    let spoken = Config::parse(&uncommented(&listing()), "listing").unwrap();
    let silent = Config::default();
    for key in keys().filter(|key| key.kind != Kind::Words) {
        assert_eq!(
            spoken.value(key.name),
            silent.value(key.name),
            "{}",
            key.name
        );
    }
    for name in
        message_keys().flat_map(|key| [format!("messages.id.{key}"), format!("messages.en.{key}")])
    {
        assert_eq!(spoken.value(&name), silent.value(&name), "{name}");
    }
}

#[test]
fn every_key_is_in_the_listing() {
    let table: toml::Table = uncommented(&listing()).parse().unwrap();
    for key in keys().filter(|key| !matches!(key.kind, Kind::Tables { .. })) {
        let mut parts = key.name.split('.');
        let first = table.get(parts.next().unwrap());
        let found = parts.try_fold(first.unwrap(), |value, part| value.get(part));
        assert!(found.is_some(), "{}", key.name);
    }
    assert!(listing().contains("# [[admins]]") && listing().contains("# [[files.extra]]"));
}

#[test]
fn every_key_is_explained() {
    for key in keys() {
        assert!(key.doc.trim().ends_with('.'), "{}", key.name);
    }
}
