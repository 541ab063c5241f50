//! Configuration files that dpkg left as the admin had changed them.

use super::progress::clean;

/// Paths that dpkg says it kept, each once: `Configuration file '…'`, then `==> Keeping old config file`.
#[must_use]
pub(super) fn kept(output: &str) -> Vec<String> {
    let mut kept = Vec::new();
    let mut asked = None;
    for line in output.lines() {
        if let Some(rest) = line.trim_start().strip_prefix("Configuration file '") {
            asked = rest.rsplit_once('\'').map(|(path, _)| clean(path));
        } else if line.contains("==> Keeping old config file")
            && let Some(path) = asked.take()
            && !kept.contains(&path)
        {
            kept.push(path);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_kept_is_named() {
        assert_eq!(
            kept(include_str!("captured/upgrade")),
            ["/etc/alpha/a.conf"]
        );
    }

    #[test]
    fn a_file_that_was_replaced_is_not() {
        let output = "Configuration file '/etc/b'\n ==> Using new config file as default.\n";
        assert!(kept(output).is_empty());
        assert!(kept(" ==> Keeping old config file as default.\n").is_empty());
    }
}
