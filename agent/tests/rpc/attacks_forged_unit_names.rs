//! Unit names that are something else.
//!
//! 1. Take the frame of an honest call, and write another name of the same length into it: paths,
//!    options, shell and systemd expansions, newlines, NULs.
//!
//! A decoder is the only door to a name, so the connection ends before any code of ours sees it. The
//! honest name at the same place is answered.

use potion_agent::testing::{Person, Who, context};
use potion_proto::actions::{Action, Behalf};
use potion_proto::names::UnitName;
use potion_proto::units::Verb;

use crate::raw::{Raw, payload};
use crate::world;

const FORGED: [&[u8]; 14] = [
    b"a/b.service",
    b"../../etc/x.service",
    b"/etc/passwd.service",
    b"-H=evil.service",
    b"--root=x.service",
    b"nginx.service\n",
    b"nginx\n.service",
    b"nginx %i.service",
    b"nginx%n.service",
    b"${HOME}.service",
    b"nginx\0.service",
    b"nginx;id.service",
    b"\xff\xfe\xfdnginx.service",
    b"nginx.serviceXX",
];

/// The honest frame with the honest name replaced by one of the same length.
fn forge(honest: &[u8], name: &UnitName, forged: &[u8]) -> Vec<u8> {
    let (name, length) = (name.as_str().as_bytes(), forged.len());
    assert_eq!(name.len(), length);
    let at = honest
        .windows(length)
        .position(|window| window == name)
        .unwrap();
    [&honest[..at], forged, &honest[at + length..]].concat()
}

/// An honest name of so many bytes.
fn honest_name(length: usize) -> UnitName {
    UnitName::new(format!("{}.service", "a".repeat(length - ".service".len()))).unwrap()
}

async fn frames(name: &UnitName) -> [Vec<u8>; 2] {
    let (shown, acted) = (name.clone(), Action::Unit(Verb::Start, name.clone()));
    [
        payload(|rpc| async move { rpc.unit_show(context(), Behalf::Own, shown).await }).await,
        payload(|rpc| async move { rpc.plan(context(), Behalf::Own, acted).await }).await,
    ]
}

#[tokio::test]
async fn each_ends_its_connection() {
    let world = world().start().await;
    for forged in FORGED {
        let name = honest_name(forged.len());
        for frame in frames(&name).await {
            let mut thief = Raw::greeted(&world.socket(Who::Root)).await;
            thief.send(&forge(&frame, &name, forged)).await;
            assert_eq!(thief.answer().await, None, "{}", forged.escape_ascii());
        }
    }
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn an_honest_name_at_the_same_place_is_answered() {
    let world = world().start().await;
    let name = honest_name(13);
    for frame in frames(&name).await {
        let mut root = Raw::greeted(&world.socket(Who::Root)).await;
        root.send(&forge(&frame, &name, b"nginx.service")).await;
        assert!(root.answer().await.is_some());
    }
    let root = Person::connect(&world.socket(Who::Root), Behalf::Own).await;
    let nginx = UnitName::new("nginx.service").unwrap();
    assert!(
        root.rpc
            .unit_show(context(), root.by, nginx)
            .await
            .unwrap()
            .is_ok()
    );
}
