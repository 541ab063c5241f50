//! What a job wrote, as a text file.

use potion_proto::jobs::JobId;

use crate::fault::Fault;
use crate::reply::Reply;
use crate::telegram::Document;
use crate::visit::Visit;
use crate::words::with;

/// The most that is fetched of an output; the rest stays with `potionctl job output`.
const OUTPUT_MAX_BYTES: usize = 4 << 20;

/// Fetches the output piece by piece and hands it on.
pub(crate) async fn open(visit: &Visit, job: JobId) -> Result<Reply, Fault> {
    let mut text = String::new();
    let mut from = 0;
    loop {
        let asked = visit
            .ask(|stub, context, by| async move { stub.job_output(context, by, job, from).await });
        let piece = asked.await?;
        text.push_str(&piece.text);
        if piece.end || piece.next <= from || text.len() >= OUTPUT_MAX_BYTES {
            break;
        }
        from = piece.next;
    }
    let caption = visit.words.html("job-output", with([("id", job.0)]));
    if text.is_empty() {
        text.push('\n');
    }
    Ok(Reply::File(Document {
        name: format!("job-{job}.txt"),
        bytes: text.into_bytes(),
        caption,
    }))
}
