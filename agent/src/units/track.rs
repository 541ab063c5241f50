//! One unit's states in a row, and who is behind each step.
//!
//! Jobs tell it: somebody's stop, restart or start shows as `Job` in the very signals that bring the states. Three kinds
//! of job must not count: the restart that systemd queues for its own `Restart=` (it alone raises NRestarts), the start
//! job of a start that fails, and the reload job of a service that dies of it.

use potion_proto::units::Active;

use super::watch::{Cause, UnitChange, UnitState};

/// What was last seen of a unit.
#[derive(Clone, Debug)]
pub(super) struct Track {
    state: UnitState,
    /// The job that was last seen; 0 when there was none.
    job: u32,
    /// The job that systemd queued by itself; 0 when none was seen.
    own_job: u32,
    /// The job under which the ActiveState was entered.
    entered_by: u32,
    /// Who was behind the last step.
    cause: Cause,
}

impl Track {
    /// Begins with a reading.
    pub(super) fn new(state: UnitState, job: u32) -> Self {
        Self {
            state,
            job,
            own_job: 0,
            entered_by: job,
            cause: Cause::Itself,
        }
    }

    /// The next reading. None when nothing changed, or when it only passes through `dead` on the way to systemd's own
    /// restart.
    pub(super) fn step(&mut self, now: UnitState, job: u32) -> Option<UnitChange> {
        if now.restarts > self.state.restarts && job != 0 {
            self.own_job = job;
        }
        let passing = job != 0 && job == self.own_job && is_down(now.active);
        if now == self.state || passing {
            self.job = job;
            return None;
        }
        let cause = self.cause_of(&now, job);
        if phase(&now) != phase(&self.state) {
            self.entered_by = job;
        }
        self.job = job;
        self.cause = cause;
        let before = std::mem::replace(&mut self.state, now.clone());
        Some(UnitChange { before, now, cause })
    }

    fn cause_of(&self, now: &UnitState, job: u32) -> Cause {
        let foreign = |job: u32| job != 0 && job != self.own_job;
        let new = |job: u32| foreign(job) && job != self.entered_by;
        let any = foreign(self.job) || foreign(job);
        let any_new = new(self.job) || new(job);
        let goes_down =
            is_down(now.active) || now.active == Active::Deactivating || now.is_healing();
        let asked = match self.state.active {
            _ if now.restarts > self.state.restarts => false,
            Active::Activating if self.state.is_healing() => any,
            Active::Activating | Active::Reloading if goes_down => any_new,
            Active::Deactivating if goes_down => self.cause == Cause::Asked || any_new,
            _ => any,
        };
        if asked { Cause::Asked } else { Cause::Itself }
    }
}

/// systemd counts waiting for its own restart as activating; here it is a phase of its own.
fn phase(state: &UnitState) -> (Active, bool) {
    (state.active, state.is_healing())
}

fn is_down(active: Active) -> bool {
    matches!(active, Active::Inactive | Active::Failed)
}

#[cfg(test)]
mod tests;
