//! A viewer who asks for every action there is.
//!
//! 1. Plan each, with every argument that would work for somebody else.
//! 2. Where a plan was made, apply it.
//!
//! All are denied but the viewer's own language. That the actions could be planned at all is proved by
//! an owner, who is refused none of the harmless ones for a lack of rights.

use potion_proto::Code;
use potion_proto::actions::Applied;

use crate::every_action::{OWN, dangerous, harmless, local, on};
use crate::{OWNER, VIEWER, code, world};

#[tokio::test]
async fn everything_is_denied_but_the_viewer_s_own_language() {
    let world = world()
        .config("[policy]\nrate-per-minute = 1000")
        .start()
        .await;
    let viewer = world.telegram(VIEWER).await;
    let all = [
        harmless(),
        dangerous(),
        local(),
        on(&["cron.service", "reboot.target"]),
    ]
    .concat();
    for action in all {
        assert_eq!(
            code(viewer.act(action.clone()).await),
            Code::Denied,
            "{action:?}"
        );
    }
    assert_eq!(viewer.act(OWN).await.unwrap(), Applied::Done);
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn an_owner_lacks_the_right_to_none_of_the_harmless_ones() {
    let world = world()
        .config("[policy]\nrate-per-minute = 1000")
        .start()
        .await;
    let owner = world.telegram(OWNER).await;
    for action in harmless() {
        let rights = [
            Code::Denied,
            Code::LocalOnly,
            Code::UnitRefused,
            Code::UnitUnmanaged,
        ];
        let refused = owner
            .act(action.clone())
            .await
            .err()
            .map(|failure| failure.code);
        assert!(
            refused.is_none_or(|code| !rights.contains(&code)),
            "{action:?}: {refused:?}"
        );
    }
}
