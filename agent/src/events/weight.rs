//! How important an event is when not all can be kept.

use potion_proto::events::{Event, News};
use potion_proto::incidents::Phase;

/// The weight of an event that counts others: it is folded into the next such event.
pub(super) const FOLDED: u8 = 0;
const CHANGED: u8 = 1;
const TOLD: u8 = 2;
const ASKED_FOR: u8 = 3;
const BROKE: u8 = 4;
const GAVE_UP: u8 = 5;

/// Higher is folded later; among equals the older goes first.
pub(super) fn of(event: &Event) -> u8 {
    match &event.news {
        News::Folded { .. } => FOLDED,
        News::Incident(incident) if incident.phase == Phase::GaveUp => GAVE_UP,
        News::Incident(_) if event.sounding => BROKE,
        News::Incident(_) => CHANGED,
        News::UpgradesWaiting { .. } | News::AuditHead { .. } => CHANGED,
        News::Booted(_) | News::Paired { .. } | News::Kept(_) => TOLD,
        News::JobEnded(_) | News::KeepPending(_) | News::Reverted { .. } => ASKED_FOR,
        News::TotpLocked { .. } => BROKE,
    }
}
