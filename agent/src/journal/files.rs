//! The newest entries straight from journald's files, by systemd's `JOURNAL_FILE_FORMAT`.
//!
//! journalctl needs 8 ms before it reads a byte, which is most of what the newest page of a unit takes, and an
//! incident's message waits for just that page. So this one page is read here: found by the unit's hash, walked from its
//! newest entry back. It only reads, with checked offsets and a bounded number of steps; whatever is unusual (a
//! compressed message, an older hash, a file cut short) is [`Odd`], and then journalctl is asked as for everything else.

mod chain;
mod file;
mod raw;
mod siphash;

use std::path::{Path, PathBuf};

use potion_proto::journal::{Filter, Priority};

use super::arguments::number;
use super::export::Entry;
use chain::Chain;
use file::{JournalFile, Placed};

/// Files that are opened; a journal of 4 GiB has about 60.
const FILES_MAX: usize = 256;
/// Entries that are looked at, for a filter that few of them pass.
const STEPS_MAX: usize = 5_000;
const COREDUMP: &str = "MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1";

/// What journalctl has to sort out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Odd;

/// What a filter asks of an entry's fields besides the one it was found by.
type Also = &'static [&'static str];

/// The fields by which `journalctl -u` finds entries of a unit.
const UNIT_FIELDS: [(&str, Also); 4] = [
    ("_SYSTEMD_UNIT", &[]),
    ("UNIT", &["_PID=1"]),
    ("OBJECT_SYSTEMD_UNIT", &["_UID=0"]),
    ("COREDUMP_UNIT", &["_UID=0", COREDUMP]),
];

/// Where this machine's journal is: on disk, and in memory before the disk is there.
pub(super) fn folders() -> Vec<PathBuf> {
    let machine = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let beneath = |folder: &str| Path::new(folder).join(machine.trim());
    match machine.trim().is_empty() {
        true => Vec::new(),
        false => vec![beneath("/var/log/journal"), beneath("/run/log/journal")],
    }
}

