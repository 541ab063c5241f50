//! The audit log's mirror in the journal, with fields to search for:
//! `journalctl POTION_AUDIT=1`, `journalctl POTION_WHO=telegram:1001`.

use futures::future::BoxFuture;
use potion_proto::audit::Entry;
use serde::Deserialize;

use crate::exec::Tool;

/// Entries that are asked back for a comparison.
const ASKED_BACK: &str = "1000";

/// What the mirror still knows of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirrored {
    /// The entry's number.
    pub number: u64,
    /// Its hash, hex.
    pub hash: String,
}

/// The port to where entries are mirrored.
pub trait Mirror: Send + Sync {
    /// Mirrors an entry of a chain, which is named by the hash of its first entry.
    fn tell(&self, chain: &str, entry: &Entry);
    /// The newest mirrored entries of a chain; None when the mirror cannot be read.
    fn newest<'a>(&'a self, chain: &'a str) -> BoxFuture<'a, Option<Vec<Mirrored>>>;
}

/// journald: written through `tracing`, read through `journalctl`.
#[derive(Clone, Copy, Debug, Default)]
pub struct JournalMirror;

impl Mirror for JournalMirror {
    fn tell(&self, chain: &str, entry: &Entry) {
        tracing::info!(
            potion_audit = 1,
            potion_chain = chain,
            potion_number = entry.number,
            potion_hash = entry.hash,
            potion_who = entry.who,
            potion_what = entry.what,
            potion_verdict = ?entry.verdict,
            potion_request = entry.request,
            "audit {}: {} {} {:?} {}",
            entry.number,
            entry.who,
            entry.what,
            entry.verdict,
            entry.detail,
        );
    }

    fn newest<'a>(&'a self, chain: &'a str) -> BoxFuture<'a, Option<Vec<Mirrored>>> {
        Box::pin(async move {
            let output = journalctl(chain)
                .output()
                .await
                .ok()
                .filter(|output| output.ended.is_ok())?;
            Some(output.text().lines().filter_map(parse).collect())
        })
    }
}

/// `_UID=0` stands in the journal by journald's own word: nobody else can put entries there.
fn journalctl(chain: &str) -> Tool {
    let tool = Tool::new("/usr/bin/journalctl").args([
        "--quiet",
        "--no-pager",
        "--output=json",
        "--output-fields=POTION_NUMBER,POTION_HASH",
        "--lines",
        ASKED_BACK,
        "POTION_AUDIT=1",
        "_UID=0",
    ]);
    tool.arg(format!("POTION_CHAIN={chain}"))
}

#[derive(Deserialize)]
struct Fields {
    #[serde(rename = "POTION_NUMBER")]
    number: String,
    #[serde(rename = "POTION_HASH")]
    hash: String,
}

fn parse(line: &str) -> Option<Mirrored> {
    let fields: Fields = serde_json::from_str(line).ok()?;
    Some(Mirrored {
        number: fields.number.parse().ok()?,
        hash: fields.hash,
    })
}
