//! An old configuration with every key there ever was has to load for ever.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use potion_config::{Config, keys};

const OLD: &str = include_str!("every_key.toml");

#[test]
fn the_old_configuration_loads() {
    let config = Config::parse(OLD, "every_key.toml").unwrap();
    assert_eq!(config.admins().len(), 2);
    assert_eq!(config.value("menu.page-rows").as_deref(), Some("10"));
}

#[test]
fn it_holds_every_key_and_none_at_its_default() {
    let config = Config::parse(OLD, "every_key.toml").unwrap();
    for key in keys() {
        assert_ne!(
            config.value(key.name),
            Config::default().value(key.name),
            "add {} to every_key.toml",
            key.name
        );
    }
}
