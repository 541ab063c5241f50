//! `needrestart -b -r l`: what runs on replaced code (README.batch.md of needrestart).

use potion_proto::names::UnitName;
use potion_proto::packages::Restarts;

/// Reads the batch output; lines of another shape (warnings of Perl) are passed over.
#[must_use]
pub(super) fn parse(text: &str) -> Restarts {
    let mut restarts = Restarts::default();
    let mut expected = None;
    for line in text.lines() {
        let Some((key, value)) = line.split_once(": ") else {
            continue;
        };
        let value = value.trim();
        match key {
            "NEEDRESTART-KCUR" => restarts.kernel = super::progress::clean(value),
            "NEEDRESTART-KEXP" => expected = Some(super::progress::clean(value)),
            "NEEDRESTART-SVC" => restarts.units.extend(UnitName::with_default_type(value)),
            _ => {}
        }
    }
    restarts.kernel_waiting = expected.filter(|kernel| *kernel != restarts.kernel);
    restarts.units.sort();
    restarts.units.dedup();
    restarts
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn services_and_a_waiting_kernel_are_found_among_warnings() {
        let read = parse(
            "readline() on closed filehandle HENV at /usr/sbin/needrestart line 79.\n\
             NEEDRESTART-VER: 3.6\nNEEDRESTART-KCUR: 6.1.0-18-amd64\nNEEDRESTART-KEXP: 6.1.0-20-amd64\n\
             NEEDRESTART-KSTA: 3\nNEEDRESTART-SVC: ssh.service\nNEEDRESTART-SVC: nginx\nNEEDRESTART-UCEXP: \n",
        );
        let units: Vec<_> = read.units.iter().map(UnitName::as_str).collect();
        assert_eq!(units, ["nginx.service", "ssh.service"]);
        assert_eq!(read.kernel, "6.1.0-18-amd64");
        assert_eq!(read.kernel_waiting.as_deref(), Some("6.1.0-20-amd64"));
    }

    #[test]
    fn the_same_kernel_is_not_waiting() {
        let read = parse("NEEDRESTART-KCUR: 6.1\nNEEDRESTART-KEXP: 6.1\n");
        assert_eq!(read.kernel_waiting, None);
    }

    proptest! {
        #[test]
        fn no_output_makes_it_panic(text in "(NEEDRESTART-(SVC|KCUR|KEXP): \\PC{0,20}\n){0,5}") {
            prop_assert!(parse(&text).units.len() <= 5);
        }
    }
}
