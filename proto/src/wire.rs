//! Codec, caps and deadlines. No other file names them.
//!
//! Frames are length-delimited (u32, big endian) and hold bincode 2 in its standard configuration
//! (little endian, variable-length integers). A frame that is too long, that has bytes left over, or
//! that asks for an absurd deadline ends its connection: a deadline is the caller's word, and tarpc
//! adds it to the clock unchecked.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tarpc::serde_transport::{self, Transport};
use tarpc::{ClientMessage, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use crate::service::{PotionRequest, PotionResponse};

/// A frame's most bytes, both ways.
pub const FRAME_MAX_BYTES: usize = 1 << 20;
/// The longest deadline that a caller may set.
pub const DEADLINE_MAX: Duration = Duration::from_secs(15 * 60);
/// The deadline of a call that only reads.
pub const DEADLINE_READ: Duration = Duration::from_secs(15);
/// The deadline of `apply`: systemd's own time-outs (90 s to stop, 90 s to start) and some.
pub const DEADLINE_APPLY: Duration = Duration::from_secs(4 * 60);
/// What is added to a long poll's wait.
pub const DEADLINE_SLACK: Duration = Duration::from_secs(5);
/// Requests that one connection may have under way.
pub const REQUESTS_PER_CONNECTION: usize = 16;
/// How long a connection may stay without a `hello` that succeeded.
pub const GREETING_WAIT: Duration = Duration::from_secs(10);
/// How long the agent waits for a caller to read a byte of what was written to it.
pub const WRITE_WAIT: Duration = Duration::from_secs(10);
/// Connections of all callers together.
pub const CONNECTIONS_MAX: usize = 64;
/// Connections that only root may take of these.
pub const CONNECTIONS_FOR_ROOT: usize = 16;
/// Connections of one user; root has no such limit.
pub const CONNECTIONS_PER_UID: usize = 16;
/// Where the agent listens.
pub const AGENT_SOCKET: &str = "/run/potion/agent.sock";
/// Where tickets are turned into descriptors.
pub const FD_SOCKET: &str = "/run/potion/fd.sock";

const CONFIG: Configuration<LittleEndian, Varint, Limit<FRAME_MAX_BYTES>> =
    bincode::config::standard().with_limit::<FRAME_MAX_BYTES>();

/// A value as the wire writes it.
///
/// # Errors
/// When it is longer than a frame.
pub fn encode<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let bytes = bincode::serde::encode_to_vec(value, CONFIG).map_err(io::Error::other)?;
    if bytes.len() > FRAME_MAX_BYTES {
        return Err(io::Error::other("the message is longer than a frame"));
    }
    Ok(bytes)
}

/// The value that these bytes, all of them, are.
///
/// # Errors
/// When they are no such value, or when bytes are left over.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    let (value, read) = bincode::serde::decode_from_slice(bytes, CONFIG).map_err(invalid)?;
    if read == bytes.len() {
        Ok(value)
    } else {
        Err(invalid("bytes after the message"))
    }
}

fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The agent's side: reads requests, checks their deadlines, writes responses.
#[derive(Debug, Default)]
pub struct AgentCodec;

/// The caller's side.
#[derive(Debug, Default)]
pub struct CallerCodec;

impl<T: DeserializeOwned> tokio_serde::Deserializer<ClientMessage<T>> for AgentCodec {
    type Error = io::Error;

    fn deserialize(self: Pin<&mut Self>, frame: &BytesMut) -> io::Result<ClientMessage<T>> {
        refuse_absurd_deadline(frame)?;
        decode(frame)
    }
}

impl<T: Serialize> tokio_serde::Serializer<Response<T>> for AgentCodec {
    type Error = io::Error;

