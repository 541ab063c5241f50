//! The command menu.

use serde_json::{Value, json};

use crate::answers::ApiError;
use crate::commands::Command;
use crate::params::Params;
use crate::shared::Shared;

/// `setMyCommands`.
pub(super) fn set_commands(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let commands: Vec<Command> = params.structure("commands")?.unwrap_or_default();
    let (scope, language) = key(params)?;
    shared.change(|world| world.commands.set(scope, language, commands))?;
    shared.change(|world| {
        let version = world.version;
        world
            .chats
            .values_mut()
            .for_each(|chat| chat.version = version);
    });
    Ok(Value::Bool(true))
}

/// `getMyCommands`: the very set of this scope and language, no fallback.
pub(super) fn get_commands(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let (scope, language) = key(params)?;
    Ok(json!(
        shared.read(|world| world.commands.exact(&scope, &language))
    ))
}

/// `deleteMyCommands`.
pub(super) fn delete_commands(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let (scope, language) = key(params)?;
    shared.change(|world| world.commands.remove(scope, language));
    Ok(Value::Bool(true))
}

/// Scope as one word (`chat:7` for a chat's own) and language.
fn key(params: &Params) -> Result<(String, String), ApiError> {
    let scope = params
        .json_value("scope")?
        .unwrap_or_else(|| json!({"type": "default"}));
    let kind = scope
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let scope = match (kind, scope.get("chat_id")) {
        ("chat", Some(chat)) => format!("chat:{}", chat.to_string().trim_matches('"')),
        ("default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators", _) => {
            kind.to_owned()
        }
        _ => {
            return Err(ApiError::bad(
                "can't parse BotCommandScope: unsupported type specified",
            ));
        }
    };
    let language = params.text("language_code");
    let two_letters = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    if !language.is_empty() && !two_letters {
        return Err(ApiError::bad("invalid language code specified"));
    }
    Ok((scope, language))
}
