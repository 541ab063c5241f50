//! agent/ctl.
fn main() {}
