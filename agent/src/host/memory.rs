//! RAM and swap from `/proc/meminfo`, by `proc_meminfo(5)`, and the load from `/proc/loadavg`.

use potion_proto::host::Gauge;

/// RAM and swap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) ram: Gauge,
    pub(super) swap: Gauge,
}

impl Memory {
    /// None when the totals are missing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            let kib = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?;
            Some(kib.saturating_mul(1024))
        };
        let gauge = |total: u64, free: u64| Gauge {
            used: total.saturating_sub(free),
            total,
        };
        let free = value("MemAvailable").or_else(|| value("MemFree"))?;
        Some(Self {
            ram: gauge(value("MemTotal")?, free),
            swap: gauge(
                value("SwapTotal").unwrap_or(0),
                value("SwapFree").unwrap_or(0),
            ),
        })
    }
}

/// Load averages over 1, 5 and 15 minutes.
pub(super) fn load(text: &str) -> Option<[f32; 3]> {
    let mut words = text
        .split_ascii_whitespace()
        .map(|word| word.parse::<f32>().ok());
    let mut next = || {
        words
            .next()
            .flatten()
            .filter(|load| load.is_finite() && *load >= 0.0)
    };
    Some([next()?, next()?, next()?])
}

/// Whole seconds since boot, from `/proc/uptime`.
pub(super) fn uptime(text: &str) -> Option<u64> {
    text.split(['.', ' ']).next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn used_is_what_is_not_available() {
        let text = "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 400 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n";
        let memory = Memory::parse(text).unwrap();
        assert_eq!(
            memory.ram,
            Gauge {
                used: 600 * 1024,
                total: 1000 * 1024
            }
        );
        assert_eq!(memory.swap, Gauge::default());
    }

    #[test]
    fn loads_and_uptime_are_read() {
        assert_eq!(
            load("0.52 1.00 12.50 1/800 12345\n"),
            Some([0.52, 1.0, 12.5])
        );
        assert_eq!(uptime("3337.18 9999.00\n"), Some(3337));
        for text in ["", "1.0 2.0", "NaN 1 1", "-1 1 1", "x"] {
            assert_eq!(load(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "((MemTotal|MemAvailable|SwapFree): +[0-9]{1,22} kB\n|.*\n){0,5}") {
            let _ = (Memory::parse(&text), load(&text), uptime(&text));
        }
    }
}
