//! All state of one server: who exists, what was said, what waits.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::answers::ApiError;
use crate::calls::Calls;
use crate::chats::{Chat, Message};
use crate::clock::now_ms;
use crate::commands::{Command, CommandSets};
use crate::faults::Faults;
use crate::files::Files;
use crate::objects;
use crate::options::{Account, Options};
use crate::updates::Queue;

/// A press that the bot may still answer.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) id: String,
    pub(crate) from: i64,
    pub(crate) asked: Instant,
    pub(crate) answered: bool,
}

/// The state; always behind [`crate::shared::Shared`].
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) version: u64,
    pub(crate) bot: Account,
    pub(crate) people: BTreeMap<i64, Account>,
    pub(crate) chats: BTreeMap<i64, Chat>,
    pub(crate) queue: Queue,
    pub(crate) queries: Vec<Query>,
    pub(crate) calls: Calls,
    pub(crate) faults: Faults,
    pub(crate) files: Files,
    pub(crate) commands: CommandSets,
    pub(crate) webhook: bool,
    /// The server is gone: open connections are reset at their next request, waiting ones now.
    pub(crate) stopped: bool,
    next_message: i32,
}

impl World {
    pub(crate) fn new(options: &Options) -> Self {
        let mut bot = Account::new(options.bot_id(), &options.bot_name);
        bot.username = Some(options.bot_username.clone());
        let mut world = Self {
            version: 0,
            bot,
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            queue: Queue::default(),
            queries: Vec::new(),
            calls: Calls::default(),
            faults: Faults::default(),
            files: Files::default(),
            commands: CommandSets::default(),
            webhook: false,
            stopped: false,
            next_message: 0,
        };
        for account in &options.people {
            world.meet(account.clone());
        }
        world
    }

    /// Adds or replaces an account; its private chat stays as it was.
    pub(crate) fn meet(&mut self, account: Account) {
        self.chat_of(account.id);
        self.people.insert(account.id, account);
    }

    /// The account, made with a plain name if nobody has the id yet.
    pub(crate) fn person(&mut self, id: i64) -> &mut Account {
        self.chat_of(id);
        self.people
            .entry(id)
            .or_insert_with(|| Account::new(id, &format!("Person {id}")))
    }

    /// The chat, made if new; a group (negative id) counts as started.
    pub(crate) fn chat_of(&mut self, id: i64) -> &mut Chat {
        self.chats.entry(id).or_insert_with(|| Chat {
            started: id < 0,
            ..Chat::default()
        })
    }

    /// The chat if the bot may act in it, else Telegram's refusal.
    pub(crate) fn reachable(&mut self, id: i64) -> Result<&mut Chat, ApiError> {
        let chat = self
            .chats
            .get_mut(&id)
            .ok_or_else(|| ApiError::bad("chat not found"))?;
        if chat.blocked {
            return Err(ApiError::forbidden("bot was blocked by the user"));
        }
        if !chat.started {
            return Err(ApiError::forbidden(
                "bot can't initiate conversation with a user",
            ));
        }
        chat.version = self.version;
        Ok(chat)
    }

    /// An empty message with the next id, dated now, of this version.
    pub(crate) fn draft(&mut self, chat: i64, from: i64) -> Message {
        self.next_message += 1;
        Message {
            id: self.next_message,
            chat,
            from,
            from_bot: from == self.bot.id,
            text: String::new(),
            entities: Vec::new(),
            buttons: Vec::new(),
            attachment: None,
            silent: false,
            protected: false,
            pinned: false,
            reply_to: None,
            sent_ms: now_ms(),
            edited_ms: None,
            deleted_ms: None,
            history: Vec::new(),
            version: self.version,
        }
    }

    /// Puts a message into its chat and returns it as the Bot API shows it.
    pub(crate) fn post(&mut self, message: Message) -> serde_json::Value {
        let shown = objects::message(self, &message);
        let version = self.version;
        let chat = self.chat_of(message.chat);
        chat.version = version;
        chat.messages.push(message);
        shown
    }

    /// The command menu of a person's private chat.
    pub(crate) fn menu(&self, person: i64) -> Vec<Command> {
        let language = self
            .people
            .get(&person)
            .and_then(|p| p.language.as_deref())
            .unwrap_or_default();
        self.commands.seen_by(person, language)
    }

    /// A message in any state, deleted ones included.
    pub(crate) fn message(&self, chat: i64, id: i32) -> Option<&Message> {
        self.chats.get(&chat)?.messages.iter().find(|m| m.id == id)
    }
}
