//! The machine's network, which has nothing but a loopback of its own. A socket keeps the namespace in which it was made, so a
//! listener made there serves the machine from a task of this process: no relay, no helper.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;

use nix::sched::{CloneFlags, setns};

use super::machine::Machine;

impl Machine {
    /// The machine's network namespace, for `nsenter --net=`.
    #[must_use]
    pub fn netns_path(&self) -> PathBuf {
        format!("/proc/{}/ns/net", self.leader()).into()
    }

    /// Runs `act` on a thread of its own inside the machine's network; the sockets that it makes stay there.
    pub fn in_network<T: Send>(&self, act: impl FnOnce() -> T + Send) -> io::Result<T> {
        within(self.netns_path(), act)
    }

    /// Listens on the machine's `127.0.0.1:port` (0 picks one), served by this process: how the Telegram stand-in is reached from inside.
    /// It does not survive a reboot of the machine. For tokio, `set_nonblocking(true)` first.
    pub fn listen(&self, port: u16) -> io::Result<TcpListener> {
        self.in_network(|| TcpListener::bind((Ipv4Addr::LOCALHOST, port)))?
    }

    /// Connects to a server inside, at the machine's `127.0.0.1:port`.
    pub fn connect(&self, port: u16) -> io::Result<TcpStream> {
        self.in_network(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)))?
    }

    /// Makes the machine's `127.0.0.1:port` reachable at a loopback address of the host, until the process ends or the machine reboots.
    /// Returns the address, which is `host` unless its port was 0.
    pub fn forward(&self, host: SocketAddr, port: u16) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(host)?;
        let address = listener.local_addr()?;
        let namespace = self.netns_path();
        thread::spawn(move || {
            for outer in listener.incoming().map_while(Result::ok) {
                let namespace = namespace.clone();
                thread::spawn(move || relay(outer, namespace, port));
            }
        });
        Ok(address)
    }
}

fn within<T: Send>(namespace: PathBuf, act: impl FnOnce() -> T + Send) -> io::Result<T> {
    let namespace = File::open(namespace)?;
    thread::scope(|scope| {
        let inside = scope.spawn(|| {
            setns(&namespace, CloneFlags::CLONE_NEWNET)?;
            Ok(act())
        });
        inside
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Both directions of one connection; either end closing ends it.
fn relay(outer: TcpStream, namespace: PathBuf, port: u16) -> io::Result<()> {
    let inner = within(namespace, || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port))
    })??;
    let (back_from, back_to) = (inner.try_clone()?, outer.try_clone()?);
    let back = thread::spawn(move || pump(back_from, back_to));
    pump(outer, inner);
    let _ = back.join();
    Ok(())
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
}
