#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use potion_proto::actions::{Action, Applied};
use potion_proto::admins::Role;
use potion_proto::events::{Audience, Class, News, Seq};
use potion_proto::incidents::{Gauge, Incident};
use potion_proto::units::Active;
use tokio::task::JoinHandle;

use super::*;
use crate::incidents::gauge;
use crate::testing::{Person, Running, World, context};

const NGINX: &str = "nginx.service";

/// A world whose watch runs, and the bot's place in the event log.
struct Lab {
    world: Running,
    watch: JoinHandle<()>,
    bot: Person,
    cursor: Seq,
}

impl Lab {
    async fn start() -> Self {
        let world = World::new()
            .config("[units]\nmanaged = [\"nginx.service\"]")
            .admin(7, Role::Operator)
            .unit(NGINX, Active::Active)
            .start()
            .await;
        Self::over(world, Seq(0)).await
    }

    async fn over(world: Running, cursor: Seq) -> Self {
        let watch = tokio::spawn(watch(world.agent.clone()));
        // It listens before it names the units it watches.
        while world.fakes.units.snapshot_names().is_empty() {
            tokio::task::yield_now().await;
        }
        let bot = world.bot().await;
        let lab = Self {
            world,
            watch,
            bot,
            cursor,
        };
        lab.look();
        lab
    }

    /// The bus is here: the units are seen as they stand.
    fn look(&self) {
        let units = &self.world.fakes.units;
        units.tell(Seen::Snapshot(vec![units.state(NGINX)]));
    }

    fn happen(&self, active: Active, sub: &str, result: &str, cause: Cause) {
        let units = &self.world.fakes.units;
        units.happen(NGINX, active, sub, result, cause);
    }

    fn dies(&self) {
        self.happen(Active::Failed, "failed", "signal", Cause::Itself);
    }

    async fn event(&mut self) -> Event {
        let call = self
            .bot
            .rpc
            .events_after(context(), self.bot.by, self.cursor, 1, 20_000);
        let page = call.await.unwrap().unwrap();
        let event = page.events.into_iter().next().expect("nothing was told");
        self.cursor = event.seq;
        event
    }

    async fn incident(&mut self) -> (Incident, bool) {
        let event = self.event().await;
        match event.news {
            News::Incident(incident) => (*incident, event.sounding),
            other => panic!("{other:?}"),
        }
    }

    /// Nothing was told up to now.
    async fn expect_silence(&mut self) {
        let news = News::Booted(potion_proto::host::BootReason::Clean);
        let agent = &self.world.agent;
        events::publish(agent, Class::Host, Audience::Everyone, false, news.clone()).await;
        assert_eq!(self.event().await.news, news);
    }

    /// Kills the agent, lets something happen, and starts another.
    async fn restart(self, meanwhile: impl FnOnce(&Running)) -> Self {
        self.watch.abort();
        meanwhile(&self.world);
        self.world.fakes.units.forget_managed();
        let cursor = self.cursor;
        Self::over(self.world.restart().await, cursor).await
    }
}

#[tokio::test]
async fn a_unit_that_dies_is_told_at_once_and_rings_and_somebody_s_start_resolves_it() {
    let mut lab = Lab::start().await;
    lab.dies();
    let (incident, rings) = lab.incident().await;
    assert!(rings && incident.phase == Phase::Failed);
    assert_eq!(incident.reason, "signal");
    lab.happen(Active::Active, "running", "success", Cause::Asked);
    let (incident, rings) = lab.incident().await;
    assert!(!rings && incident.phase == Phase::Resolved);
}

#[tokio::test]
async fn a_deliberate_stop_restart_and_reload_are_no_incidents() {
    let mut lab = Lab::start().await;
    for (active, sub) in [
        (Active::Deactivating, "stop-sigterm"),
        (Active::Inactive, "dead"),
        (Active::Activating, "start"),
        (Active::Active, "running"),
        (Active::Reloading, "reload"),
        (Active::Active, "running"),
        (Active::Deactivating, "stop-sigterm"),
        (Active::Failed, "failed"),
    ] {
        lab.happen(active, sub, "success", Cause::Asked);
    }
    lab.expect_silence().await;
}

#[tokio::test]
async fn a_crash_loop_is_one_incident_that_counts_and_rings_again_only_when_systemd_gives_up() {
    let mut lab = Lab::start().await;
    for count in 1..=3 {
        lab.happen(
            Active::Activating,
            "auto-restart",
            "exit-code",
            Cause::Itself,
        );
        let (incident, rings) = lab.incident().await;
        assert_eq!((incident.count, rings), (count, count == 1));
        assert_eq!(incident.phase, Phase::Healing);
        lab.world.fakes.units.edit(NGINX, |unit| {
            unit.restarts += 1;
            unit.main_pid = Some(100 + unit.restarts);
        });
        lab.happen(Active::Active, "running", "success", Cause::Itself);
    }
    lab.happen(
        Active::Activating,
        "auto-restart",
        "exit-code",
        Cause::Itself,
    );
    assert_eq!(lab.incident().await.0.count, 4);
    lab.dies();
    let (incident, rings) = lab.incident().await;
    assert!(rings && incident.phase == Phase::GaveUp && incident.count == 4);
}

#[tokio::test]
async fn one_that_stays_up_has_healed_without_a_ring() {
    let mut lab = Lab::start().await;
    lab.happen(Active::Activating, "auto-restart", "signal", Cause::Itself);
    assert_eq!(lab.incident().await.0.phase, Phase::Healing);
    lab.happen(Active::Active, "running", "success", Cause::Itself);
    let (incident, rings) = lab.incident().await;
    assert!(!rings && incident.phase == Phase::Healed);
}

