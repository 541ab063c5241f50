//! The walk that the project began with: a person with a phone, a button, the real nginx, and back.

use std::time::Duration;

use potion_tests::lab::Suite;
use potion_tests::package::root;
use potion_tests::phone::Phone;
use potion_tests::stack::{Stack, TELEGRAM_PORT};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_restarts_nginx_from_a_phone_and_hears_when_it_is_killed() {
    let stack = Stack::boot(Suite::Bookworm).unwrap();
    let page = stack
        .machine
        .forward(([127, 0, 0, 1], 0).into(), TELEGRAM_PORT)
        .unwrap();
    let phone = Phone::open(&format!("http://{page}/"), false)
        .await
        .unwrap();

    phone.send("/start").await.unwrap();
    phone.expect("Mau cek apa?").await.unwrap();
    see(&phone, "1-menu").await;

    phone.press("📊").await.unwrap();
    phone.expect("CPU").await.unwrap();
    see(&phone, "2-status").await;

    phone.press("Kembali").await.unwrap();
    phone.press("Layanan").await.unwrap();
    phone.press("nginx").await.unwrap();
    phone.expect("nginx.service").await.unwrap();
    see(&phone, "3-nginx").await;
    let before = stack.machine.main_pid("nginx.service");
    phone.press("Restart").await.unwrap();
    see(&phone, "4-confirm").await;
    phone.press("Ya, lanjut").await.unwrap();
    stack.machine.wait_until(
        "nginx has a new process",
        Duration::from_secs(30),
        |machine| {
            let now = machine.main_pid("nginx.service");
            (now != 0 && now != before).then_some(())
        },
    );
    see(&phone, "5-restarted").await;

    stack
        .machine
        .kill_pid(stack.machine.main_pid("nginx.service"));
    phone.expect("killed").await.unwrap();
    see(&phone, "6-incident").await;
}

/// Keeps a picture for people, and holds the page to a phone's width.
async fn see(phone: &Phone, name: &str) {
    assert_eq!(
        phone.overflow().await.unwrap(),
        0,
        "{name} scrolls sideways"
    );
    let file = root().join(format!("target/screens/{name}.png"));
    phone.screenshot(&file).await.unwrap();
}
