//! Where a unit lives on the bus. Its path follows from its name, so no `GetUnit` is needed; systemd loads a unit whose
//! path is asked for.

use potion_proto::names::UnitName;

const FOLDER: &str = "/org/freedesktop/systemd1/unit/";

/// The object path, by `sd_bus_path_encode(3)`.
pub(super) fn path(unit: &UnitName) -> String {
    let mut path = String::from(FOLDER);
    for (at, byte) in unit.as_str().bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => path.push(char::from(byte)),
            b'0'..=b'9' if at > 0 => path.push(char::from(byte)),
            _ => path.push_str(&format!("_{byte:02x}")),
        }
    }
    path
}

/// The interface of the unit's own type (`org.freedesktop.systemd1.Service`).
pub(super) fn interface(unit: &UnitName) -> String {
    let mut kind = unit.kind().to_owned();
    if let Some(first) = kind.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("org.freedesktop.systemd1.{kind}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[test]
    fn a_path_is_the_name_with_everything_unusual_in_hex() {
        let of = |name: &str| path(&UnitName::new(name).unwrap());
        assert_eq!(
            of("nginx.service"),
            "/org/freedesktop/systemd1/unit/nginx_2eservice"
        );
        assert_eq!(
            of("0ad-x@1.timer"),
            "/org/freedesktop/systemd1/unit/_30ad_2dx_401_2etimer"
        );
        assert_eq!(
            of("a\\x2db_c.mount"),
            "/org/freedesktop/systemd1/unit/a_5cx2db_5fc_2emount"
        );
    }

    #[test]
    fn an_interface_is_the_type_with_a_capital() {
        let unit = UnitName::new("ssh.socket").unwrap();
        assert_eq!(interface(&unit), "org.freedesktop.systemd1.Socket");
    }
}