/// The newest `limit` entries, newest first.
pub(super) fn newest(
    folders: &[PathBuf],
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Entry>, Odd> {
    if filter.text.is_some()
        || filter
            .unit
            .as_ref()
            .is_some_and(|unit| unit.kind() == "slice")
    {
        return Err(Odd);
    }
    let mut merged = Merged::open(folders, filter)?;
    let mut found = Vec::new();
    for _ in 0..STEPS_MAX {
        let Some((file, placed, also)) = merged.next()? else {
            return Ok(found);
        };
        if before(filter, &placed) {
            return Ok(found);
        }
        if let Some(entry) = merged.entry(file, &placed, filter, also)? {
            found.push(entry);
        }
        if found.len() == limit {
            return Ok(found);
        }
    }
    Err(Odd)
}

/// Files in the order of their last entries, newest first; one is searched when the merge comes to its time.
struct Merged {
    files: Vec<Source>,
    terms: Vec<(Vec<u8>, Also)>,
}

struct Source {
    file: JournalFile,
    /// None until the merge comes to it.
    chains: Option<Vec<(Chain, Also)>>,
    head: Option<(Placed, Also)>,
}

impl Merged {
    fn open(folders: &[PathBuf], filter: &Filter) -> Result<Self, Odd> {
        let mut files = Vec::new();
        for path in folders.iter().flat_map(|folder| paths(folder)) {
            let source = |file| Source {
                file,
                chains: None,
                head: None,
            };
            files.extend(JournalFile::open(&path)?.map(source));
        }
        if files.is_empty() || files.len() > FILES_MAX {
            return Err(Odd);
        }
        files.sort_by_key(|source| std::cmp::Reverse(source.file.last_at()));
        let terms = filter.unit.as_ref().map(|unit| {
            let term = |(field, also): (&str, Also)| (format!("{field}={unit}").into_bytes(), also);
            UNIT_FIELDS.map(term).to_vec()
        });
        Ok(Self {
            files,
            terms: terms.unwrap_or_default(),
        })
    }

    /// The newest entry that was not given yet, with its file's number.
    fn next(&mut self) -> Result<Option<(usize, Placed, Also)>, Odd> {
        loop {
            let newest = self.newest();
            let at = newest.and_then(|index| Some(self.files[index].head.as_ref()?.0.realtime));
            let unsearched = self.files.iter().position(|source| source.chains.is_none());
            let earlier =
                |index: &usize| at.is_none_or(|at| self.files[*index].file.last_at() >= at);
            match (unsearched.filter(earlier), newest) {
                (Some(index), _) => self.files[index].search(&self.terms)?,
                (None, None) => return Ok(None),
                (None, Some(index)) => {
                    let head = self.files[index].head.take();
                    self.files[index].advance()?;
                    return Ok(head.map(|(placed, also)| (index, placed, also)));
                }
            }
        }
    }

    fn newest(&self) -> Option<usize> {
        let heads = self.files.iter().enumerate();
        let heads = heads.filter_map(|(index, source)| Some((index, &source.head.as_ref()?.0)));
        heads
            .max_by(|(_, one), (_, other)| one.order(other))
            .map(|(index, _)| index)
    }

    /// The entry's fields; None when it does not pass.
    fn entry(
        &mut self,
        index: usize,
        placed: &Placed,
        filter: &Filter,
        also: Also,
    ) -> Result<Option<Entry>, Odd> {
        let after = filter
            .until
            .is_some_and(|until| micros(until) < placed.realtime);
        if after {
            return Ok(None);
        }
        let file = &mut self.files[index].file;
        let mut entry = Entry {
            cursor: Some(placed.cursor()),
            at: Some(placed.realtime),
            ..Entry::default()
        };
        let mut missing = also.to_vec();
        for item in &placed.items {
            let field = file.field(*item)?;
            missing.retain(|wanted| wanted.as_bytes() != field.as_slice());
            entry.learn_field(&field);
        }
        let severe = filter
            .priority
            .is_none_or(|most| is_severe(entry.priority, most));
        Ok((missing.is_empty() && severe).then_some(entry))
    }
}

impl Source {
    fn search(&mut self, terms: &[(Vec<u8>, Also)]) -> Result<(), Odd> {
        let mut chains = Vec::new();
        if terms.is_empty() {
            chains.push((self.file.all()?, &[] as Also));
        }
        for (term, also) in terms {
            chains.extend(self.file.with(term)?.map(|chain| (chain, *also)));
        }
        self.chains = Some(chains);
        self.advance()
    }

    /// Takes the entry furthest behind in the file, which is its newest; one that two fields lead to counts once, by the
    /// field that asks for less.
    fn advance(&mut self) -> Result<(), Odd> {
        let mut newest: Option<(u64, Also)> = None;
        let chains = self.chains.as_mut().ok_or(Odd)?;
        for (chain, also) in chains.iter_mut() {
            let Some(at) = chain.peek(&mut self.file)? else {
                continue;
            };
            if newest.is_none_or(|(best, _)| at > best) {
                newest = Some((at, also));
            }
        }
        let Some((at, also)) = newest else {
            self.head = None;
            return Ok(());
        };
        for (chain, _) in chains.iter_mut() {
            if chain.peek(&mut self.file)? == Some(at) {
                chain.pop();
            }
        }
        self.head = Some((self.file.entry(at)?, also));
        Ok(())
    }
}

/// Journal files in a folder and in those one below it.
fn paths(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let is_journal = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        name.ends_with(".journal") || name.ends_with(".journal~")
    };
    let mut found = list(folder);
    let below = found
        .iter()
        .filter(|path| path.is_dir())
        .flat_map(|path| list(path));
    let below = below.collect::<Vec<_>>();
    found.extend(below);
    found.retain(is_journal);
    found
}

fn before(filter: &Filter, placed: &Placed) -> bool {
    filter
        .since
        .is_some_and(|since| placed.realtime < micros(since))
}

fn micros(time: potion_proto::time::Timestamp) -> u64 {
    u64::try_from(time.0).unwrap_or(0).saturating_mul(1000)
}

fn is_severe(own: Option<u8>, most: Priority) -> bool {
    own.is_some_and(|own| own <= number(most))
}

#[cfg(test)]
mod tests;
