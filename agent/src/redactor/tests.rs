#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

const TELEGRAM: &str = "7012345678:AAHkz0Qh3-Zx_1bWq9mYdR4tLp2sVuXcE7f";

#[test]
fn secrets_are_taken_out_and_the_rest_stays() {
    for (text, expected) in [
        ("password=hunter2 user=bob", "password=*** user=bob"),
        ("DB_PASSWORD: \"a b\\\" c\", x", "DB_PASSWORD: \"***\", x"),
        (
            "{\"api_key\":\"abc\",\"n\":1}",
            "{\"api_key\":\"***\",\"n\":1}",
        ),
        (
            "{\\\"token\\\":\\\"a\\\\\\\"b\\\",\\\"n\\\":1}",
            "{\\\"token\\\":\\\"***\\\",\\\"n\\\":1}",
        ),
        (
            "Environment=\"X_PASSWORD=two words\" \"Y=1\"",
            "Environment=\"X_PASSWORD=***\" \"Y=1\"",
        ),
        (
            "Environment=X_PASSWD=abc Y=1",
            "Environment=X_PASSWD=*** Y=1",
        ),
        ("export MYSQL_PWD='a b'; ls", "export MYSQL_PWD='***'; ls"),
        ("token: Some(\"a b\") next", "token: ***"),
        ("got token: Some(\"a b\") next", "got token: *** next"),
        ("password: three plain words\nnext", "password: ***\nnext"),
        (
            "  rpc-password = with blanks\nnext",
            "  rpc-password = ***\nnext",
        ),
        (
            "curl -H 'Authorization: Bearer abc' https://h/",
            "curl -H 'Authorization: ***' https://h/",
        ),
        (
            "Authorization: Digest u=\"a\", r=\"b\"\nx",
            "Authorization: ***\nx",
        ),
        ("sent Bearer abcdef0123456789", "sent Bearer ***"),
        ("sent Basic dXNlcjpwYXNz ok", "sent Basic *** ok"),
        ("GET http://bob:s3cret@host/x", "GET http://***@host/x"),
        ("psql://bob:p@ss@host:5432/x", "psql://***@host:5432/x"),
        (
            "https://ghx1234567890abcdef@github.com/a",
            "https://***@github.com/a",
        ),
        ("otpauth://totp/me?secret=ABC&x=1 end", "otpauth://*** end"),
        (
            "run --password hunter2 --user bob",
            "run --password *** --user bob",
        ),
        ("run --api-key=k1 -v", "run --api-key=*** -v"),
        ("sshpass -p hunter2 ssh host", "sshpass -p *** ssh host"),
        ("mysql -uroot -phunter2 db", "mysql -uroot -p*** db"),
        ("curl -u bob:hunter2 https://h", "curl -u *** https://h"),
        ("key AKIAIOSFODNN7EXAMPLE used", "key *** used"),
        (
            "aws_secret_access_key = abc/def",
            "aws_secret_access_key = ***",
        ),
        ("PrivateKey = abc=\n[Peer]", "PrivateKey = ***\n[Peer]"),
        ("password=a password=b", "password=*** password=***"),
        ("user_pass=x DbPass=y", "user_pass=*** DbPass=***"),
    ] {
        assert_eq!(redact(text), expected, "{text}");
        assert_eq!(redact(expected), expected, "redacted twice: {text}");
    }
}

#[test]
fn a_telegram_token_is_found_wherever_it_stands() {
    for (before, after) in [
        ("", ""),
        ("https://api.telegram.org/bot", "/getMe"),
        (
            "error for url (http://127.0.0.1:8470/bot",
            "/getUpdates): reset",
        ),
        ("<", ">"),
        ("ü", "ü"),
        ("TOKEN=x\"", "\""),
    ] {
        let out = redact(&format!("{before}{TELEGRAM}{after}")).into_owned();
        assert!(!out.contains(&TELEGRAM[11..]), "{out}");
        let encoded = TELEGRAM.replace(':', "%3A");
        let out = redact(&format!("{before}{encoded}{after}")).into_owned();
        assert!(!out.contains(&TELEGRAM[11..]), "{out}");
    }
}

