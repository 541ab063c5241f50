//! The rights that the agent keeps, out of all that root has.

use caps::{CapSet, Capability, CapsHashSet};

use super::StartError;

/// Files of any owner (`files.root`), owners of new entries, other processes' sockets and programs,
/// `nft list`.
const KEPT: [Capability; 5] = [
    Capability::CAP_DAC_OVERRIDE,
    Capability::CAP_FOWNER,
    Capability::CAP_CHOWN,
    Capability::CAP_SYS_PTRACE,
    Capability::CAP_NET_ADMIN,
];

/// Gives the others up, in every set, for ever. Where systemd's unit has taken them already nothing is
/// left to do, and nothing is asked of the kernel that the unit's filter would refuse.
pub(super) fn give_up() -> Result<(), StartError> {
    let kept: CapsHashSet = KEPT.into_iter().collect();
    caps::clear(None, CapSet::Ambient).map_err(refused)?;
    for extra in extras(CapSet::Bounding, &kept)? {
        caps::drop(None, CapSet::Bounding, extra).map_err(refused)?;
    }
    for set in [CapSet::Inheritable, CapSet::Effective, CapSet::Permitted] {
        if !extras(set, &kept)?.is_empty() {
            let left = caps::read(None, set).map_err(refused)?;
            caps::set(None, set, &left.intersection(&kept).copied().collect()).map_err(refused)?;
        }
    }
    nix::sys::prctl::set_no_new_privs().map_err(refused)
}

fn extras(set: CapSet, kept: &CapsHashSet) -> Result<Vec<Capability>, StartError> {
    let held = caps::read(None, set).map_err(refused)?;
    Ok(held.difference(kept).copied().collect())
}

fn refused(why: impl std::fmt::Display) -> StartError {
    StartError::Privileges(why.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    /// Rights are a thread's own, so this takes them from a thread of its own.
    #[test]
    fn only_the_named_rights_are_left_in_every_set_and_none_can_come_back() {
        let left = std::thread::spawn(|| {
            give_up().unwrap();
            let sets = [
                CapSet::Bounding,
                CapSet::Permitted,
                CapSet::Effective,
                CapSet::Inheritable,
            ];
            let left = sets.map(|set| caps::read(None, set).unwrap());
            (left, nix::sys::prctl::get_no_new_privs().unwrap())
        });
        let (left, no_new) = left.join().unwrap();
        assert!(no_new);
        assert!(
            left.iter()
                .flatten()
                .all(|capability| KEPT.contains(capability))
        );
    }
}
