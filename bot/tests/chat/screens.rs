//! Host, services, logs, updates and audit, as a person walks them.

use std::time::Duration;

use potion_proto::actions::{Action, Applied};
use potion_proto::admins::Role;
use potion_proto::audit::{Entry, Verdict as Audited, Verification};
use potion_proto::failure::{Code, Failure};
use potion_proto::host::{BootReason, Disk, Gauge, Process, Status};
use potion_proto::journal::{Line, Priority};
use potion_proto::names::{PackageName, UnitName};
use potion_proto::packages::{Selection, Status as Packages, Upgradable};
use potion_proto::tickets::{Fetch, Ticket};
use potion_proto::time::Timestamp;
use potion_proto::units::{Active, Ending, Outcome, Verb, Verdict};
use potion_telegram::Message;

use crate::agent::{admin, unit};
use crate::world::{OWNER, World};

fn status() -> Status {
    let space = |used| Gauge {
        used,
        total: 100_000_000_000,
    };
    let disk = |mount: &str, used, missing| Disk {
        mount: mount.to_owned(),
        kind: "ext4".to_owned(),
        space: space(used),
        missing,
    };
    Status {
        name: "potion".to_owned(),
        system: "Debian GNU/Linux 12 (bookworm)".to_owned(),
        kernel: "6.1.0-18-amd64".to_owned(),
        booted: Timestamp::from_seconds(1_763_800_000),
        uptime_seconds: 93_600,
        last_boot: BootReason::Clean,
        cpu_percent: 31.0,
        cores_percent: vec![50.0, 12.0],
        load: [0.4, 0.3, 0.2],
        memory: space(61_000_000_000),
        swap: Gauge::default(),
        temperatures: vec![],
        disks: vec![disk("/", 95_000_000_000, false), disk("/mnt/dre", 0, true)],
        reboot: None,
    }
}

fn line(message: &str, priority: Priority) -> Line {
    Line {
        at: Timestamp::from_seconds(1_763_800_000),
        priority: Some(priority),
        unit: "nginx.service".to_owned(),
        source: "nginx".to_owned(),
        pid: Some(7),
        message: message.to_owned(),
        cut: false,
    }
}

fn labels(message: &Message) -> Vec<String> {
    let buttons = message.buttons.iter().flatten();
    buttons.map(|button| button.text.clone()).collect()
}

fn nginx() -> UnitName {
    UnitName::new("nginx.service").unwrap()
}

async fn world_with_nginx() -> World {
    let world = World::start().await;
    let mut script = world.agent.script();
    script.units = vec![
        unit("nginx.service", Active::Active),
        unit("ssh.service", Active::Active),
    ];
    script.answers.verbs = vec![Verb::Restart, Verb::Stop];
    script.answers.lines = vec![line("bind() <failed> & *died*", Priority::Err)];
    script.answers.more_lines = vec![line("one that came later", Priority::Info)];
    drop(script);
    world
}

#[tokio::test]
async fn two_taps_show_the_machine_and_its_busiest_processes() {
    let world = World::start().await;
    world.agent.script().answers.host = Some(status());
    world.agent.script().answers.processes = vec![Process {
        pid: 7,
        name: "<b>evil</b>".to_owned(),
        user: "root".to_owned(),
        unit: String::new(),
        cpu_percent: 99.0,
        memory: 5_000_000,
    }];
    let menu = world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    let press = world.owner().press_on(menu.id, "Status").await;
    let shown = press.expect_text("2 perlu perhatian").await;
    assert_eq!(shown.id, menu.id, "the screen changes in place");
    assert!(shown.text.contains("▓░  95%"), "{}", shown.text);
    assert!(shown.text.contains("belum terpasang"), "{}", shown.text);
    let press = world.owner().press_on(menu.id, "Proses").await;
    press.expect_text("<b>evil</b>").await;
}

#[tokio::test]
async fn help_answers_while_the_agent_is_gone_and_status_says_what_to_do() {
    let mut world = World::start().await;
    world.settled().await;
    world.stop_agent();
    world
        .owner()
        .send("/help")
        .expect_text("Cara pakainya")
        .await;
    let asked = world.owner().send("/status");
    asked.expect_text("systemctl status potiond").await;
}

