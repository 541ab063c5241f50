//! Runs the stand-in: `potion-telegram --listen 127.0.0.1:8470 --token T --person 1001:Budi:id:Owner`.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    potion_telegram::cli::run(std::env::args().skip(1)).await
}
