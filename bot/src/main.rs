//! bot.
fn main() {}
