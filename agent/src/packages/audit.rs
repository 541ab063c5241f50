//! `dpkg --audit`: packages that are half installed, half configured or wait for triggers.

/// How many packages it names: lines that begin with one space and a name, under headings.
#[must_use]
pub(super) fn packages(text: &str) -> usize {
    let entry = |line: &&str| {
        let mut chars = line.chars();
        chars.next() == Some(' ') && chars.next().is_some_and(|c| c.is_ascii_alphanumeric())
    };
    text.lines().filter(entry).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_configured_package_is_counted() {
        let text = "The following packages are only half configured, probably due to problems\n\
            configuring them the first time.  The configuration should be retried using\n\
            dpkg --configure <package> or the configure menu option in dselect:\n gamma                x\n\n";
        assert_eq!(packages(text), 1);
        assert_eq!(packages(""), 0);
    }
}
