//! tests/telegram.
fn main() {}
