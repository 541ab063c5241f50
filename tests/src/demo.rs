//! `cargo demo`: the whole path on this machine, without a token. A real agent and a real bot run in a lab
//! machine; the chat page stands in for Telegram.

use std::net::SocketAddr;
use std::process::ExitCode;

use crate::authenticator;
use crate::lab::Suite;
use crate::stack::{Stack, StackError, TELEGRAM_PORT};

/// Where the chat page is.
const PAGE: ([u8; 4], u16) = ([127, 0, 0, 1], 8470);

/// Runs until Ctrl-C; then everything it made is gone.
#[must_use]
pub fn run() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let shown = match runtime {
        Ok(runtime) => runtime.block_on(show()),
        Err(error) => Err(error.into()),
    };
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo demo: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn show() -> Result<(), StackError> {
    println!(
        "Building the package and booting a Debian 12 machine (the first time takes some minutes) …"
    );
    let stack = Stack::boot(Suite::Bookworm)?;
    let page = stack
        .machine
        .forward(SocketAddr::from(PAGE), TELEGRAM_PORT)?;
    let secret = stack.enrol();
    println!("\nThe chat is at http://{page}/ – send /start, then press ⚙️ nginx and restart it.");
    println!("Break something:  {}", kill_line(&stack));
    println!(
        "Dangerous acts ask for a code: press Enter here for the current one. Ctrl-C ends the demo.\n"
    );
    std::thread::spawn(move || {
        for _ in std::io::stdin().lines().map_while(Result::ok) {
            println!("code: {}", authenticator::code_now(&secret));
        }
    });
    Ok(tokio::signal::ctrl_c().await?)
}

fn kill_line(stack: &Stack) -> String {
    let leader = stack.machine.leader();
    format!("sudo nsenter -t {leader} -m -p -r -w -- systemctl kill -s SIGKILL nginx.service")
}