    fn serialize(self: Pin<&mut Self>, response: &Response<T>) -> io::Result<Bytes> {
        encode(response).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> tokio_serde::Deserializer<Response<T>> for CallerCodec {
    type Error = io::Error;

    fn deserialize(self: Pin<&mut Self>, frame: &BytesMut) -> io::Result<Response<T>> {
        decode(frame)
    }
}

impl<T: Serialize> tokio_serde::Serializer<ClientMessage<T>> for CallerCodec {
    type Error = io::Error;

    fn serialize(self: Pin<&mut Self>, message: &ClientMessage<T>) -> io::Result<Bytes> {
        encode(message).map(Bytes::from)
    }
}

/// `ClientMessage::Request` is variant 0, and its first field is the deadline as (seconds, nanos).
fn refuse_absurd_deadline(frame: &[u8]) -> io::Result<()> {
    const REQUEST: u32 = 0;
    const NANOS_PER_SECOND: u32 = 1_000_000_000;
    let (variant, at): (u32, usize) =
        bincode::serde::decode_from_slice(frame, CONFIG).map_err(invalid)?;
    if variant != REQUEST {
        return Ok(());
    }
    let ((seconds, nanos), _): ((u64, u32), usize) =
        bincode::serde::decode_from_slice(&frame[at..], CONFIG).map_err(invalid)?;
    if seconds > DEADLINE_MAX.as_secs() || nanos >= NANOS_PER_SECOND {
        return Err(invalid("an absurd deadline"));
    }
    Ok(())
}

fn framed<S: AsyncRead + AsyncWrite>(stream: S) -> Framed<S, LengthDelimitedCodec> {
    let codec = LengthDelimitedCodec::builder()
        .max_frame_length(FRAME_MAX_BYTES)
        .new_codec();
    Framed::new(stream, codec)
}

/// The agent's transport over an accepted connection.
pub type AgentTransport<S> =
    Transport<S, ClientMessage<PotionRequest>, Response<PotionResponse>, AgentCodec>;

/// The caller's transport over a connection.
pub type CallerTransport =
    Transport<UnixStream, Response<PotionResponse>, ClientMessage<PotionRequest>, CallerCodec>;

/// Wraps an accepted connection.
#[must_use]
pub fn agent_transport<S: AsyncRead + AsyncWrite>(stream: S) -> AgentTransport<S> {
    serde_transport::new(framed(stream), AgentCodec)
}

/// Wraps a connection that was made.
#[must_use]
pub fn caller_transport(stream: UnixStream) -> CallerTransport {
    serde_transport::new(framed(stream), CallerCodec)
}

/// Connects to the agent's socket.
///
/// # Errors
/// The system's.
pub async fn connect(socket: &Path) -> io::Result<CallerTransport> {
    UnixStream::connect(socket).await.map(caller_transport)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    fn request_with_deadline(seconds: u64, nanos: u32) -> Vec<u8> {
        let mut frame = encode(&(0u32, (seconds, nanos))).unwrap();
        frame.extend([0; 64]);
        frame
    }

    #[test]
    fn an_absurd_deadline_is_refused_before_it_meets_the_clock() {
        for (seconds, nanos) in [
            (u64::MAX, 999_999_999),
            (u64::MAX, u32::MAX),
            (0, u32::MAX),
            (DEADLINE_MAX.as_secs() + 1, 0),
        ] {
            let frame = BytesMut::from(request_with_deadline(seconds, nanos).as_slice());
            let mut codec = AgentCodec;
            let read: io::Result<ClientMessage<PotionRequest>> =
                tokio_serde::Deserializer::deserialize(Pin::new(&mut codec), &frame);
            assert_eq!(read.unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
        assert!(refuse_absurd_deadline(&request_with_deadline(900, 0)).is_ok());
    }

    #[test]
    fn bytes_after_the_message_are_refused() {
        let mut bytes = encode(&7u32).unwrap();
        assert_eq!(decode::<u32>(&bytes).unwrap(), 7);
        bytes.push(0);
        assert!(decode::<u32>(&bytes).is_err());
    }

    #[test]
    fn a_message_longer_than_a_frame_is_never_written() {
        assert!(encode(&vec![0u8; FRAME_MAX_BYTES + 1]).is_err());
    }

    #[test]
    fn a_length_that_lies_does_not_make_us_allocate_it() {
        let lie = encode(&(u64::MAX >> 1)).unwrap();
        assert!(decode::<Vec<u64>>(&lie).is_err());
        assert!(decode::<String>(&lie).is_err());
    }
}
