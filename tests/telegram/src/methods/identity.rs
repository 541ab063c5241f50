//! Who the bot is.

use serde_json::{Value, json};

use crate::answers::ApiError;
use crate::objects;
use crate::params::Params;
use crate::shared::Shared;

pub(super) fn get_me(shared: &Shared, _: &Params) -> Result<Value, ApiError> {
    let mut me = shared.read(objects::bot);
    me["can_join_groups"] = json!(true);
    me["can_read_all_group_messages"] = json!(false);
    me["supports_inline_queries"] = json!(false);
    me["can_connect_to_business"] = json!(false);
    me["has_main_web_app"] = json!(false);
    Ok(me)
}

pub(super) fn get_name(shared: &Shared, _: &Params) -> Result<Value, ApiError> {
    Ok(json!({"name": shared.options.bot_name}))
}

/// Methods whose effect nobody in these chats can see: accepted, and found in the request log.
pub(super) fn accept(_: &Shared, _: &Params) -> Result<Value, ApiError> {
    Ok(Value::Bool(true))
}
