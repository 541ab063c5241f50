//! The Debian releases that a machine can boot.

/// A Debian release. Ubuntu's packages cannot be had where this runs, so Ubuntu 24.04 is covered by dependency checks instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suite {
    /// Debian 12: systemd 252.
    Bookworm,
    /// Debian 13: systemd 257.
    Trixie,
}

impl Suite {
    /// Both, for tests that run on each.
    pub const ALL: [Suite; 2] = [Suite::Bookworm, Suite::Trixie];

    /// The code name, as apt and mmdebstrap want it.
    #[must_use]
    pub fn codename(self) -> &'static str {
        match self {
            Suite::Bookworm => "bookworm",
            Suite::Trixie => "trixie",
        }
    }
}
