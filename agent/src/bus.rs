//! The system bus: one connection, shared, made anew after D-Bus restarted.
//!
//! A connection that was made has called systemd's `Subscribe`, without which no `JobRemoved` and no unit's
//! `PropertiesChanged` is sent. Calls have a time limit, so a hung PID 1 makes an error and not a hung agent.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use zbus::Connection;

const CALL_TIMEOUT: Duration = Duration::from_secs(25);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Well-known name of systemd's manager.
pub const SYSTEMD: &str = "org.freedesktop.systemd1";
/// Object path of systemd's manager.
pub const SYSTEMD_PATH: &str = "/org/freedesktop/systemd1";
/// Interface of systemd's manager.
pub const MANAGER: &str = "org.freedesktop.systemd1.Manager";
/// D-Bus' own interface of properties.
pub const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Why the bus brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// There is no bus to connect to.
    #[error("no connection to the system bus")]
    Connect(#[source] zbus::Error),
    /// The bus took too long to let us in.
    #[error("the system bus does not let us in")]
    Slow,
    /// A call failed.
    #[error("a call over the system bus failed")]
    Call(#[from] zbus::Error),
}

impl BusError {
    /// The D-Bus error name and its words, when the other side answered with an error.
    #[must_use]
    pub fn refusal(&self) -> Option<(String, String)> {
        let (Self::Call(error) | Self::Connect(error)) = self else {
            return None;
        };
        match error {
            zbus::Error::MethodError(name, words, _) => {
                Some((name.to_string(), words.clone().unwrap_or_default()))
            }
            zbus::Error::FDO(error) => {
                let name = zbus::DBusError::name(&**error).to_string();
                let words = zbus::DBusError::description(&**error)
                    .unwrap_or_default()
                    .to_owned();
                Some((name, words))
            }
            _ => None,
        }
    }
}

/// The system bus; clones share one connection.
#[derive(Clone, Debug)]
pub struct Bus {
    address: Option<Arc<str>>,
    held: Arc<Mutex<Option<Connection>>>,
}

impl Bus {
    /// The machine's system bus. Connects with the first call.
    #[must_use]
    pub fn system() -> Self {
        Self {
            address: None,
            held: Arc::default(),
        }
    }

    /// A bus at another D-Bus address, as `unix:path=…`; for tests that look into a machine from outside.
    #[must_use]
    pub fn at(address: &str) -> Self {
        Self {
            address: Some(address.into()),
            held: Arc::default(),
        }
    }

    /// The connection, made if there is none that lives.
    ///
    /// # Errors
    /// When the bus or systemd on it cannot be reached.
    pub async fn connection(&self) -> Result<Connection, BusError> {
        let mut held = self.held.lock().await;
        if let Some(connection) = held.as_ref().filter(|held| !held.is_closed()) {
            return Ok(connection.clone());
        }
        *held = None;
        let connect = tokio::time::timeout(CONNECT_TIMEOUT, self.connect());
        let connection = connect.await.map_err(|_| BusError::Slow)??;
        *held = Some(connection.clone());
        Ok(connection)
    }

    async fn connect(&self) -> Result<Connection, BusError> {
        let builder = match &self.address {
            Some(address) => zbus::connection::Builder::address(&**address),
            None => zbus::connection::Builder::system(),
        };
        let connection = builder
            .method_timeout(CALL_TIMEOUT)
            .build()
            .await
            .map_err(BusError::Connect)?;
        let subscribe =
            connection.call_method(Some(SYSTEMD), SYSTEMD_PATH, Some(MANAGER), "Subscribe", &());
        subscribe.await.map_err(BusError::Connect)?;
        Ok(connection)
    }
}

impl Default for Bus {
    fn default() -> Self {
        Self::system()
    }
}
