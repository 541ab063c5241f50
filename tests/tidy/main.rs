//! Tidiness as tests: the layout, the dependency directions, the nouns, the sizes, and where user text may stand.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod dependencies;
mod layout;
mod nouns;
mod sizes;
mod sources;
mod words;
