//! Units that break on a real machine, and what the admins' phones show of it.

use potion_telegram::{Message, Person};

use crate::chat::{Walk, about, states, told};

/// “Resolved” in both languages, in the order of [`Walk::admins`].
const RESOLVED: [&str; 2] = ["beres", "is resolved"];
const HEALED: [&str; 2] = ["sudah pulih", "is well again"];
const GAVE_UP: [&str; 2] = ["belum bisa dipulihkan", "could not be healed"];
const MOVED: [&str; 2] = ["di pesan di bawah", "in the message below"];

/// Dies when it is told to, and systemd brings it back three times.
const FRAGILE: &str = "[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=1h\n[Service]\nExecStart=/bin/sleep infinity\nRestart=always\nRestartSec=100ms\n";

/// systemd brings it back whatever happens.
const HARDY: &str = "[Service]\nExecStart=/bin/sleep infinity\nRestart=always\nRestartSec=100ms\n";

fn pairs<'a>(walk: &Walk, words: [&'a str; 2]) -> [(Person, &'a str); 2] {
    let [owner, viewer] = walk.admins();
    [(owner, words[0]), (viewer, words[1])]
}

fn only(messages: &[Message]) -> &Message {
    assert_eq!(messages.len(), 1, "{messages:#?}");
    &messages[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_nginx_is_one_ringing_message_to_every_admin_and_resolves_in_place() {
    let walk = Walk::begin("").await;
    walk.kill("nginx.service");
    let mut first = Vec::new();
    for admin in walk.admins() {
        let news = told(&admin, "nginx.service", "code=killed").await;
        assert!(!only(&news).silent, "it rings");
        first.push(news[0].id);
    }
    walk.systemctl(&["start", "nginx.service"]);
    for ((admin, resolved), first) in pairs(&walk, RESOLVED).into_iter().zip(first) {
        let news = told(&admin, "nginx.service", resolved).await;
        assert_eq!(only(&news).id, first);
    }
    deliberate_acts_say_nothing(&walk).await;
}

/// What comes after them in the chat proves that nothing came of them.
async fn deliberate_acts_say_nothing(walk: &Walk) {
    let before = walk
        .admins()
        .map(|admin| about(&admin, "nginx.service").len());
    for verb in ["stop", "start", "restart", "reload"] {
        walk.systemctl(&[verb, "nginx.service"]);
    }
    let versions = walk
        .admins()
        .map(|admin| about(&admin, "nginx.service").pop().unwrap().version);
    walk.manage(&[("hardy.service", HARDY)]);
    walk.systemctl(&["start", "hardy.service"]);
    walk.kill("hardy.service");
    for (n, (admin, healed)) in pairs(walk, HEALED).into_iter().enumerate() {
        let news = told(&admin, "hardy.service", healed).await;
        assert!(!only(&news).history.is_empty(), "an edit, which is silent");
        let nginx = about(&admin, "nginx.service");
        assert_eq!(nginx.len(), before[n]);
        assert_eq!(nginx.last().unwrap().version, versions[n], "{nginx:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_limit_rings_anew_and_the_old_message_points_to_the_new() {
    let walk = Walk::begin("[notify]\nmuted = []\n").await;
    walk.manage(&[("fragile.service", FRAGILE)]);
    walk.systemctl(&["start", "fragile.service"]);
    let dead = |walk: &Walk| {
        walk.stack.machine.property("fragile.service", "Result") == "start-limit-hit"
            || walk
                .stack
                .machine
                .property("fragile.service", "ActiveState")
                == "failed"
    };
    while !dead(&walk) {
        let pid = walk.stack.machine.main_pid("fragile.service");
        if pid != 0 {
            let _ = walk.stack.machine.run(["kill", "-KILL", &pid.to_string()]);
        }
    }
    for (n, (admin, gave_up)) in pairs(&walk, GAVE_UP).into_iter().enumerate() {
        let news = told(&admin, "fragile.service", gave_up).await;
        let [old, new] = &news[..] else {
            panic!("{news:#?}");
        };
        assert!(!new.silent && new.reply_to == Some(old.id), "{new:#?}");
        let _ = told_by(&admin, old.id, MOVED[n]).await;
    }
}

async fn told_by(person: &Person, id: i32, says: &str) -> Message {
    let chat = person
        .wait_for(|chat| chat.message(id).is_some_and(|it| it.text.contains(says)))
        .await;
    chat.message(id).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_died_while_the_agent_was_down_is_told_when_it_is_back() {
    let walk = Walk::begin("").await;
    let units = ["potiond.service", "potiond.socket", "potiond-fd.socket"];
    walk.systemctl(&[&["stop"][..], &units[..]].concat());
    walk.kill("nginx.service");
    walk.wait_active("nginx.service", "failed");
    walk.systemctl(&[&["start"][..], &units[..]].concat());
    for admin in walk.admins() {
        let news = told(&admin, "nginx.service", "code=killed").await;
        assert!(!only(&news).silent);
    }
}

/// A unit that tells secrets and speaks HTML and Markdown, and dies of it.
const LEAKY: &str = r#"[Unit]
Description=<b>Bold</b> & [link](tg://user?id=1) *star* </pre>
[Service]
Type=oneshot
Environment=API_TOKEN=hunter2environment
ExecStart=/bin/sh -c 'echo "url https://api.telegram.org/bot7000000001:AAPotionStandInTokenThatOpensNothing00/getMe"; echo "login password=hunter2journal"; echo "<b>not bold</b> </pre> <script>x</script> *s* [l](tg://u)"; exit 3'
"#;
const SECRETS: [&str; 3] = [
    "hunter2environment",
    "hunter2journal",
    "AAPotionStandInTokenThatOpensNothing00",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_holds_secrets_and_markup_is_shown_as_text_without_them() {
    let walk = Walk::begin("").await;
    walk.manage(&[("leaky.service", LEAKY)]);
    let _ = walk
        .stack
        .machine
        .run(["systemctl", "start", "leaky.service"]);
    for admin in walk.admins() {
        let news = told(&admin, "leaky.service", "not bold").await;
        let text = &news[0].text;
        assert!(
            text.contains("<b>not bold</b> </pre> <script>x</script> *s* [l](tg://u)"),
            "{text}"
        );
        assert!(text.contains("password="), "the rest of the line stays");
    }
    let secret = walk.stack.enrol();
    assert!(secret.len() >= 16);
    for (person, message) in everything(&walk) {
        for secret in SECRETS.iter().copied().chain([secret.as_str()]) {
            let leak = states(&message).find(|text| text.contains(secret));
            assert_eq!(leak, None, "{secret} was told to {person}");
        }
    }
}

/// Every message that the bot ever sent to anybody.
fn everything(walk: &Walk) -> Vec<(i64, Message)> {
    let admins = walk.admins().into_iter();
    let people = admins.chain([walk.stack.telegram.person(potion_tests::stack::STRANGER)]);
    people
        .flat_map(|person| {
            let id = person.id();
            let sent = person.messages().into_iter().filter(|it| it.from_bot);
            sent.map(move |message| (id, message)).collect::<Vec<_>>()
        })
        .collect()
}
