//! The newest lines as a text file, by a ticket over the agent's second socket.

use std::io::{self, Read};
use std::path::Path;

use potion_proto::fetch::fetch;
use potion_proto::tickets::Fetch;
use serde::Serialize;

use super::View;
use crate::fault::Fault;
use crate::reply::Reply;
use crate::telegram::Document;
use crate::visit::Visit;

/// The most that a bot may send (Bot API, “Sending files”: 50 MB), with room for the form around it.
const FILE_MAX_BYTES: u64 = 49_000_000;

/// What `logs-file` names.
#[derive(Serialize)]
struct Values<'a> {
    unit: &'a str,
    filter: String,
    bytes: u64,
}

/// Fetches the file and hands it on.
pub(super) async fn open(visit: &Visit, view: &View) -> Result<Reply, Fault> {
    let asked = visit.ask(|stub, context, by| {
        let filter = view.filter();
        async move { stub.journal_file(context, by, filter).await }
    });
    let granted = asked.await?;
    let name = granted.name.clone();
    let socket = visit.desk.descriptors();
    let read = tokio::task::spawn_blocking(move || whole(&socket, &granted)).await;
    let bytes = read
        .map_err(io::Error::other)
        .flatten()
        .map_err(Fault::Fetch)?;
    let values = Values {
        unit: view.unit_name(),
        filter: view.said(&visit.words),
        bytes: bytes.len() as u64,
    };
    Ok(Reply::File(Document {
        name,
        bytes,
        caption: visit.words.html("logs-file", values),
    }))
}

fn whole(socket: &Path, granted: &Fetch) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fetch(socket, granted.ticket)?
        .take(FILE_MAX_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
