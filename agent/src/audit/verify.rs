//! The whole chain, compared with the database and the journal.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::audit::{Entry, Verification};

use super::chain::{self, Head};
use super::{Mirrored, file, no_line, rows};
use crate::agent::Agent;
use crate::policy::Own;

/// Entries whose hashes are kept for the comparison with the journal.
const WINDOW: usize = 2_000;
/// Faults that are told; a log that was rewritten has one for each line.
const FAULTS_MAX: usize = 20;

/// Walks the chain.
///
/// # Errors
/// `audit-unavailable` when the log cannot be read; what is wrong with it is no error.
pub async fn verify(agent: &Arc<Agent>, _by: &Own) -> Result<Verification, Failure> {
    // Nothing is appended while the three are compared.
    let _held = agent.audit.open.lock().await;
    let path = agent.audit.path.clone();
    let walk = tokio::task::spawn_blocking(move || Walk::over(&path));
    let mut walk = walk
        .await
        .map_err(|_| crate::session::defect("audit"))?
        .map_err(no_line)?;
    let (known, faults) = agent
        .store
        .call(|db| Ok((rows::head(db)?, rows::faults(db)?)))
        .await?;
    walk.compare(
        "the database",
        known.map(|Head { number, hash }| Mirrored { number, hash }),
    );
    match agent.mirror.newest(&walk.chain).await {
        Some(mirrored) => walk.compare("the journal", mirrored),
        None => walk.fault("the journal could not be asked".to_owned()),
    }
    walk.faults.splice(0..0, faults);
    walk.faults.truncate(FAULTS_MAX);
    Ok(Verification {
        entries: walk.entries,
        head: walk.head.hash,
        faults: walk.faults,
    })
}

#[derive(Default)]
struct Walk {
    entries: u64,
    lines: u64,
    /// The first entry's hash.
    chain: String,
    head: Head,
    window: VecDeque<Head>,
    faults: Vec<String>,
}

impl Walk {
    fn over(path: &Path) -> std::io::Result<Self> {
        let mut walk = Self::default();
        file::walk(path, |entry| walk.step(entry))?;
        Ok(walk)
    }

    fn step(&mut self, entry: Option<Entry>) {
        self.lines += 1;
        let Some(entry) = entry else {
            return self.fault(format!("line {} is no entry", self.lines));
        };
        let (number, before) = (entry.number, self.head.number);
        if number != before + 1 {
            self.fault(format!(
                "entry {number} follows entry {before}: some are missing"
            ));
        } else if !chain::follows(&self.head.hash, &entry) {
            self.fault(format!("entry {number} or the one before it was changed"));
        }
        self.entries += 1;
        if self.chain.is_empty() {
            self.chain.clone_from(&entry.hash);
        }
        self.head = Head {
            number,
            hash: entry.hash,
        };
        self.window.push_back(self.head.clone());
        if self.window.len() > WINDOW {
            self.window.pop_front();
        }
    }

    /// Entries that somebody else knows must be there, with the same hash. Those older than the window
    /// are vouched for by the chain.
    fn compare(&mut self, who: &str, known: impl IntoIterator<Item = Mirrored>) {
        let oldest = self.window.front().map_or(0, |head| head.number);
        for known in known {
            let here = self.window.iter().find(|head| head.number == known.number);
            let number = known.number;
            match here {
                Some(head) if head.hash == known.hash => {}
                Some(_) => self.fault(format!("{who} knows another entry {number}")),
                None if number >= oldest => {
                    let end = self.head.number;
                    self.fault(format!("{who} knows entry {number}, the log ends at {end}"));
                }
                None => {}
            }
        }
    }

    fn fault(&mut self, fault: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }
}