#[tokio::test]
async fn what_happened_while_nobody_looked_is_told_at_the_start_and_only_once() {
    let mut lab = Lab::start().await;
    lab.expect_silence().await;
    let mut lab = lab
        .restart(|world| {
            world
                .fakes
                .units
                .edit(NGINX, |unit| unit.unit.active = Active::Failed)
        })
        .await;
    assert_eq!(lab.incident().await.0.phase, Phase::Failed);
    let mut lab = lab.restart(|_| ()).await;
    lab.expect_silence().await;
}

#[tokio::test]
async fn a_restart_by_systemd_that_nobody_saw_is_known_by_invocation_and_count_alone() {
    let mut lab = Lab::start().await;
    lab.expect_silence().await;
    let mut lab = lab
        .restart(|world| {
            world.fakes.units.edit(NGINX, |unit| {
                unit.restarts = 1;
                unit.main_pid = Some(101);
            });
        })
        .await;
    let (incident, rings) = lab.incident().await;
    assert!(rings && incident.phase == Phase::Healing && incident.reason == "restarted");
    assert_eq!(lab.incident().await.0.phase, Phase::Healed);
}

#[tokio::test]
async fn a_restart_by_hand_that_nobody_saw_is_no_incident() {
    let mut lab = Lab::start().await;
    lab.expect_silence().await;
    let restarted = |world: &Running| {
        world
            .fakes
            .units
            .edit(NGINX, |unit| unit.main_pid = Some(101));
    };
    let mut lab = lab.restart(restarted).await;
    lab.expect_silence().await;
}

#[tokio::test]
async fn after_the_bus_was_away_the_units_are_compared() {
    let mut lab = Lab::start().await;
    lab.expect_silence().await;
    lab.world.fakes.units.tell(Seen::Lost);
    lab.world
        .fakes
        .units
        .edit(NGINX, |unit| unit.unit.active = Active::Failed);
    lab.look();
    assert_eq!(lab.incident().await.0.phase, Phase::Failed);
}

#[tokio::test]
async fn an_admin_takes_an_incident_on_or_mutes_it() {
    let mut lab = Lab::start().await;
    lab.dies();
    let (incident, _) = lab.incident().await;
    let admin = lab.world.telegram(7).await;
    let taken = admin.act(Action::IncidentAcknowledge(incident.id)).await;
    assert_eq!(taken.unwrap(), Applied::Done);
    let (incident, rings) = lab.incident().await;
    assert!(!rings && incident.phase == Phase::Acknowledged);
    assert_eq!(incident.acknowledged_by, "telegram:7");
    let muted = admin.act(Action::IncidentMute(incident.id, 60)).await;
    assert_eq!(muted.unwrap(), Applied::Done);
    let (incident, _) = lab.incident().await;
    assert!(incident.muted_until.is_some());
    let unknown = potion_proto::incidents::IncidentId(incident.id.0 + 1);
    let refused = admin.act(Action::IncidentAcknowledge(unknown)).await;
    assert_eq!(refused.unwrap_err().code, potion_proto::Code::NotFound);
    let shown = admin.rpc.incident_show(context(), admin.by, incident.id);
    assert_eq!(shown.await.unwrap().unwrap(), incident);
}

#[tokio::test]
async fn a_gauge_is_told_when_it_passes_and_when_it_is_back_and_flapping_does_not_ring() {
    let mut lab = Lab::start().await;
    let agent = lab.world.agent.clone();
    let tell = |over| gauge(&agent, Gauge::Disk("/".into()), "93 %".into(), over);
    let mut told = Vec::new();
    for over in [true, true, false, false, true] {
        tell(over).await;
    }
    for _ in 0..3 {
        let (incident, rings) = lab.incident().await;
        told.push((incident.phase, incident.count, rings));
    }
    lab.expect_silence().await;
    assert_eq!(
        told,
        [
            (Phase::Failed, 1, true),
            (Phase::Healed, 1, false),
            (Phase::Failed, 2, false)
        ]
    );
}

#[tokio::test]
async fn the_bot_s_own_unit_is_watched_though_nobody_lists_it() {
    let mut lab = Lab::start().await;
    let units = lab.world.fakes.units.clone();
    units.put(BOT, Active::Active);
    units.tell(Seen::Snapshot(vec![units.state(NGINX), units.state(BOT)]));
    units.happen(
        BOT,
        Active::Activating,
        "auto-restart",
        "signal",
        Cause::Itself,
    );
    let event = lab.event().await;
    let News::Incident(incident) = event.news else {
        panic!("{event:?}");
    };
    assert_eq!(event.class, Class::Crashes);
    assert_eq!(incident.subject, Subject::Program(Program::Bot));
    assert!(incident.error.is_some());
}

#[tokio::test]
async fn a_unit_that_is_managed_no_longer_keeps_no_open_incident() {
    let mut lab = Lab::start().await;
    lab.dies();
    assert_eq!(lab.incident().await.0.phase, Phase::Failed);
    let none = "[units]\nmanaged = []";
    let none = potion_config::Config::parse(none, "test").unwrap();
    lab.world.agent.put_config(none);
    lab.world.fakes.units.tell(Seen::Snapshot(Vec::new()));
    assert_eq!(lab.incident().await.0.phase, Phase::Resolved);
}

#[tokio::test]
async fn an_empty_snapshot_from_before_the_list_was_known_forgets_nothing() {
    let mut lab = Lab::start().await;
    lab.dies();
    assert_eq!(lab.incident().await.0.phase, Phase::Failed);
    lab.world.fakes.units.tell(Seen::Snapshot(Vec::new()));
    lab.look();
    lab.expect_silence().await;
}
