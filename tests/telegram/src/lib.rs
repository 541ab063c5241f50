//! tests/telegram.
