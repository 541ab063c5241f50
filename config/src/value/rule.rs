//! What a text must look like, one rule a type.

/// A rule for a text: what is accepted, and the words for it.
pub(crate) trait Rule {
    /// Completes “takes …”.
    const EXPECTS: &'static str;
    /// Whether an error may repeat the text. False where people paste secrets by mistake.
    const ECHO: bool = true;
    fn accepts(text: &str) -> bool;
}

/// Declares a rule type from its words and a predicate.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident, $expects:literal, $accepts:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct $name;

        impl Rule for $name {
            const EXPECTS: &'static str = $expects;
            fn accepts(text: &str) -> bool {
                let accepts: fn(&str) -> bool = $accepts;
                accepts(text)
            }
        }
    )+};
}

rules! {
    /// Scheme, host and an optional path; no user, query or fragment, which could carry secrets into logs.
    Url, "an address like \"https://host\" or \"http://127.0.0.1:8081\", without user, query or closing slash", is_url;
    AbsolutePath, "an absolute path below / without \"..\", like \"/mnt/dre\"", is_absolute;
    RelativePath, "a path below the root without a leading / or \"..\", like \"private/keys\"", is_relative;
    UnitName, "a unit name like \"nginx.service\" (.service, .timer or .socket; a template needs its instance)", is_unit;
    ShortName, "a short name of a-z, 0-9 and -, like \"photos\"", is_short_name;
    ClockTime, "a time of day \"HH:MM\" from \"00:00\" to \"23:59\"", |text| minute_of_day(text).is_some();
    NoneOrClockTime, "a time of day \"HH:MM\" from \"00:00\" to \"23:59\", or \"\" for none", |text| text.is_empty() || ClockTime::accepts(text);
    Label, "a name of at most 64 characters in one line", |text| text.chars().count() <= 64 && !text.chars().any(char::is_control);
}

/// The name of a file in the secrets directory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SecretName;

impl Rule for SecretName {
    const EXPECTS: &'static str = "the name of a file in /etc/potion/secrets (a-z, 0-9 and -), never a path or the secret itself";
    const ECHO: bool = false;

    fn accepts(text: &str) -> bool {
        is_short_name(text)
    }
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_~:/[]%".contains(c);
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && rest.len() <= 255
            && !rest.ends_with('/')
            && rest.chars().all(plain)
    })
}

fn is_absolute(text: &str) -> bool {
    text.strip_prefix('/').is_some_and(is_relative)
}

/// Components as the kernel takes them (path_resolution(7)), without the ones that climb or stay.
fn is_relative(text: &str) -> bool {
    text.len() < 4_096
        && !text.contains(char::is_control)
        && text
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && part.len() <= 255)
}

/// systemd.unit(5): at most 255 bytes of the accepted characters, a prefix, one of our three types. A first
/// `-` would read as an option, a first `.` as a hidden file.
fn is_unit(text: &str) -> bool {
    let Some((name, kind)) = text.rsplit_once('.') else {
        return false;
    };
    let accepted = |c: char| c.is_ascii_alphanumeric() || ":-_.\\@".contains(c);
    text.len() <= 255
        && matches!(kind, "service" | "timer" | "socket")
        && !name.is_empty()
        && !name.starts_with(['-', '.', '@'])
        && !name.ends_with('@')
        && name.chars().all(accepted)
}

fn is_short_name(text: &str) -> bool {
    let accepted = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&text.len()) && text.chars().all(accepted)
}

/// Minutes since midnight of a strict `HH:MM`.
pub(crate) fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| {
        (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<u16>().ok())
            .flatten()
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_names_follow_systemd() {
        for good in [
            "nginx.service",
            "a@b.service",
            "dev-disk\\x2d.socket",
            "apt.daily.timer",
        ] {
            assert!(UnitName::accepts(good), "{good}");
        }
        let long = format!("{}.service", "a".repeat(250));
        for bad in [
            "nginx",
            "nginx.mount",
            "reboot.target",
            "-x.service",
            ".x.service",
            "a@.service",
            "@a.service",
            ".service",
            "a/b.service",
            "a\n.service",
            "a b.service",
            "a%i.service",
            "${x}.service",
            "a\0.service",
            "é.service",
            &long,
        ] {
            assert!(!UnitName::accepts(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_carry_no_secrets() {
        for good in [
            "https://api.telegram.org",
            "http://127.0.0.1:8081",
            "http://[::1]:8081/x",
        ] {
            assert!(Url::accepts(good), "{good}");
        }
        for bad in [
            "",
            "api.telegram.org",
            "ftp://x",
            "https://",
            "https://u:p@x",
            "https://x?a=b",
            "https://x/",
            "https://x y",
        ] {
            assert!(!Url::accepts(bad), "{bad}");
        }
    }

    #[test]
    fn paths_neither_climb_nor_name_the_root() {
        assert!(AbsolutePath::accepts("/mnt/dre"));
        for bad in [
            "/",
            "mnt",
            "/mnt/../etc",
            "/mnt//x",
            "/mnt/",
            "/a\0b",
            "/./a",
        ] {
            assert!(!AbsolutePath::accepts(bad), "{bad}");
        }
        assert!(RelativePath::accepts("private/keys"));
        assert!(!RelativePath::accepts("/private"));
    }

    #[test]
    fn a_time_of_day_is_strict() {
        assert_eq!(minute_of_day("22:30"), Some(1_350));
        for bad in ["24:00", "7:00", "07:60", "07-00", "+7:00", "007:0"] {
            assert_eq!(minute_of_day(bad), None, "{bad}");
        }
    }
}
