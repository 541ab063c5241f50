//! Randomness from the kernel, for ids and codes that must not be guessed.

use potion_proto::{Code, Failure};

/// `N` random bytes.
///
/// # Errors
/// `unavailable` when the kernel gives none.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(Failure::new(
            Code::Unavailable,
            "randomness",
            "the kernel gives no random bytes",
        )),
    }
}
