//! Busy shares from the counters of `/proc/stat`, by `proc_stat(5)`.

/// The counters of one core, or of all, in clock ticks since boot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ticks {
    busy: u64,
    idle: u64,
}

/// All counters at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    pub(super) all: Ticks,
    pub(super) cores: Vec<Ticks>,
    /// Unix time of the boot in seconds.
    pub(super) booted: i64,
}

impl Counters {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut counters = Self::default();
        let mut found = false;
        for line in text.lines() {
            let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
            match name.strip_prefix("cpu") {
                Some("") => {
                    counters.all = ticks(rest)?;
                    found = true;
                }
                Some(_) => counters.cores.push(ticks(rest)?),
                None if name == "btime" => counters.booted = rest.trim().parse().ok()?,
                None => {}
            }
        }
        found.then_some(counters)
    }

    /// Ticks of all cores together since `before`.
    pub(super) fn since(&self, before: &Self) -> u64 {
        self.all.total().saturating_sub(before.all.total())
    }

    /// Busy share of all cores since `before`, 0–100.
    pub(super) fn percent(&self, before: &Self) -> f32 {
        share(before.all, self.all)
    }

    /// Busy share of each core since `before`, 0–100. A core that was not there before counts from its beginning.
    pub(super) fn cores_percent(&self, before: &Self) -> Vec<f32> {
        let before = before
            .cores
            .iter()
            .copied()
            .chain(std::iter::repeat(Ticks::default()));
        self.cores
            .iter()
            .zip(before)
            .map(|(now, before)| share(before, *now))
            .collect()
    }
}

impl Ticks {
    fn total(self) -> u64 {
        self.busy.saturating_add(self.idle)
    }
}

/// user nice system idle iowait irq softirq steal; guest times are within user and nice.
fn ticks(line: &str) -> Option<Ticks> {
    let mut fields = [0_u64; 8];
    for (field, word) in fields.iter_mut().zip(line.split_ascii_whitespace()) {
        *field = word.parse().ok()?;
    }
    let [user, nice, system, idle, iowait, irq, softirq, steal] = fields;
    let busy = [user, nice, system, irq, softirq, steal]
        .into_iter()
        .fold(0, u64::saturating_add);
    Some(Ticks {
        busy,
        idle: idle.saturating_add(iowait),
    })
}

/// Counters of iowait are known to go back at times; that counts as none.
fn share(before: Ticks, now: Ticks) -> f32 {
    let busy = now.busy.saturating_sub(before.busy);
    let idle = now.idle.saturating_sub(before.idle);
    percent(busy, busy.saturating_add(idle))
}

/// 0–100; 0 of nothing.
pub(super) fn percent(part: u64, whole: u64) -> f32 {
    potion_proto::host::Gauge {
        used: part,
        total: whole,
    }
    .percent()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use proptest::prelude::*;

    use super::*;

    const BEFORE: &str = "cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 5 0 5 40 0 0 0 0 0 0\ncpu1 5 0 5 40 0 0 0 0 0 0\nintr 5\nbtime 1700000000\n";
    const AFTER: &str = "cpu  35 0 10 130 25 0 0 0 0 0\ncpu0 30 0 5 65 0 0 0 0 0 0\ncpu1 5 0 5 65 25 0 0 0 0 0\nbtime 1700000000\n";

    #[test]
    fn shares_are_those_of_the_time_between() {
        let (before, after) = (
            Counters::parse(BEFORE).unwrap(),
            Counters::parse(AFTER).unwrap(),
        );
        assert!((after.percent(&before) - 25.0).abs() < 0.01);
        assert_eq!(after.cores_percent(&before), [50.0, 0.0]);
        assert_eq!((after.since(&before), after.booted), (100, 1_700_000_000));
    }

    #[test]
    fn counters_that_go_back_count_as_none() {
        let (before, after) = (
            Counters::parse(BEFORE).unwrap(),
            Counters::parse(AFTER).unwrap(),
        );
        assert!(before.percent(&after).abs() < 0.01);
    }

    #[test]
    fn what_is_no_stat_is_refused() {
        for text in ["", "intr 5", "cpu  a b c", "cpu  99999999999999999999999 0"] {
            assert_eq!(Counters::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(cpu[0-9]{0,2} ([0-9]{1,20} ?){0,12}\n|.*\n){0,5}") {
            if let Some(counters) = Counters::parse(&text) {
                let share = counters.percent(&Counters::default());
                prop_assert!((0.0..=100.0).contains(&share));
            }
        }
    }
}
