//! Events that the disk would not take, bounded, in memory.

use potion_proto::events::{Event, Page, Seq};

use super::{log, weight};

/// Events that wait in memory; more fold into one that counts them.
pub(super) const EVENTS_MAX: usize = 256;

/// The newest events, in order of `seq`, none of which is on the disk.
#[derive(Default)]
pub(super) struct Tail {
    events: Vec<Event>,
}

impl Tail {
    /// Whether all is on the disk.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// All of them, to be written.
    pub(super) fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// They could not be written. Others may have come meanwhile; those are newer.
    pub(super) fn put_back(&mut self, mut events: Vec<Event>) {
        events.append(&mut self.events);
        self.events = events;
    }

    /// Adds events with the next numbers after `head` and after those that wait.
    pub(super) fn push(&mut self, events: Vec<Event>, head: Seq) {
        for mut event in events {
            event.seq = self.next(head);
            self.events.push(event);
        }
        if self.events.len() > EVENTS_MAX {
            self.fold(head);
        }
    }

    fn next(&self, head: Seq) -> Seq {
        let last = self.events.last().map_or(Seq(0), |event| event.seq);
        Seq(last.max(head).0 + 1)
    }

    /// Down to nine tenths: the least important go, older ones first.
    fn fold(&mut self, head: Seq) {
        let mut order: Vec<(u8, Seq)> = self
            .events
            .iter()
            .map(|event| (weight::of(event), event.seq))
            .collect();
        order.sort_unstable();
        order.truncate(self.events.len() - EVENTS_MAX * 9 / 10);
        let (victims, kept) = std::mem::take(&mut self.events)
            .into_iter()
            .partition::<Vec<_>, _>(|event| order.iter().any(|(_, seq)| *seq == event.seq));
        let last = victims.iter().chain(&kept).map(|event| event.seq).max();
        self.events = kept;
        if let (Some(mut event), Some(last)) = (log::sum(&victims), last) {
            event.seq = Seq(last.max(head).0 + 1);
            self.events.push(event);
        }
    }

    /// Adds the next events to a page that has room for so many more.
    pub(super) fn join(&self, page: &mut Page, cursor: Seq, room: usize) {
        let reached = page.events.last().map_or(cursor, |event| event.seq);
        let newer = self.events.iter().filter(|event| event.seq > reached);
        page.events.extend(newer.take(room).cloned());
        if let Some(last) = self.events.last() {
            page.head = page.head.max(last.seq);
        }
    }
}
