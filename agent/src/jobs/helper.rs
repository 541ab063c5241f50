//! `potiond job ID`: the process of a job's unit. It reads the spec, does the work, and writes the result.
//!
//! Its exit status says only whether the result could be written; systemd shows it to nobody.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;

use futures::FutureExt;
use potion_proto::jobs::{JobId, Phase};

use super::desk::Desk;
use super::folder::Folder;
use super::spec::{Outcome, Spec};
use crate::packages::work;

/// Does the job with this number beneath the folder of all jobs.
#[must_use]
pub fn main(jobs: &Path, id: JobId) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = runtime.and_then(|runtime| runtime.block_on(run(Folder::of(jobs, id))));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(job = id.0, %error, "the job's folder cannot be used");
            ExitCode::FAILURE
        }
    }
}

async fn run(folder: Folder) -> std::io::Result<()> {
    let spec = folder.spec()?;
    if folder.result()?.is_some() {
        return Ok(());
    }
    let mut desk = Desk::open(folder.clone(), &spec)?;
    let mut outcome = guarded(&spec, &mut desk).await;
    if outcome.phase == Phase::Failed {
        outcome.ending.tail = desk.tail();
    }
    folder.write_result(&outcome)
}

async fn guarded(spec: &Spec, desk: &mut Desk) -> Outcome {
    let programs = work::Programs::installed();
    let work = work::run(spec, desk, &programs);
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| {
        let unit = super::unit(spec.id);
        Outcome::failed(format!("a defect of potiond; see `journalctl -u {unit}`"))
    })
}
