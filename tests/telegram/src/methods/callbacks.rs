//! Answers to presses.

use serde_json::Value;

use crate::answers::ApiError;
use crate::chats::CallbackAnswer;
use crate::clock::now_ms;
use crate::params::Params;
use crate::shared::Shared;

/// `text` of an answer: 200 characters.
const ANSWER_LIMIT_CHARS: usize = 200;
const TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";

/// `answerCallbackQuery`: once, and in time.
pub(super) fn answer(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let id = params.text("callback_query_id");
    let text = params.text("text");
    if text.chars().count() > ANSWER_LIMIT_CHARS {
        return Err(ApiError::bad("MESSAGE_TOO_LONG"));
    }
    let lifetime = shared.options.callback_lifetime;
    shared.change(|world| {
        let version = world.version;
        let query = world
            .queries
            .iter_mut()
            .find(|q| q.id == id && !q.answered && q.asked.elapsed() <= lifetime)
            .ok_or_else(|| ApiError::bad(TOO_OLD))?;
        query.answered = true;
        let from = query.from;
        let chat = world.chat_of(from);
        chat.version = version;
        let alert = params.flag("show_alert");
        chat.answers.push(CallbackAnswer {
            query: id,
            text,
            alert,
            at_ms: now_ms(),
            version,
        });
        Ok(Value::Bool(true))
    })
}
