//! `cargo bench-peers`: each number that the project promises, measured beside what a user would pick instead,
//! in one run, as ratios of medians. It judges nothing: a busy machine is no failed test.

mod echo;
mod idle;
mod incident;
mod inside;
mod journal;
mod machine;
mod processes;
mod replies;
mod rpc;
mod table;

use std::process::ExitCode;

pub use inside::run as run_inside;

use crate::stack::StackError;
use table::Row;

/// Why a row could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The machine or the package.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// A socket, a file or a process.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A peer or one of ours gave an answer that makes no sense.
    #[error("{0}")]
    Odd(String),
}

/// Measures every row and prints the table.
#[must_use]
pub fn run() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let rows = match runtime {
        Ok(runtime) => runtime.block_on(measure()),
        Err(error) => Err(error.into()),
    };
    match rows {
        Ok(rows) => {
            println!("{}", table::render(&rows));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cargo bench-peers: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<Vec<Row>, BenchError> {
    let stack = machine::boot()?;
    let mut rows = Vec::new();
    // Idle first: nothing has warmed anything up, and no load follows it around.
    rows.extend(idle::rows(&stack).await?);
    rows.extend(processes::rows(&stack)?);
    rows.extend(rpc::rows(&stack).await?);
    rows.extend(journal::rows(&stack)?);
    rows.extend(replies::rows(&stack).await?);
    rows.push(incident::row(&stack).await?);
    Ok(rows)
}
