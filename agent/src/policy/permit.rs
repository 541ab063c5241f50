//! Whether an actor may have an action done, proofs aside.

use potion_config::Config;
use potion_proto::Failure;
use potion_proto::actions::{Action, Risk};
use potion_proto::admins::Role;

use super::witness::{denied, with_sudo};
use super::{Actor, Caller, required_role, risk, unit_rules};
use crate::policy::command::sudo_line;

/// The risk of the action, if this actor may ask for it. A local action that an owner asks for from
/// afar is answered with the line to type; others are denied, since the line would not help them.
///
/// # Errors
/// `denied`, `unit-refused`, `unit-unmanaged`, `local-only`.
pub fn permit(config: &Config, actor: &Actor, action: &Action) -> Result<Risk, Failure> {
    let risk = risk(config, action);
    let role = actor
        .role()
        .ok_or_else(|| denied("the bot itself may change nothing"))?;
    match actor.caller {
        Caller::Local { .. } => {}
        Caller::Member { .. } => member(config, action, risk)?,
        Caller::Bot { .. } => bot(config, action, risk, role)?,
    }
    if let Action::Unit(_, unit) = action {
        unit_rules(config, actor, unit)?;
    }
    Ok(risk)
}

/// A member is an operator with a terminal: what asks for more is one `sudo` away.
fn member(config: &Config, action: &Action, risk: Risk) -> Result<(), Failure> {
    let too_much = risk >= Risk::Dangerous || required_role(config, action) > Role::Operator;
    if too_much {
        Err(with_sudo(&sudo_line(action)))
    } else {
        Ok(())
    }
}

fn bot(config: &Config, action: &Action, risk: Risk, role: Role) -> Result<(), Failure> {
    if role < required_role(config, action) {
        return Err(denied("your role does not allow this; ask an owner"));
    }
    if risk == Risk::Local {
        return Err(with_sudo(&sudo_line(action)));
    }
    Ok(())
}
