//! All text that a user sees comes from the catalogue: the bot's sources hold no sentences.

use crate::sources::{Source, below};

/// Lines that speak to the journal, to developers or to SQLite.
const NOT_FOR_USERS: [&str; 13] = [
    "trace!(",
    "debug!(",
    "info!(",
    "warn!(",
    "error!(",
    "#[error(",
    "reason = ",
    "assert",
    "expect(",
    "#![",
    "#[",
    "doing(",
    "panic!(",
];
/// Ends a line whose words are matched, or go to the journal, by a way that the scanner does not know.
const MARK: &str = "// not for users";
/// Telegram's own sentences, to be recognised.
const TELEGRAMS_WORDS: &str = "bot/src/telegram/refusal.rs";
const SQL: [&str; 10] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "PRAGMA", "REPLACE", "BEGIN", "COMMIT",
    "WITH",
];

#[test]
fn the_bot_holds_no_hard_coded_user_text() {
    let all = below(&["bot/src"]);
    let spoken = all.iter().filter(|source| source.path != TELEGRAMS_WORDS);
    let found: Vec<String> = spoken.flat_map(sentences).collect();
    assert!(
        found.is_empty(),
        "text outside the catalogue:\n{}",
        found.join("\n")
    );
}

/// String literals of two words or more, or with an emoji, in lines that may reach a user.
fn sentences(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let mut quiet = 0i32;
    for (number, line) in source.product() {
        let words = line.trim_start();
        // A log statement over several lines is quiet until its parentheses close.
        if quiet > 0 || NOT_FOR_USERS.iter().any(|mark| words.contains(mark)) {
            let balance = |open: char, close: char| {
                let count = |wanted| i32::try_from(line.matches(wanted).count()).unwrap_or(0);
                count(open) - count(close)
            };
            quiet = (quiet + balance('(', ')')).max(0);
            continue;
        }
        if words.starts_with("//") || words.ends_with(MARK) {
            continue;
        }
        let literal = literals(line)
            .into_iter()
            .find(|literal| is_sentence(literal));
        found.extend(literal.map(|literal| format!("{}:{number}: {literal:?}", source.path)));
    }
    found
}

fn literals(line: &str) -> Vec<String> {
    let unescaped = line.replace("\\\"", "");
    unescaped
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn is_sentence(literal: &str) -> bool {
    let word = |word: &str| {
        word.len() > 1
            && word
                .chars()
                .all(|c| c.is_alphabetic() || ".,!?…".contains(c))
    };
    let sql = SQL
        .iter()
        .any(|verb| literal.trim_start().starts_with(verb));
    let pairs = literal.split(' ').collect::<Vec<_>>();
    let spoken = pairs.windows(2).any(|pair| word(pair[0]) && word(pair[1]));
    let emoji = literal
        .chars()
        .any(|c| matches!(u32::from(c), 0x2600..=0x27bf | 0x1f300..=0x1faff));
    !sql && (spoken || emoji)
}

#[test]
fn the_scanner_sees_a_sentence_and_an_emoji() {
    let text = "fn f() {\n    send(\"Halo kamu\");\n    send(\"🛠\");\n    info!(\n        \"not for users\"\n    );\n    key(\"menu-title\");\n}\n";
    let found = sentences(&Source {
        path: "x.rs".into(),
        text: text.into(),
    });
    assert_eq!(found.len(), 2, "{found:?}");
}

/// Keys that the bot puts together from what the agent says.
const COMPOSED: [&str; 4] = ["word-", "failure-", "job-step-", "job-fact-"];

#[test]
fn every_message_of_the_catalogue_is_said_somewhere() {
    let sources: String = below(&["bot/src"])
        .into_iter()
        .map(|source| source.text)
        .collect();
    let unsaid: Vec<&str> = potion_config::message_keys()
        .filter(|key| !COMPOSED.iter().any(|prefix| key.starts_with(prefix)))
        .filter(|key| !sources.contains(&format!("\"{key}\"")))
        .collect();
    assert!(
        unsaid.is_empty(),
        "nobody says these any more; take them out: {unsaid:?}"
    );
}
