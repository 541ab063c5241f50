//! Frames as bytes, for callers who do not keep to the protocol.

use std::future::Future;
use std::path::Path;

use potion_proto::hello::Hello;
use potion_proto::{PotionClient, wire};
use tarpc::client::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use potion_agent::testing::context;

/// A connection that speaks in bytes.
pub(crate) struct Raw(UnixStream);

impl Raw {
    pub(crate) async fn connect(socket: &Path) -> Self {
        Self(UnixStream::connect(socket).await.unwrap())
    }

    /// A connection that said hello, and was answered.
    pub(crate) async fn greeted(socket: &Path) -> Self {
        let mut raw = Self::connect(socket).await;
        raw.send(&hello().await).await;
        raw.answer().await.unwrap();
        raw
    }

    /// Sends a frame's payload with its true length.
    pub(crate) async fn send(&mut self, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        self.send_bytes(&[&length, payload].concat()).await;
    }

    /// Sends bytes as they are. The agent may have hung up already.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).await;
    }

    /// The next answer's payload; None when the agent hung up.
    pub(crate) async fn answer(&mut self) -> Option<Vec<u8>> {
        read_frame(&mut self.0).await
    }

    /// Hangs up the writing side only.
    pub(crate) async fn stop_writing(&mut self) {
        self.0.shutdown().await.unwrap();
    }
}

async fn read_frame(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).await.ok()?;
    let mut payload = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut payload).await.ok()?;
    Some(payload)
}

/// The payload that our own client sends for a call, as the second call of a connection.
pub(crate) async fn payload<A: Future + Send>(
    ask: impl FnOnce(PotionClient) -> A + Send,
) -> Vec<u8> {
    let (client, mut agent) = UnixStream::pair().unwrap();
    let rpc = PotionClient::new(Config::default(), wire::caller_transport(client)).spawn();
    let greeter = rpc.clone();
    let greeting = tokio::spawn(async move { greeter.hello(context(), Hello::of("raw")).await });
    read_frame(&mut agent).await.unwrap();
    let asking = ask(rpc);
    tokio::pin!(asking);
    let seen = tokio::select! {
        _ = &mut asking => None,
        seen = read_frame(&mut agent) => seen,
    };
    greeting.abort();
    seen.unwrap()
}

/// The payload of a hello, as the first call of a connection.
pub(crate) async fn hello() -> Vec<u8> {
    let (client, mut agent) = UnixStream::pair().unwrap();
    let rpc = PotionClient::new(Config::default(), wire::caller_transport(client)).spawn();
    let greeting = tokio::spawn(async move { rpc.hello(context(), Hello::of("raw")).await });
    let seen = read_frame(&mut agent).await.unwrap();
    greeting.abort();
    seen
}
