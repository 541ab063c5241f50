//! From what systemd shows to what it means.

use potion_proto::units::{Active, Ending};

use super::marks::{Mark, breaks_now};
use crate::units::watch::{Cause, UnitChange, UnitState};

/// What became of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It broke (so many times since the last look; 0: it is still the same break), and stands so.
    Broke { times: u32, stands: Stands },
    /// It is well.
    Well { asked: bool },
    /// Somebody laid it down.
    LaidDown,
}

/// How a unit stands after a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// Nothing restarts it.
    Failed,
    /// systemd is about to.
    Healing,
    /// systemd did so already.
    Up,
}

fn is_up(state: &UnitState) -> bool {
    matches!(state.active, Active::Active | Active::Reloading)
}

fn stands(state: &UnitState) -> Option<Stands> {
    if state.is_healing() {
        Some(Stands::Healing)
    } else if state.active == Active::Failed {
        Some(Stands::Failed)
    } else if is_up(state) {
        Some(Stands::Up)
    } else {
        None
    }
}

/// What a change means; None for a step on the way. `mark` is how the unit was last known.
pub(super) fn of_change(mark: Option<&Mark>, change: &UnitChange) -> Option<Turn> {
    let UnitChange { before, now, cause } = change;
    let asked = *cause == Cause::Asked;
    if now.active == Active::Inactive {
        return of_ending(before, now, asked);
    }
    if asked {
        return is_up(now).then_some(Turn::Well { asked });
    }
    let times = breaks(mark, before, now);
    match stands(now) {
        Some(Stands::Up) | None if times == 0 => is_up(now).then_some(Turn::Well { asked }),
        Some(stands) => Some(Turn::Broke { times, stands }),
        // On its way up after a break that was not seen.
        None => Some(Turn::Broke {
            times,
            stands: Stands::Healing,
        }),
    }
}

/// It is down: laid down, reset, or at the end of its work (a `oneshot` that ran well this time).
fn of_ending(before: &UnitState, now: &UnitState, asked: bool) -> Option<Turn> {
    if asked || before.active == Active::Failed {
        return Some(Turn::LaidDown);
    }
    let ended_well = !before.is_healing() && now.ending.result == "success";
    ended_well.then_some(Turn::Well { asked })
}

/// How often it broke between two looks. Each run has an invocation of its own; NRestarts tells of runs
/// that were not seen at all, but grows while a unit still waits for its restart.
fn breaks(mark: Option<&Mark>, before: &UnitState, now: &UnitState) -> u32 {
    let counted = |state: &UnitState| mark.is_some_and(|mark| mark.counts(state));
    let breaks_now = u32::from(breaks_now(before, now) && !counted(now));
    if before.invocation == now.invocation {
        return breaks_now;
    }
    let restarts = now.restarts.saturating_sub(before.restarts);
    let broke_unseen = before.active != Active::Inactive && !counted(before) && restarts > 0;
    u32::from(broke_unseen) + restarts.saturating_sub(1) + breaks_now
}

/// What a unit means that was not watched for a while; `mark` is how it was last known.
pub(super) fn of_snapshot(mark: Option<&Mark>, now: &UnitState) -> Option<Turn> {
    let restarts = mark.map_or(0, |mark| mark.restarts_until(now));
    let known = mark.is_some_and(|mark| mark.counts(now));
    match stands(now) {
        Some(Stands::Failed) => Some(Turn::Broke {
            times: if known { 0 } else { restarts.max(1) },
            stands: Stands::Failed,
        }),
        Some(Stands::Healing) => Some(Turn::Broke {
            times: restarts.max(1),
            stands: Stands::Healing,
        }),
        Some(Stands::Up) if restarts > 0 => Some(Turn::Broke {
            times: restarts,
            stands: Stands::Up,
        }),
        // Whoever started it did so unseen: systemd itself only after a restart.
        Some(Stands::Up) => Some(Turn::Well {
            asked: now.restarts == 0,
        }),
        None => (now.active == Active::Inactive).then_some(Turn::LaidDown),
    }
}

/// systemd's Result in a few words: `signal (SIGKILL)`, `exit-code (1)`, `timeout`.
pub(super) fn reason(ending: &Ending) -> String {
    if ending.result == "success" {
        return "restarted".to_owned();
    }
    let detail = match (ending.status, ending.signalled) {
        (Some(signal), true) => Some(
            nix::sys::signal::Signal::try_from(signal)
                .map_or_else(|_| signal.to_string(), |signal| signal.as_str().to_owned()),
        ),
        (Some(status), false) if ending.result == "exit-code" => Some(status.to_string()),
        _ => None,
    };
    match detail {
        Some(detail) => format!("{} ({detail})", ending.result),
        None => ending.result.clone(),
    }
}
