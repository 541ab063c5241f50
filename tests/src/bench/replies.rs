//! From an update to its reply: ours through the agent, beside bare echo bots.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use potion_telegram::{Account, Options, TelegramServer};

use super::BenchError;
use super::table::{Row, Samples, ratio};
use crate::package;
use crate::stack::{OWNER, Stack};

const ROUNDS: usize = 60;
const WARM_UP: usize = 5;
const PEER_TOKEN: &str = "7000000002:AAPeerTokenThatOpensNothingEither000";
const PYTHON_PORT: u16 = 8082;
const TELOXIDE_PORT: u16 = 8083;
const PYTHON_ECHO: &str = r#"
import sys
from telegram.ext import ApplicationBuilder, MessageHandler, filters

async def echo(update, context):
    await update.message.reply_text(update.message.text)

application = ApplicationBuilder().token(sys.argv[2]).base_url(sys.argv[1] + "bot").build()
application.add_handler(MessageHandler(filters.ALL, echo))
application.run_polling()
"#;

/// `/status` against python-telegram-bot, `/help` against teloxide.
pub(crate) async fn rows(stack: &Stack) -> Result<Vec<Row>, BenchError> {
    let status = replies(&stack.telegram, "/status").await;
    let help = replies(&stack.telegram, "/help").await;
    let python = {
        let telegram = python_telegram(stack)?;
        let _bot = python_echo(stack)?;
        replies(&telegram, "/status").await
    };
    let teloxide = {
        let telegram = peer_telegram(stack, TELOXIDE_PORT)?;
        let _bot = teloxide_echo(stack)?;
        replies(&telegram, "/help").await
    };
    Ok(vec![
        ratio(
            "/status to its reply",
            ("/status", &status),
            ("python-telegram-bot echo", &python),
            1.0,
        ),
        ratio(
            "/help to its reply",
            ("/help", &help),
            ("teloxide echo", &teloxide),
            2.0,
        ),
    ])
}

async fn replies(telegram: &TelegramServer, text: &str) -> Samples {
    let person = telegram.person(OWNER).within(Duration::from_secs(30));
    let mut taken = Vec::new();
    for round in 0..ROUNDS + WARM_UP {
        let started = Instant::now();
        let turn = person.send(text);
        turn.wait_for(|chat| chat.from_bot().next().is_some()).await;
        if round >= WARM_UP {
            taken.push(started.elapsed());
        }
    }
    Samples::new(taken)
}

/// The stand-in of the Python bot's own.
pub(crate) fn python_telegram(stack: &Stack) -> Result<TelegramServer, BenchError> {
    peer_telegram(stack, PYTHON_PORT)
}

fn peer_telegram(stack: &Stack, port: u16) -> Result<TelegramServer, BenchError> {
    let options = Options {
        token: PEER_TOKEN.to_owned(),
        people: vec![Account::new(OWNER, "Budi")],
        ..Options::default()
    };
    let listener = stack.machine.listen(port)?;
    TelegramServer::serve(listener, options).map_err(|error| BenchError::Odd(error.to_string()))
}

/// A peer's process; gone with the value.
pub(crate) struct Peer(Child);

impl Peer {
    /// Its process id on the host.
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn spawn(stack: &Stack, mut command: Command) -> Result<Peer, BenchError> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // The child keeps the network of the thread that made it.
    Ok(Peer(stack.machine.in_network(|| command.spawn())??))
}

/// The minimal bot of python-telegram-bot's own examples, in the machine's network.
pub(crate) fn python_echo(stack: &Stack) -> Result<Peer, BenchError> {
    let script = package::root().join("target/bench-echo.py");
    std::fs::write(&script, PYTHON_ECHO)?;
    let mut command = Command::new(python()?);
    command
        .arg(script)
        .arg(format!("http://127.0.0.1:{PYTHON_PORT}/"))
        .arg(PEER_TOKEN);
    spawn(stack, command)
}

fn teloxide_echo(stack: &Stack) -> Result<Peer, BenchError> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([
        "inside",
        "teloxide-echo",
        &format!("http://127.0.0.1:{TELOXIDE_PORT}/"),
        PEER_TOKEN,
    ]);
    spawn(stack, command)
}

/// A Python with python-telegram-bot in an environment of its own, made once.
fn python() -> Result<PathBuf, BenchError> {
    let home = package::root().join("target/bench-python");
    let python = home.join("bin/python");
    if !home.join("done").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
        run(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "python-telegram-bot==22.*",
        ]))?;
        std::fs::write(home.join("done"), "")?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), BenchError> {
    let status = command.stdin(Stdio::null()).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(BenchError::Odd(format!("{command:?} failed")))
    }
}
