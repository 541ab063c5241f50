//! The machine's own numbers, sessions and power, on a real one.

use std::path::PathBuf;
use std::time::Duration;

use potion_agent::bus::Bus;
use potion_agent::host::{Host, Machine as Adapter, Root};
use potion_proto::host::BootReason;
use potion_tests::lab::{Machine, Suite};

const WITHIN: Duration = Duration::from_secs(20);

/// The adapter, looking into the machine from outside: its bus and its journal; /proc is the host's.
fn adapter(machine: &Machine) -> Adapter {
    let inside = format!("/proc/{}/root", machine.leader());
    let folder = ["/var/log/journal", "/run/log/journal"]
        .into_iter()
        .find(|path| machine.exists(path));
    let bus = Bus::at(&format!("unix:path={inside}/run/dbus/system_bus_socket"));
    Adapter::at(
        bus,
        "/".into(),
        Some(PathBuf::from(format!("{inside}{}", folder.unwrap()))),
    )
}

async fn last_boot(machine: &Machine) -> BootReason {
    let root = Root {
        path: "/".into(),
        recorded: None,
    };
    adapter(machine).status(&root).await.unwrap().last_boot
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reboot_in_order_is_told_from_a_power_cut() {
    let machine = Machine::boot(Suite::Bookworm).unwrap();
    let _ = machine
        .shell(
            "mkdir -p /var/log/journal && systemctl restart systemd-journald && journalctl --flush",
        )
        .ok();
    assert_eq!(last_boot(&machine).await, BootReason::Unknown);
    adapter(&machine).reboot().await.unwrap();
    machine.rebooted().unwrap();
    assert_eq!(last_boot(&machine).await, BootReason::Clean);
    let _ = machine.run(["journalctl", "--sync"]).ok();
    machine.cut_power().unwrap();
    machine.power_on().unwrap();
    assert_eq!(last_boot(&machine).await, BootReason::Unclean);
    adapter(&machine).power_off().await.unwrap();
    machine.powered_off().unwrap();
    machine.power_on().unwrap();
    assert_eq!(last_boot(&machine).await, BootReason::Clean);
}

async fn somebody_who_logs_in_by_ssh_is_a_session(suite: Suite) {
    let machine = Machine::boot(suite).unwrap();
    let adapter = adapter(&machine);
    assert_eq!(adapter.sessions().await.unwrap(), []);
    let script = "mkdir -p -m 700 /root/.ssh && ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id && \
                  cp /root/.ssh/id.pub /root/.ssh/authorized_keys && mkfifo /root/leave";
    let _ = machine.shell(script).ok();
    let ssh =
        "exec ssh -tt -i /root/.ssh/id -o StrictHostKeyChecking=no root@127.0.0.1 cat /root/leave";
    let mut login = machine
        .command(["sh", "-c", ssh])
        .stdin(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let session = loop {
        if let Some(session) = adapter.sessions().await.unwrap().pop() {
            break session;
        }
        assert!(login.try_wait().unwrap().is_none(), "ssh ended");
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (session.user.as_str(), session.service.as_str()),
        ("root", "sshd")
    );
    assert_eq!(session.from, "127.0.0.1");
    assert!(session.since.0 > 0);
    let _ = machine.shell("echo > /root/leave").ok();
    let _ = login.kill();
    let _ = login.wait();
    let left = tokio::time::timeout(WITHIN, async {
        while !adapter.sessions().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    });
    left.await.expect("the session ends with the login");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_logs_in_by_ssh_is_a_session_on_bookworm() {
    somebody_who_logs_in_by_ssh_is_a_session(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_logs_in_by_ssh_is_a_session_on_trixie() {
    somebody_who_logs_in_by_ssh_is_a_session(Suite::Trixie).await;
}
