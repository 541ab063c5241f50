//! Validated nouns: the constructor and the decoder are one door.

use serde::{Deserialize, Serialize};

/// A word that is no such noun. Shows the word shortened and with control characters escaped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {noun}: {word}")]
pub struct Refused {
    noun: &'static str,
    word: String,
}

impl Refused {
    /// Refuses `word` as a `noun`.
    #[must_use]
    pub fn new(noun: &'static str, word: &str) -> Self {
        let word = word.chars().take(60).flat_map(char::escape_debug).collect();
        Self { noun, word }
    }
}

macro_rules! noun {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The one door.
            ///
            /// # Errors
            /// When the word breaks the noun's rules.
            pub fn new(word: impl Into<String>) -> Result<Self, Refused> {
                let word = word.into();
                if $check(&word) { Ok(Self(word)) } else { Err(Refused::new($what, &word)) }
            }

            /// The word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Refused;
            fn try_from(word: String) -> Result<Self, Refused> {
                Self::new(word)
            }
        }

        impl std::str::FromStr for $name {
            type Err = Refused;
            fn from_str(word: &str) -> Result<Self, Refused> {
                Self::new(word)
            }
        }

        impl From<$name> for String {
            fn from(noun: $name) -> Self {
                noun.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

noun!(
    /// A systemd unit's full name with its type suffix, by `systemd.unit(5)`; no bare template.
    UnitName, "unit name", unit_name
);
noun!(
    /// A Debian package name by policy 5.6.1, with an optional `:architecture`.
    PackageName, "package name", package_name
);
noun!(
    /// An error id: eight lower-case hex digits.
    ErrorId, "error id", error_id
);
noun!(
    /// A pairing code: what `potionctl admin add` prints; 26 letters and digits.
    PairingCode, "pairing code", pairing_code
);
noun!(
    /// A one-time code of an authenticator: six digits.
    TotpCode, "six-digit code", totp_code
);
noun!(
    /// A configuration key, dotted and kebab-case (`units.managed`).
    SettingKey, "configuration key", setting_key
);

const UNIT_NAME_BYTES: usize = 255;
const UNIT_TYPES: [&str; 11] = [
    "service",
    "socket",
    "device",
    "mount",
    "automount",
    "swap",
    "target",
    "path",
    "timer",
    "slice",
    "scope",
];

fn unit_name(word: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b":-_.\\@".contains(&b);
    let Some((stem, kind)) = word.rsplit_once('.') else {
        return false;
    };
    word.len() <= UNIT_NAME_BYTES
        && UNIT_TYPES.contains(&kind)
        && !stem.is_empty()
        && (!stem.starts_with(['-', '.', '@']) || word == "-.mount" || word == "-.slice")
        && !stem.ends_with('@')
        && stem.bytes().all(fits)
}

fn package_name(word: &str) -> bool {
    let (name, architecture) = word.split_once(':').unwrap_or((word, "any"));
    let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (2..=128).contains(&name.len())
        && name.bytes().next().is_some_and(lower)
        && name.bytes().all(|b| lower(b) || b"+-.".contains(&b))
        && (1..=32).contains(&architecture.len())
        && architecture.bytes().next().is_some_and(lower)
        && architecture.bytes().all(|b| lower(b) || b == b'-')
}

fn error_id(word: &str) -> bool {
    word.len() == 8 && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn pairing_code(word: &str) -> bool {
    word.len() == 26 && word.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn totp_code(word: &str) -> bool {
    word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit())
}

fn setting_key(word: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    word.len() <= 96 && word.split('.').all(part)
}

impl UnitName {
    /// The type suffix without its dot (`service`).
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(_, kind)| kind)
    }

    /// The name without its type suffix (`nginx`).
    #[must_use]
    pub fn stem(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(stem, _)| stem)
    }

    /// `nginx` as `nginx.service`; a name that already has a type stays.
    ///
    /// # Errors
    /// When neither is a unit name.
    pub fn with_default_type(word: &str) -> Result<Self, Refused> {
        Self::new(word).or_else(|_| Self::new(format!("{word}.service")))
    }
}

/// A Telegram user id: positive, as the Bot API's `User.id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct TelegramId(i64);

impl TelegramId {
    /// The one door.
    ///
    /// # Errors
    /// When the number is not positive (chats and channels are negative).
    pub fn new(id: i64) -> Result<Self, Refused> {
        if id > 0 {
            Ok(Self(id))
        } else {
            Err(Refused::new("Telegram user id", &id.to_string()))
        }
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for TelegramId {
    type Error = Refused;
    fn try_from(id: i64) -> Result<Self, Refused> {
        Self::new(id)
    }
}

impl From<TelegramId> for i64 {
    fn from(id: TelegramId) -> Self {
        id.0
    }
}

impl std::fmt::Display for TelegramId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[test]
    fn unit_names_that_could_be_mistaken_for_something_else_are_refused() {
        for bad in [
            "",
            ".service",
            "nginx",
            "-x.service",
            "a/b.service",
            "../x.service",
            "a\nb.service",
            "a b.service",
            "a%i.service",
            "${X}.service",
            "a\0.service",
            "x@.service",
            "nginx.exe",
            "@x.service",
            "..service",
            "é.service",
        ] {
            assert!(UnitName::new(bad).is_err(), "{bad:?}");
        }
        for good in [
            "nginx.service",
            "getty@tty1.service",
            "dev-sda1.device",
            "-.mount",
            "a\\x2db.mount",
        ] {
            assert!(UnitName::new(good).is_ok(), "{good:?}");
        }
        assert!(UnitName::new(format!("{}.service", "a".repeat(248))).is_err());
    }

    #[test]
    fn package_names_follow_debian_policy() {
        for good in ["nginx", "libstdc++6", "g++", "libc6:amd64", "0ad"] {
            assert!(PackageName::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "-y",
            "nginx=1",
            "nginx/bookworm",
            "Nginx",
            "a b",
            "nginx:",
            "nginx:-",
            "nginx-:a:b",
        ] {
            assert!(PackageName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn other_nouns_refuse_what_does_not_fit() {
        assert!(TotpCode::new("12345").is_err() && TotpCode::new("12345a").is_err());
        assert!(ErrorId::new("DEADBEEF").is_err() && ErrorId::new("deadbeef").is_ok());
        assert!(
            SettingKey::new("units..managed").is_err() && SettingKey::new("units.managed").is_ok()
        );
        assert!(TelegramId::new(0).is_err() && TelegramId::new(-5).is_err());
    }

    #[test]
    fn a_name_without_a_type_becomes_a_service() {
        assert_eq!(
            UnitName::with_default_type("nginx").unwrap().as_str(),
            "nginx.service"
        );
        assert_eq!(
            UnitName::with_default_type("a.timer").unwrap().kind(),
            "timer"
        );
    }
}
