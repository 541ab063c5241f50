//! systemd's refusals as errors with a next step.

use potion_proto::names::UnitName;

use super::port::UnitError;

/// A call that failed, told by what systemd refused.
pub(super) fn explain(unit: &UnitName, error: UnitError) -> UnitError {
    let UnitError::Bus(error) = error else {
        return error;
    };
    let Some((name, words)) = error.refusal() else {
        return UnitError::Bus(error);
    };
    match name.rsplit('.').next().unwrap_or_default() {
        "NoSuchUnit" | "FileNotFound" | "UnknownObject" => UnitError::Absent(unit.clone()),
        "UnitMasked" => UnitError::Masked(unit.clone()),
        "TransactionIsDestructive" | "ShuttingDown" => UnitError::Clash(words),
        "JobTypeNotApplicable"
        | "OnlyByDependency"
        | "LoadFailed"
        | "BadUnitSetting"
        | "NotSupported"
        | "TransactionJobsConflicting"
        | "TransactionOrderIsCyclic"
        | "UnitExists"
        | "UnitGenerated"
        | "UnitTransient"
        | "UnitBusy"
        | "InvalidArgs" => UnitError::NotApplicable {
            unit: unit.clone(),
            why: words,
        },
        _ => UnitError::Bus(error),
    }
}