#[test]
fn ordinary_lines_stay_as_they_are() {
    for line in [
        "Started nginx.service - A high performance web server.",
        "nginx.service: Main process exited, code=killed, status=9/KILL",
        "nginx.service: Scheduled restart job, restart counter is at 1.",
        "Failed password for root from 10.0.0.1 port 22 ssh2",
        "pam_unix(sudo:session): session opened for user root(uid=0) by (uid=1000)",
        "bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/apt update",
        "2026-11-22T16:33:32+00:00 host kernel: [12.345678] eth0: link up",
        "GET http://127.0.0.1:8080/index.html?a=b HTTP/1.1",
        "ssh://git@example.org/repo.git",
        "Reached target basic.target - Basic System.",
        "Basic authentication failed for user bob",
        "Bearer authentication is off",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "/usr/lib/x86_64-linux-gnu/perl5/5.36/Some/Very/Long/Path/With/Capitals/Ab1.pm",
        "at alloc::boxed::Box<dyn FnOnce() -> T>::call_once (token::Kind) src/a.rs:12:5",
        "Environment=LANG=C.UTF-8 RESTIC_PASSWORD_FILE=/etc/potion/secrets/restic",
        "ExecStart=/usr/sbin/nginx -g 'daemon on; master_process on;' -p /srv",
        "LoadCredential=secrets:/etc/potion/secrets",
        "password=${DB_PASSWORD} token=null",
        "PASS: 12 tests; bypass=1; tokens=500; tokenizer=bpe; compass: north",
        "-----BEGIN CERTIFICATE-----",
        "mkdir -p /srv/a; ssh -p 22 host; curl -u bob https://h",
        "naïve café — 100 % ✓ 📊",
        "12:34:56 01:23:45:67:89:ab fe80::1",
        "***",
        "",
    ] {
        assert!(
            matches!(redact(line), Cow::Borrowed(same) if same == line),
            "{line}"
        );
    }
}

fn pem(label: &str) -> (String, Vec<String>) {
    let body: Vec<String> = (0..4)
        .map(|n| format!("MII{n}bX9/{}Zk3+", "aB3dE5gH7jK9mN1pQ2".repeat(3)))
        .chain(["q83vEjRWeJCrze8SNFZ4kA==".to_owned()])
        .collect();
    let lines = body.join("\n");
    let text = format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\nafter");
    (text, body)
}

#[test]
fn private_keys_go_whole_escaped_cut_off_or_line_by_line() {
    for label in ["PRIVATE KEY", "OPENSSH PRIVATE KEY", "RSA PRIVATE KEY"] {
        let (text, body) = pem(label);
        let mut lines = Lines::default();
        let by_line: String = text.lines().fold(String::new(), |mut out, line| {
            let _ = writeln!(out, "{}", lines.next(line));
            out
        });
        let alone: String = body.iter().map(|line| redact(line).into_owned()).collect();
        let cut: String = text.chars().take(200).collect();
        for out in [
            redact(&text).into_owned(),
            redact(&text.replace('\n', "\\n")).into_owned(),
            redact(&cut).into_owned(),
            by_line.clone(),
            alone,
        ] {
            assert!(body.iter().all(|line| !out.contains(&line[..20])), "{out}");
        }
        assert!(by_line.ends_with("after\n") && redact(&text).ends_with("after"));
    }
}

#[test]
fn a_public_certificate_is_no_secret_to_the_reader_of_lines() {
    let mut lines = Lines::default();
    assert_eq!(
        lines.next("-----BEGIN CERTIFICATE-----"),
        "-----BEGIN CERTIFICATE-----"
    );
    assert_eq!(lines.next("plain words"), "plain words");
}

#[test]
fn secrets_of_the_folder_are_taken_out_wherever_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "Zw9-strange-enough\n").unwrap();
    fs::write(folder.path().join("short"), "abc\n").unwrap();
    know_folder(folder.path());
    assert_eq!(redact("<Zw9-strange-enough> abc"), "<***> abc");
}

