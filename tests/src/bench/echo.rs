//! The bare peers that are written in Rust: a Unix-socket echo, and a teloxide bot that answers its own words.

use std::process::ExitCode;

use teloxide::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// Bytes of one echo: about a small RPC's frame.
pub(crate) const BYTES: usize = 64;

/// Serves echoes on a current-thread runtime, as potiond does, until it is killed.
pub(crate) fn serve(socket: &str) -> ExitCode {
    let served = runtime().and_then(|runtime| runtime.block_on(accept(socket)));
    if served.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

async fn accept(socket: &str) -> std::io::Result<()> {
    let listener = UnixListener::bind(socket)?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(echo(stream));
    }
}

async fn echo(mut stream: UnixStream) {
    let mut bytes = [0u8; BYTES];
    while stream.read_exact(&mut bytes).await.is_ok() && stream.write_all(&bytes).await.is_ok() {}
}

/// A bare teloxide bot that sends every text back, until it is killed.
pub(crate) fn teloxide(api: &str, token: &str) -> ExitCode {
    let (Ok(runtime), Ok(url)) = (runtime(), api.parse()) else {
        return ExitCode::FAILURE;
    };
    let bot = Bot::new(token).set_api_url(url);
    runtime.block_on(async move {
        let handler = Update::filter_message().endpoint(|bot: Bot, message: Message| async move {
            let text = message.text().unwrap_or_default().to_owned();
            bot.send_message(message.chat.id, text).await.map(drop)
        });
        Dispatcher::builder(bot, handler).build().dispatch().await;
    });
    ExitCode::SUCCESS
}
