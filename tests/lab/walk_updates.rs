//! Upgrades from the phone: a package of a local repository, and Potion Server itself.

use potion_tests::lab::{Fixture, Repository};
use potion_tests::package::deb_of_version;

use crate::chat::Walk;

fn version(walk: &Walk, package: &str) -> String {
    let argv = ["dpkg-query", "-W", "-f", "${Version}", package];
    walk.stack.machine.run(argv).ok()
}

/// Check, upgrade all, confirm, code; what the chat says at the end.
async fn upgrade_all(walk: &Walk, secret: &str) -> String {
    let opened = walk.owner().send("/update");
    let listed = opened.press("Perbarui semua").await;
    let _ = listed.expect_text("Yakin").await;
    let sent = walk.prove(secret).await;
    sent.expect_text("selesai").await.text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outdated_package_is_upgraded_from_the_phone_with_its_progress_and_true_result() {
    let walk = Walk::begin("").await;
    let machine = &walk.stack.machine;
    let repository = Repository::new(machine);
    repository
        .publish(&Fixture::new("potion-fixture", "1.0"))
        .refresh();
    let _ = machine
        .run(["apt-get", "-y", "install", "potion-fixture"])
        .ok();
    repository
        .publish(&Fixture::new("potion-fixture", "1.1").held_until("/run/gate"))
        .refresh();
    let secret = walk.stack.enrol();
    let opened = walk.owner().send("/update");
    let _ = opened.press("Perbarui semua").await;
    let sent = walk.prove(&secret).await;
    // The gate holds dpkg, so the bar stands where it is until it opens.
    let _ = sent.expect_text("memasang").await;
    machine.write("/run/gate", "");
    let _ = sent.expect_text("selesai").await;
    assert_eq!(version(&walk, "potion-fixture"), "1.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn potion_server_upgrades_itself_from_the_phone_and_says_how_it_went() {
    let walk = Walk::begin("").await;
    let machine = &walk.stack.machine;
    let new = std::fs::read(deb_of_version("0.2.0").unwrap()).unwrap();
    machine.write("/root/new.deb", new);
    Repository::new(machine)
        .publish_file("/root/new.deb")
        .refresh();
    let secret = walk.stack.enrol();
    let said = upgrade_all(&walk, &secret).await;
    assert!(said.contains("0.2.0") || said.contains("selesai"), "{said}");
    assert_eq!(version(&walk, "potion-server"), "0.2.0");
    let crashes = crate::chat::about(&walk.owner(), "error show");
    assert!(crashes.is_empty(), "{crashes:#?}");
}