#[tokio::test]
async fn a_restart_that_fails_says_so_with_its_last_lines() {
    let world = world_with_nginx().await;
    world.agent.script().applies = vec![Ok(Applied::Unit(Box::new(Outcome {
        unit: nginx(),
        verb: Verb::Restart,
        verdict: Verdict::Failed,
        active: Active::Failed,
        sub: "failed".to_owned(),
        ending: Ending {
            result: "exit-code".to_owned(),
            status: Some(1),
            signalled: false,
            skipped: false,
        },
        main_pid: None,
        took_ms: 20,
        lines: vec![line("bind() <failed>", Priority::Err)],
    })))];
    let list = world
        .owner()
        .send("/services")
        .expect_text("🟢 nginx")
        .await;
    world
        .owner()
        .press_on(list.id, "nginx")
        .await
        .expect_text("PID 4242")
        .await;
    world
        .owner()
        .press_on(list.id, "Restart")
        .await
        .expect_text("Yakin?")
        .await;
    let press = world.owner().press_on(list.id, "Ya, lanjut").await;
    let failed = press.expect_text("bind() <failed>").await;
    assert!(failed.text.contains("gagal (exit-code)"), "{}", failed.text);
    let press = world.owner().press_on(list.id, "Log").await;
    press.expect_text("bind() <failed> & *died*").await;
}

#[tokio::test]
async fn a_viewer_sees_a_unit_without_what_acts() {
    let world = world_with_nginx().await;
    world.agent.script().admins = vec![admin(OWNER, Role::Viewer)];
    world.agent.script().answers.verbs = Vec::new();
    let shown = world
        .owner()
        .send("/services nginx")
        .expect_text("PID 4242")
        .await;
    assert_eq!(
        labels(&shown),
        ["📜 Log", "🔎 Rincian", "🔄 Segarkan", "⬅️ Kembali"]
    );
}

#[tokio::test]
async fn an_unknown_unit_is_answered_with_the_nearest_names() {
    let world = world_with_nginx().await;
    let typed = world.owner().send("/services ngnix <b>");
    typed.expect_text("Lihat daftarnya").await;
    let unknown = world
        .owner()
        .send("/services ngnix")
        .expect_text("Mungkin maksudmu")
        .await;
    let press = world.owner().press_on(unknown.id, "nginx").await;
    press.expect_text("The unit nginx.service").await;
    let unknown = world
        .owner()
        .send("/logs ngnix")
        .expect_text("Mungkin maksudmu")
        .await;
    let press = world.owner().press_on(unknown.id, "nginx").await;
    press.expect_text("bind() <failed>").await;
}

#[tokio::test]
async fn logs_are_paged_filtered_and_searched() {
    let world = world_with_nginx().await;
    let page = world
        .owner()
        .send("/logs nginx")
        .expect_text("bind() <failed>")
        .await;
    let press = world.owner().press_on(page.id, "Lebih lama").await;
    press.expect_text("one that came later").await;
    let press = world.owner().press_on(page.id, "Terbaru").await;
    press.expect_text("bind()").await;
    world
        .owner()
        .press_on(page.id, "Saring")
        .await
        .expect_text("semua baris")
        .await;
    world
        .owner()
        .press_on(page.id, "Galat")
        .await
        .expect_text("Sekarang: Galat")
        .await;
    world
        .owner()
        .press_on(page.id, "Cari kata")
        .await
        .expect_text("Kirim katanya")
        .await;
    world
        .owner()
        .send(&"x".repeat(300))
        .expect_text("terlalu panjang")
        .await;
    let found = world.owner().send("bind()").expect_text("“bind()”").await;
    assert!(found.text.contains("Galat"), "{}", found.text);
    let filter = world
        .agent
        .script()
        .answers
        .filters
        .last()
        .cloned()
        .unwrap();
    assert_eq!(filter.unit, Some(nginx()));
    assert_eq!(filter.priority, Some(Priority::Err));
    assert_eq!(filter.text.as_deref(), Some("bind()"));
}

#[tokio::test]
async fn a_followed_log_shows_new_lines_until_it_is_stopped() {
    let world = world_with_nginx().await;
    let page = world
        .owner()
        .send("/logs nginx")
        .expect_text("bind()")
        .await;
    world
        .owner()
        .press_on(page.id, "Ikuti")
        .await
        .expect_text("Mengikuti sampai")
        .await;
    let live = world.owner().expect_text("one that came later").await;
    assert_eq!(live.id, page.id, "one live message");
    let press = world.owner().press_on(page.id, "Berhenti").await;
    let stopped = press.expect_text("bind()").await;
    assert!(!stopped.text.contains("Mengikuti"), "{}", stopped.text);
}

