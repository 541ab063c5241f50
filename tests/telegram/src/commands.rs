//! The bot's command menu, by scope and language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::answers::ApiError;

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Without the slash: 1 to 32 of `a-z`, `0-9` and `_`.
    pub command: String,
    /// 1 to 256 characters.
    pub description: String,
}

/// Menus by (scope, language); the empty language is everyone's.
#[derive(Debug, Default)]
pub(crate) struct CommandSets(BTreeMap<(String, String), Vec<Command>>);

impl CommandSets {
    pub(crate) fn set(
        &mut self,
        scope: String,
        language: String,
        commands: Vec<Command>,
    ) -> Result<(), ApiError> {
        if commands.len() > 100 {
            return Err(ApiError::bad("BOT_COMMANDS_TOO_MUCH"));
        }
        let commands = commands
            .into_iter()
            .map(checked)
            .collect::<Result<_, _>>()?;
        self.0.insert((scope, language), commands);
        Ok(())
    }

    pub(crate) fn remove(&mut self, scope: String, language: String) {
        self.0.remove(&(scope, language));
    }

    pub(crate) fn exact(&self, scope: &str, language: &str) -> Vec<Command> {
        self.0
            .get(&(scope.to_owned(), language.to_owned()))
            .cloned()
            .unwrap_or_default()
    }

    /// What a person sees in their private chat: the narrowest scope first, in it their language first.
    pub(crate) fn seen_by(&self, person: i64, language: &str) -> Vec<Command> {
        let scopes = [
            format!("chat:{person}"),
            "all_private_chats".to_owned(),
            "default".to_owned(),
        ];
        let keys = scopes
            .iter()
            .flat_map(|scope| [(scope, language), (scope, "")]);
        keys.map(|(scope, language)| self.exact(scope, language))
            .find(|set| !set.is_empty())
            .unwrap_or_default()
    }
}

fn checked(mut command: Command) -> Result<Command, ApiError> {
    command.command = command.command.trim_start_matches('/').to_lowercase();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if command.command.is_empty()
        || command.command.len() > 32
        || !command.command.chars().all(allowed)
    {
        return Err(ApiError::bad("BOT_COMMAND_INVALID"));
    }
    if command.description.is_empty() || command.description.chars().count() > 256 {
        return Err(ApiError::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok(command)
}
