//! Acts under way: two that clash never run at once, and a stop of the agent waits for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use potion_proto::actions::Action;
use potion_proto::{Code, Failure};
use tokio::sync::Notify;

use super::Approved;
use crate::policy::command::audit_line;

/// What an act keeps others from touching.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Topic {
    Unit(String),
    Host,
    Packages,
    Settings,
    People,
    Keeps,
    /// Acts that never clash; the number tells them apart.
    Own(u64),
}

fn topic(approved: &Approved) -> Topic {
    match approved.action() {
        Action::Unit(_, unit) => Topic::Unit(unit.to_string()),
        Action::HostReboot | Action::HostPowerOff => Topic::Host,
        Action::PackagesRefresh
        | Action::PackagesUpgrade(_)
        | Action::PackagesAutoremove
        | Action::PackagesRepair
        | Action::PackageHold(_)
        | Action::PackageUnhold(_) => Topic::Packages,
        Action::SettingSet(..) | Action::SettingUnset(_) | Action::FilesRootRecord => {
            Topic::Settings
        }
        Action::AdminAdd(_) | Action::AdminRemove(_) | Action::AdminRole(..) => Topic::People,
        Action::Keep(_) | Action::Revert(_) => Topic::Keeps,
        Action::JobCancel(_)
        | Action::IncidentAcknowledge(_)
        | Action::IncidentMute(..)
        | Action::AdminLanguage(_)
        | Action::TotpEnrol(_)
        | Action::TotpConfirm(..)
        | Action::TotpReset(_)
        | Action::TotpUnlock(_) => Topic::Own(approved.request()),
    }
}

#[derive(Default)]
struct Inner {
    acts: Mutex<HashMap<Topic, String>>,
    ended: Notify,
}

/// The acts under way.
#[derive(Clone, Default)]
pub(crate) struct UnderWay(Arc<Inner>);

/// One act; over when dropped.
pub(crate) struct Act {
    all: UnderWay,
    topic: Topic,
}

impl UnderWay {
    pub(super) fn begin(&self, approved: &Approved) -> Result<Act, Failure> {
        let topic = topic(approved);
        let mut acts = self.acts();
        if let Some(other) = acts.get(&topic) {
            let sentence = format!("already running: {other}; wait for its end");
            return Err(Failure::new(Code::Conflict, other, sentence));
        }
        let (what, who) = (audit_line(approved.action()), approved.name());
        acts.insert(topic.clone(), format!("{what}, started by {who}"));
        Ok(Act {
            all: self.clone(),
            topic,
        })
    }

    pub(super) async fn idle(&self) {
        loop {
            let ended = self.0.ended.notified();
            if self.acts().is_empty() {
                return;
            }
            ended.await;
        }
    }

    fn acts(&self) -> MutexGuard<'_, HashMap<Topic, String>> {
        self.0.acts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Act {
    fn drop(&mut self) {
        self.all.acts().remove(&self.topic);
        self.all.0.ended.notify_waiters();
    }
}
