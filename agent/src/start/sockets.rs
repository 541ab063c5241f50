//! The sockets that systemd hands over, told apart by `FileDescriptorName=`: their order differs
//! between systemd 252 and 257.

use std::os::unix::net::UnixListener;

use listenfd::ListenFd;

use super::StartError;

/// Both sockets.
pub(super) struct Sockets {
    /// The protocol's.
    pub(super) agent: UnixListener,
    /// The one for descriptors.
    pub(super) fd: UnixListener,
}

/// Takes them (`sd_listen_fds_with_names(3)`).
pub(super) fn from_systemd() -> Result<Sockets, StartError> {
    let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
    let names: Vec<&str> = names.split(':').collect();
    let mut given = ListenFd::from_env();
    Ok(Sockets {
        agent: take(&mut given, &names, "agent")?,
        fd: take(&mut given, &names, "fd")?,
    })
}

fn take(
    given: &mut ListenFd,
    names: &[&str],
    name: &'static str,
) -> Result<UnixListener, StartError> {
    let index = names.iter().position(|given| *given == name);
    let taken = index
        .map(|index| given.take_unix_listener(index))
        .transpose();
    let taken = taken.map_err(|error| StartError::System("a socket of systemd's", error))?;
    taken.flatten().ok_or(StartError::NoSocket(name))
}
