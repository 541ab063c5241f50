#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use potion_proto::names::UnitName;
use potion_proto::units::{Active, Ending};

use super::*;

/// A unit's life told by readings, each with the job it shows.
struct Life(Track);

impl Life {
    fn running() -> Self {
        Self(Track::new(state(Active::Active, "running", 0), 0))
    }

    fn failed() -> Self {
        Self(Track::new(state(Active::Failed, "failed", 0), 0))
    }

    fn then(&mut self, active: Active, sub: &str, restarts: u32, job: u32) -> Option<Cause> {
        self.0
            .step(state(active, sub, restarts), job)
            .map(|change| change.cause)
    }
}

fn state(active: Active, sub: &str, restarts: u32) -> UnitState {
    UnitState {
        unit: UnitName::new("a.service").unwrap(),
        active,
        sub: sub.to_owned(),
        ending: Ending {
            result: "success".to_owned(),
            status: None,
            signalled: false,
            skipped: false,
        },
        invocation: String::new(),
        restarts,
        main_pid: None,
        since: None,
    }
}

#[test]
fn a_unit_that_dies_does_so_by_itself() {
    let mut life = Life::running();
    assert_eq!(
        life.then(Active::Deactivating, "stop-sigterm", 0, 0),
        Some(Cause::Itself)
    );
    assert_eq!(
        life.then(Active::Failed, "failed", 0, 0),
        Some(Cause::Itself)
    );
}

#[test]
fn a_stop_is_asked_for_even_when_it_ends_in_failure() {
    let mut life = Life::running();
    assert_eq!(life.then(Active::Active, "running", 0, 5), None);
    assert_eq!(
        life.then(Active::Deactivating, "stop-sigterm", 0, 5),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Failed, "failed", 0, 0),
        Some(Cause::Asked)
    );
}

#[test]
fn a_stop_that_shows_its_job_only_beforehand_is_asked_for() {
    let mut life = Life::running();
    assert_eq!(life.then(Active::Active, "running", 0, 5), None);
    assert_eq!(
        life.then(Active::Inactive, "dead", 0, 0),
        Some(Cause::Asked)
    );
}

#[test]
fn a_restart_is_asked_for_but_a_start_that_then_fails_is_not() {
    let mut life = Life::running();
    assert_eq!(
        life.then(Active::Deactivating, "stop", 0, 5),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Inactive, "dead", 0, 5),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Activating, "start", 0, 5),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Failed, "failed", 0, 0),
        Some(Cause::Itself)
    );
}

#[test]
fn a_start_that_is_called_off_is_asked_for() {
    let mut life = Life::failed();
    assert_eq!(
        life.then(Active::Activating, "start", 0, 5),
        Some(Cause::Asked)
    );
    assert_eq!(life.then(Active::Activating, "start", 0, 6), None);
    assert_eq!(
        life.then(Active::Deactivating, "stop-sigterm", 0, 6),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Failed, "failed", 0, 0),
        Some(Cause::Asked)
    );
}

#[test]
fn systemds_own_restarts_are_the_units_doing_until_it_gives_up() {
    let mut life = Life::running();
    assert_eq!(
        life.then(Active::Activating, "auto-restart", 0, 0),
        Some(Cause::Itself)
    );
    assert_eq!(
        life.then(Active::Activating, "auto-restart", 1, 9),
        Some(Cause::Itself)
    );
    assert_eq!(
        life.then(Active::Inactive, "dead", 1, 9),
        None,
        "only passing through"
    );
    assert_eq!(
        life.then(Active::Activating, "start", 1, 9),
        Some(Cause::Itself)
    );
    assert_eq!(
        life.then(Active::Active, "running", 1, 0),
        Some(Cause::Itself)
    );
    assert_eq!(
        life.then(Active::Activating, "auto-restart", 1, 0),
        Some(Cause::Itself)
    );
    assert_eq!(
        life.then(Active::Failed, "failed", 1, 0),
        Some(Cause::Itself)
    );
}

#[test]
fn a_person_who_restarts_or_stops_a_healing_unit_is_behind_it() {
    let mut life = Life::running();
    assert_eq!(
        life.then(Active::Activating, "auto-restart", 0, 0),
        Some(Cause::Itself)
    );
    assert_eq!(
        life.then(Active::Activating, "start", 0, 7),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Activating, "auto-restart", 0, 0),
        Some(Cause::Itself)
    );
    assert_eq!(life.then(Active::Activating, "auto-restart", 0, 8), None);
    assert_eq!(
        life.then(Active::Inactive, "dead", 0, 0),
        Some(Cause::Asked)
    );
}

#[test]
fn a_service_that_dies_of_its_reload_does_so_by_itself() {
    let mut life = Life::running();
    assert_eq!(
        life.then(Active::Reloading, "reload", 0, 5),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Failed, "failed", 0, 0),
        Some(Cause::Itself)
    );
}

#[test]
fn a_reload_that_ends_well_goes_back_to_running_as_asked() {
    let mut life = Life::running();
    assert_eq!(
        life.then(Active::Reloading, "reload", 0, 5),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Active, "running", 0, 0),
        Some(Cause::Asked)
    );
    assert_eq!(
        life.then(Active::Failed, "failed", 0, 0),
        Some(Cause::Itself)
    );
}
