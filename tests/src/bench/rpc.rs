//! One RPC that does no work against a bare echo, separate processes on one machine.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use potion_proto::client::Client;
use potion_proto::hello::Hello;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use super::table::{Row, Samples, milliseconds, ratio};
use super::{BenchError, echo, machine};
use crate::lab::wait;
use crate::stack::Stack;

const CALLS: usize = 5000;
const WARM_UP: usize = 200;
const CLIENTS: usize = 16;
const CALLS_PER_CLIENT: usize = 500;
const OURS: &str = "hello over /run/potion/agent.sock";
const PEER: &str = "tokio echo of 64 bytes over a Unix socket";

/// One client's median, and sixteen clients' tail.
pub(crate) async fn rows(stack: &Stack) -> Result<Vec<Row>, BenchError> {
    let socket = machine::host_path(stack, "/run/potion/agent.sock");
    let ours = greet(&socket, CALLS).await?;
    let peer = EchoServer::start()?;
    let echoes = bounce(&peer.socket, CALLS).await?;
    let crowd = futures::future::try_join_all((0..CLIENTS).map(|_| greetings(&socket))).await?;
    let crowd = Samples::new(crowd.into_iter().flatten().collect());
    let tail = milliseconds(crowd.percentile(99));
    Ok(vec![
        ratio(
            "an RPC that does no work, p50",
            (OURS, &ours),
            (PEER, &echoes),
            2.5,
        ),
        Row {
            what: format!("{CLIENTS} clients at once, p99"),
            ours: format!("`{OURS}` {}", crowd.describe()),
            peer: String::new(),
            value: tail,
            goal: 1.0,
            unit: " ms",
        },
    ])
}

async fn greet(socket: &Path, calls: usize) -> Result<Samples, BenchError> {
    Ok(Samples::new(greetings_of(socket, calls).await?))
}

async fn greetings(socket: &Path) -> Result<Vec<Duration>, BenchError> {
    greetings_of(socket, CALLS_PER_CLIENT).await
}

async fn greetings_of(socket: &Path, calls: usize) -> Result<Vec<Duration>, BenchError> {
    let odd = |error: &dyn std::fmt::Display| BenchError::Odd(error.to_string());
    let client = Client::new(socket, "bench");
    let stub = client.stub().await.map_err(|error| odd(&error))?;
    let mut taken = Vec::with_capacity(calls);
    for call in 0..calls + WARM_UP {
        let started = Instant::now();
        let answer = stub
            .hello(tarpc::context::current(), Hello::of("bench"))
            .await;
        let time = started.elapsed();
        answer
            .map_err(|error| odd(&error))?
            .map_err(|_| odd(&"another version answers"))?;
        if call >= WARM_UP {
            taken.push(time);
        }
    }
    Ok(taken)
}

async fn bounce(socket: &Path, calls: usize) -> Result<Samples, BenchError> {
    let mut stream = UnixStream::connect(socket).await?;
    let mut bytes = [7u8; echo::BYTES];
    let mut taken = Vec::with_capacity(calls);
    for call in 0..calls + WARM_UP {
        let started = Instant::now();
        stream.write_all(&bytes).await?;
        stream.read_exact(&mut bytes).await?;
        if call >= WARM_UP {
            taken.push(started.elapsed());
        }
    }
    Ok(Samples::new(taken))
}

/// The echo as a process of its own; gone with the value.
struct EchoServer {
    child: Child,
    socket: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl EchoServer {
    fn start() -> Result<Self, BenchError> {
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join("echo.sock");
        let child = Command::new(std::env::current_exe()?)
            .args(["inside", "echo"])
            .arg(&socket)
            .spawn()?;
        wait::until(Duration::from_secs(5), || socket.exists().then_some(()))
            .ok_or_else(|| BenchError::Odd("the echo does not listen".to_owned()))?;
        Ok(Self {
            child,
            socket,
            _folder: folder,
        })
    }
}

impl Drop for EchoServer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
