//! Files near 150 lines and functions that fit a screen. What tests tell is told in one piece: a scenario on
//! a real machine, a table of golden samples; it may be longer.

use crate::sources::{Source, below};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const MAIN_LINES_MAX: usize = 30;
const SCENARIO_LINES_MAX: usize = 800;
const ALL: [&str; 5] = ["agent", "bot", "config", "proto", "tests"];

fn is_scenario(path: &str) -> bool {
    path.starts_with("tests/lab/") || path.contains("/tests/")
}

#[test]
fn no_file_is_longer_than_a_hard_look() {
    let long: Vec<String> = below(&ALL)
        .iter()
        .map(|source| (source.text.lines().count(), &source.path))
        .filter(|(lines, path)| {
            *lines
                > if is_scenario(path) {
                    SCENARIO_LINES_MAX
                } else {
                    FILE_LINES_MAX
                }
        })
        .map(|(lines, path)| format!("{path} ({lines})"))
        .collect();
    assert!(
        long.is_empty(),
        "over {FILE_LINES_MAX} lines:\n{}",
        long.join("\n")
    );
}

#[test]
fn every_main_is_short() {
    for source in below(&ALL)
        .iter()
        .filter(|source| source.path.ends_with("src/main.rs"))
    {
        let lines = source.text.lines().count();
        assert!(lines < MAIN_LINES_MAX, "{} has {lines} lines", source.path);
    }
}

#[test]
fn every_function_fits_a_screen() {
    let all = below(&ALL);
    let product = all.iter().filter(|source| !is_scenario(&source.path));
    let long: Vec<String> = product.flat_map(long_functions).collect();
    assert!(
        long.is_empty(),
        "over {FUNCTION_LINES_MAX} lines:\n{}",
        long.join("\n")
    );
}

/// A function ends at the first `}` as deep as its `fn`: rustfmt sees to that.
fn long_functions(source: &Source) -> Vec<String> {
    let mut open: Option<(usize, usize, String)> = None;
    let mut long = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let depth = line.len() - line.trim_start().len();
        let words = line.trim_start();
        if is_function(words) {
            open = Some((index, depth, words.to_owned()));
        } else if let Some((start, at, name)) = &open
            && depth == *at
            && words.starts_with('}')
        {
            if index - start > FUNCTION_LINES_MAX {
                long.push(format!(
                    "{}:{} ({}) {name}",
                    source.path,
                    start + 1,
                    index - start
                ));
            }
            open = None;
        }
    }
    long
}

fn is_function(words: &str) -> bool {
    let words = words
        .trim_start_matches("pub ")
        .trim_start_matches("pub(crate) ")
        .trim_start_matches("pub(super) ");
    let words = words
        .trim_start_matches("const ")
        .trim_start_matches("async ");
    words.starts_with("fn ")
}

#[test]
fn the_measure_sees_a_long_function() {
    let body = "    x();\n".repeat(FUNCTION_LINES_MAX + 1);
    let text = format!("fn short() {{\n}}\n\npub async fn long() {{\n{body}}}\n");
    let found = long_functions(&Source {
        path: "a.rs".into(),
        text,
    });
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("a.rs:4"));
}
