//! A feature is a noun, and the noun names the module in every crate.

use potion_tests::package::root;

/// The nouns that exist, each with the crates that have something to say about it.
const NOUNS: [(&str, &[&str]); 11] = [
    (
        "units",
        &["proto/src", "agent/src", "agent/ctl/src", "bot/src"],
    ),
    (
        "journal",
        &["proto/src", "agent/src", "agent/ctl/src", "bot/src"],
    ),
    (
        "host",
        &["proto/src", "agent/src", "agent/ctl/src", "bot/src"],
    ),
    (
        "packages",
        &["proto/src", "agent/src", "agent/ctl/src", "bot/src"],
    ),
    (
        "jobs",
        &["proto/src", "agent/src", "agent/ctl/src", "bot/src"],
    ),
    ("events", &["proto/src", "agent/src", "agent/ctl/src"]),
    (
        "incidents",
        &["proto/src", "agent/src", "agent/ctl/src", "bot/src"],
    ),
    ("errors", &["proto/src", "agent/src", "agent/ctl/src"]),
    ("admins", &["proto/src", "agent/src", "agent/ctl/src"]),
    (
        "audit",
        &["proto/src", "agent/src", "agent/ctl/src", "bot/src"],
    ),
    (
        "settings",
        &["proto/src", "agent/src", "agent/ctl/src", "bot/src"],
    ),
];

#[test]
fn each_noun_names_its_module_in_every_crate_that_speaks_of_it() {
    for (noun, crates) in NOUNS {
        for folder in crates {
            let file = root().join(folder).join(format!("{noun}.rs"));
            let module = root().join(folder).join(noun).join("mod.rs");
            let either = root().join(folder).join(noun);
            assert!(
                file.exists() || module.exists() || either.is_dir(),
                "{folder} has no {noun}"
            );
        }
    }
}