#[tokio::test]
async fn a_followed_log_goes_on_after_a_restart_of_the_bot() {
    let mut world = world_with_nginx().await;
    world
        .agent
        .script()
        .slow
        .insert("journal_follow", Duration::from_secs(3));
    let page = world
        .owner()
        .send("/logs nginx")
        .expect_text("bind()")
        .await;
    world
        .owner()
        .press_on(page.id, "Ikuti")
        .await
        .expect_text("Mengikuti sampai")
        .await;
    world.stop_bot().await;
    world.start_bot();
    let live = world.owner().expect_text("one that came later").await;
    assert_eq!(live.id, page.id);
}

#[tokio::test]
async fn a_file_that_cannot_be_fetched_is_answered_with_the_next_step() {
    let world = world_with_nginx().await;
    let name = "nginx.txt".to_owned();
    world.agent.script().answers.fetch = Some(Fetch {
        ticket: Ticket([0; 16]),
        name,
        bytes: 7,
    });
    let page = world
        .owner()
        .send("/logs nginx")
        .expect_text("bind()")
        .await;
    let press = world.owner().press_on(page.id, "Berkas").await;
    press.expect_text("Coba sekali lagi").await;
}

#[tokio::test]
async fn chosen_packages_are_what_is_upgraded() {
    let world = World::start().await;
    let package = |name: &str, security| Upgradable {
        name: PackageName::new(name).unwrap(),
        installed: "1.0".to_owned(),
        candidate: "1.1".to_owned(),
        security,
        download_bytes: 5_000_000,
        held: false,
    };
    world.agent.script().answers.packages = Some(Packages {
        refreshed: None,
        upgradable: vec![package("nginx", true), package("curl", false)],
        held: Vec::new(),
        removable: Vec::new(),
        download_bytes: 10_000_000,
        broken: false,
    });
    let home = world
        .owner()
        .send("/update")
        .expect_text("2 paket bisa diperbarui")
        .await;
    world
        .owner()
        .press_on(home.id, "Pilih sendiri")
        .await
        .expect_text("Tekan paket")
        .await;
    world
        .owner()
        .press_on(home.id, "curl")
        .await
        .expect_text("1 dipilih")
        .await;
    world
        .owner()
        .press_on(home.id, "Perbarui 1")
        .await
        .expect_text("Yakin?")
        .await;
    world
        .owner()
        .press_on(home.id, "Ya, lanjut")
        .await
        .expect_text("beres")
        .await;
    let applied = world.agent.script().applied.clone();
    let curl = Selection::Chosen(vec![PackageName::new("curl").unwrap()]);
    assert_eq!(applied[0].1, Action::PackagesUpgrade(curl));
}

#[tokio::test]
async fn the_audit_log_is_read_and_verified_and_a_refusal_is_said() {
    let world = World::start().await;
    {
        let mut script = world.agent.script();
        script.answers.entries = (1..=12)
            .map(|number| Entry {
                number,
                at: Timestamp::from_seconds(1_763_800_000),
                who: format!("telegram:{OWNER}"),
                what: format!("unit-restart n{number}.service"),
                verdict: Audited::Done,
                detail: String::new(),
                request: number,
                hash: "ab".to_owned(),
            })
            .collect();
        script.answers.verification = Some(Verification {
            entries: 12,
            head: "ab12".to_owned(),
            faults: Vec::new(),
        });
    }
    let page = world
        .owner()
        .send("/audit")
        .expect_text("n12.service")
        .await;
    assert!(page.text.contains("Admin 1001"), "{}", page.text);
    world
        .owner()
        .press_on(page.id, "Lebih lama")
        .await
        .expect_text("n2.service")
        .await;
    world
        .owner()
        .press_on(page.id, "Periksa keutuhan")
        .await
        .expect_text("ab12")
        .await;
    let denied = Failure::new(Code::Denied, "", "no");
    world.agent.script().failures.insert("audit_list", denied);
    world
        .owner()
        .send("/audit")
        .expect_text("tidak boleh")
        .await;
}
