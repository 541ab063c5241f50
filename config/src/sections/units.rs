//! `[units]`

use crate::sections::section;
use crate::value::List;
use crate::value::rule::UnitName;

section! {
    /// The systemd units that the bot may act on. Only root on the machine changes these keys.
    Units = "units";

    /// Units that can be started, stopped and restarted from the bot, listed first. All others are read-only there.
    "managed" managed -> &[String]: List<UnitName> = [
        "nginx.service",
        "ssh.service",
        "docker.service",
        "fail2ban.service",
        "transmission-daemon.service",
        "qbittorrent-nox.service",
        "jellyfin.service",
        "tailscaled.service",
    ], LIVE, Local;
    /// Managed units that take a TOTP code to stop, because stopping them can lock you out.
    "protected" protected -> &[String]: List<UnitName> = ["ssh.service", "tailscaled.service"], LIVE, Local;
    /// Units that lists leave out.
    "hidden" hidden -> &[String]: List<UnitName> = [], LIVE, Local;
}
