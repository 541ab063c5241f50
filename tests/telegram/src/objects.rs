//! Bot API objects, as <https://core.telegram.org/bots/api#available-types> describes them.

use serde_json::{Map, Value, json};

use crate::chats::Message;
use crate::options::Account;
use crate::world::World;

/// A `User` that is a person.
pub(crate) fn user(account: &Account) -> Value {
    let mut user = json!({"id": account.id, "is_bot": false, "first_name": account.name});
    if let Some(username) = &account.username {
        user["username"] = json!(username);
    }
    if let Some(language) = &account.language {
        user["language_code"] = json!(language);
    }
    user
}

/// The bot's own `User`.
pub(crate) fn bot(world: &World) -> Value {
    let mut user = user(&world.bot);
    user["is_bot"] = json!(true);
    user
}

/// A `Chat`: private for a positive id, a group for a negative one.
pub(crate) fn chat(world: &World, id: i64) -> Value {
    if id < 0 {
        return json!({"id": id, "type": "group", "title": format!("Group {}", -id), "all_members_are_administrators": true});
    }
    let mut chat = json!({"id": id, "type": "private"});
    if let Some(account) = world.people.get(&id) {
        chat["first_name"] = json!(account.name);
        if let Some(username) = &account.username {
            chat["username"] = json!(username);
        }
    }
    chat
}

fn sender(world: &World, id: i64) -> Value {
    if id == world.bot.id {
        return bot(world);
    }
    world.people.get(&id).map_or(Value::Null, user)
}

/// A `Message`, with the message it replies to one level deep.
pub(crate) fn message(world: &World, message: &Message) -> Value {
    let mut object = plain(world, message);
    if let Some(original) = message
        .reply_to
        .and_then(|id| world.message(message.chat, id))
    {
        object.insert(
            "reply_to_message".into(),
            Value::Object(plain(world, original)),
        );
    }
    Value::Object(object)
}

fn plain(world: &World, message: &Message) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("message_id".into(), json!(message.id));
    object.insert("from".into(), sender(world, message.from));
    object.insert("chat".into(), chat(world, message.chat));
    object.insert("date".into(), json!(message.sent_ms / 1000));
    if let Some(edited) = message.edited_ms {
        object.insert("edit_date".into(), json!(edited / 1000));
    }
    if message.protected {
        object.insert("has_protected_content".into(), json!(true));
    }
    content(message, &mut object);
    if !message.buttons.is_empty() {
        object.insert(
            "reply_markup".into(),
            json!({"inline_keyboard": message.buttons}),
        );
    }
    object
}

fn content(message: &Message, object: &mut Map<String, Value>) {
    let (text, entities) = match &message.attachment {
        None => ("text", "entities"),
        Some(_) => ("caption", "caption_entities"),
    };
    if !message.text.is_empty() {
        object.insert(text.into(), json!(message.text));
    }
    if !message.entities.is_empty() {
        object.insert(entities.into(), json!(message.entities));
    }
    if let Some(file) = &message.attachment {
        let id = json!({"file_id": file.file_id, "file_unique_id": format!("u{}", file.file_id), "file_size": file.size});
        let mut described = id;
        if file.kind == "photo" {
            described["width"] = json!(800);
            described["height"] = json!(600);
            object.insert("photo".into(), json!([described]));
        } else {
            described["file_name"] = json!(file.name);
            described["mime_type"] = json!(file.mime);
            object.insert("document".into(), described);
        }
    }
}

/// A message that can no longer be read: `InaccessibleMessage`.
pub(crate) fn inaccessible(world: &World, chat_id: i64, id: i32) -> Value {
    json!({"chat": chat(world, chat_id), "message_id": id, "date": 0})
}
