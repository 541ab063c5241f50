//! The sizes of archives, from the stanzas of `apt-cache show NAME=VERSION…`.

use std::collections::HashMap;

/// (name, version) → bytes of its archive.
#[must_use]
pub(super) fn sizes(stanzas: &str) -> HashMap<(String, String), u64> {
    stanzas.split("\n\n").filter_map(size).collect()
}

fn size(stanza: &str) -> Option<((String, String), u64)> {
    let field = |name: &str| {
        let mut lines = stanza.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let bytes = field("Size")?.trim().parse().ok()?;
    let key = (field("Package")?.to_owned(), field("Version")?.to_owned());
    Some((key, bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_found_by_name_and_version() {
        let sizes = sizes(include_str!("captured/cache-show"));
        let of = |name: &str, version: &str| sizes.get(&(name.to_owned(), version.to_owned()));
        assert_eq!(of("alpha", "1.1"), Some(&21_076));
        assert_eq!(of("beta", "1.0+deb1"), Some(&20_984));
        assert_eq!(of("beta", "1.0"), None);
    }

    proptest! {
        #[test]
        fn no_stanza_makes_it_panic(text in "((Package|Version|Size): ?\\PC{0,12}\n){0,6}") {
            prop_assert!(sizes(&text).len() <= 1);
        }
    }
}