/// Ways in which a secret is written, `{}` in its place.
const FORMS: [&str; 16] = [
    "password={}",
    "x DB_PASSWORD={} y",
    "secret: {}",
    "a api-key={} b",
    "{\"token\":\"{}\"}",
    "{\\\"token\\\":\\\"{}\\\"}",
    "Environment=\"X_SECRET={}\"",
    "Environment='X_SECRET={}'",
    "Environment=X_SECRET={} Y=2",
    "Authorization: Bearer {}",
    "-H \"Authorization: token {}\"",
    "prog --password {} --x",
    "https://user:{}@host/path",
    "otpauth://totp/x?secret={}&issuer=y",
    "{'password': '{}'}",
    "Some(Login { password: Some(\"{}\") })",
];

proptest! {
    #[test]
    fn a_planted_secret_never_comes_out(
        secret in "[A-Za-z0-9_.+!^*~]{7}[0-9][A-Za-z0-9_.,+!^*~-]{0,16}",
        form in 0..FORMS.len(),
        before in "[^\\n]{0,40}( |\\n)", after in "( |\\n)\\PC{0,40}",
    ) {
        let text = format!("{before}{}{after}", FORMS[form].replace("{}", &secret));
        prop_assert!(!redact(&text).contains(&secret), "{}", redact(&text));
    }

    #[test]
    fn quoted_secrets_may_hold_blanks_and_escapes(
        secret in "[A-Za-z0-9]{6}([A-Za-z0-9 ]|\\\\\\\\|\\\\\"){1,12}[a-z0-9]{4}",
        form in prop::sample::select(vec!["password=\"{}\"", "{\"token\": \"{}\"}", "x --secret \"{}\" y"]),
    ) {
        let text = form.replace("{}", &secret);
        prop_assert!(!redact(&text).contains(&secret[secret.len() - 4..]), "{}", redact(&text));
    }

    #[test]
    fn any_text_is_survived_and_redacting_twice_changes_nothing(text in "\\PC{0,200}") {
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once).into_owned(), once.clone());
    }

    #[test]
    fn hostile_punctuation_is_survived(
        text in "(token|password|PWD|-----BEGIN |PRIVATE KEY|-----END |bearer |basic |mysql -p|://|%3A|é|[=:\"'\\\\ \\n@/0-9-]){0,60}"
    ) {
        let _ = redact(&text);
        let mut lines = Lines::default();
        text.lines().for_each(|line| drop(lines.next(line)));
    }

    #[test]
    fn words_without_a_secret_stay(words in prop::collection::vec("[a-z]{1,12}|[0-9]{1,5}|[A-Z][a-z]{2,8}[.,]", 0..30)) {
        let text = words.join(" ");
        prop_assume!(!text.contains("bearer") && !text.contains("basic"));
        prop_assert_eq!(redact(&text), text.as_str());
    }
}

/// A megabyte of what would make a careless scanner quadratic takes about as long for each byte as a
/// quarter of it.
#[test]
fn time_grows_with_the_length_alone() {
    const BYTES: usize = 1 << 20;
    for unit in [
        "token=",
        "PWD=/",
        "\"",
        "\\\"",
        "token=\"",
        "://",
        "a:b@",
        "=",
        ":",
        "-----BEGIN PRIVATE KEY",
        "-----BEGIN PRIVATE KEY\n",
        "eyJ-",
        "+/",
        "bearer ",
        "curl -u a",
        "curl -u \"\\\"",
        "1",
        "A1b2",
        " ",
        "token ",
        "-",
        "token:\\",
        "token=$A",
    ] {
        let text = unit.repeat(BYTES / unit.len());
        let quarter = &text[..text.len() / 4 / unit.len() * unit.len()];
        let short = time(quarter);
        let long = time(&text);
        assert!(
            long < short * 16 + Duration::from_millis(200),
            "{unit:?}: {short:?} {long:?}"
        );
    }
}

fn time(text: &str) -> Duration {
    let begun = Instant::now();
    let _ = redact(text);
    begun.elapsed()
}
