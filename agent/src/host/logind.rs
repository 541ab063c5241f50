//! The login manager over the system bus, by `org.freedesktop.login1(5)`: sessions, reboot, power off.

use std::collections::HashMap;

use potion_proto::host::Session;
use potion_proto::time::Timestamp;
use zbus::{Connection, OwnedObjectPath, Variant};

use crate::bus::{BusError, PROPERTIES};

const LOGIND: &str = "org.freedesktop.login1";
const SESSION: &str = "org.freedesktop.login1.Session";

/// Id, uid, user, seat, path.
type Listed = (String, u32, String, String, OwnedObjectPath);

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Manager {
    fn list_sessions(&self) -> zbus::Result<Vec<Listed>>;
    fn reboot(&self, interactive: bool) -> zbus::Result<()>;
    fn power_off(&self, interactive: bool) -> zbus::Result<()>;
}

async fn manager(connection: &Connection) -> Result<ManagerProxy<'static>, BusError> {
    let builder =
        ManagerProxy::builder(connection).cache_properties(zbus::proxy::CacheProperties::No);
    Ok(builder.build().await?)
}

/// Reboots.
pub(super) async fn reboot(connection: &Connection) -> Result<(), BusError> {
    Ok(manager(connection).await?.reboot(false).await?)
}

/// Powers off.
pub(super) async fn power_off(connection: &Connection) -> Result<(), BusError> {
    Ok(manager(connection).await?.power_off(false).await?)
}

/// Sessions of people, oldest first; those of services and managers are left out.
pub(super) async fn sessions(connection: &Connection) -> Result<Vec<Session>, BusError> {
    let listed = manager(connection).await?.list_sessions().await?;
    let sessions = listed.iter().map(|listed| session(connection, listed));
    let mut sessions = futures::future::join_all(sessions).await;
    sessions.sort_by_key(|session| session.as_ref().map(|session| session.since));
    Ok(sessions.into_iter().flatten().collect())
}

/// None for one that is nobody's, or that ended meanwhile.
async fn session(connection: &Connection, (id, _, user, _, path): &Listed) -> Option<Session> {
    let call = connection.call_method(Some(LOGIND), path, Some(PROPERTIES), "GetAll", &SESSION);
    let reply = call.await.ok()?;
    let body = reply.body();
    let properties = body.deserialize::<HashMap<&str, Variant<'_>>>().ok()?;
    let of_a_person = text(&properties, "Class").starts_with("user");
    // Somebody who has logged out and left a process behind is `closing`.
    let here = of_a_person && text(&properties, "State") != "closing";
    here.then(|| Session {
        id: id.clone(),
        user: user.clone(),
        service: text(&properties, "Service"),
        from: text(&properties, "RemoteHost"),
        tty: text(&properties, "TTY"),
        since: match properties.get("Timestamp") {
            Some(Variant::U64(micros)) => Timestamp::from_micros(*micros),
            _ => Timestamp::default(),
        },
    })
}

/// A remote host's name is what its owner says it is.
fn text(properties: &HashMap<&str, Variant<'_>>, name: &str) -> String {
    match properties.get(name) {
        Some(Variant::Str(text)) => text
            .chars()
            .filter(|letter| !letter.is_control())
            .take(128)
            .collect(),
        _ => String::new(),
    }
}
