//! A request's parameters, whatever way they came: query, JSON, form or multipart.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest, Multipart, Query, Request};
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::answers::ApiError;
use crate::files::{StoredFile, UPLOAD_LIMIT_BYTES, mime_of};

/// A body's cap: one upload and its fields.
pub(crate) const BODY_LIMIT_BYTES: usize = UPLOAD_LIMIT_BYTES + 1024 * 1024;

/// Named values and uploaded files.
#[derive(Debug, Default)]
pub(crate) struct Params {
    pub(crate) values: Map<String, Value>,
    pub(crate) files: BTreeMap<String, StoredFile>,
}

impl Params {
    /// Reads query and body.
    pub(crate) async fn read(request: Request) -> Result<Self, ApiError> {
        let mut params = Self::default();
        if let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()) {
            params.extend(pairs);
        }
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if kind.starts_with("application/json") {
            params.json(request.into_body()).await?;
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, &())
                .await
                .map_err(|e| body_error(e.status(), "can't parse the form"))?;
            params.extend(pairs);
        } else if kind.starts_with("multipart/form-data") {
            params.multipart(request).await?;
        }
        Ok(params)
    }

    fn extend(&mut self, pairs: Vec<(String, String)>) {
        self.values.extend(
            pairs
                .into_iter()
                .map(|(key, value)| (key, Value::String(value))),
        );
    }

    async fn json(&mut self, body: Body) -> Result<(), ApiError> {
        let bytes = to_bytes(body, BODY_LIMIT_BYTES)
            .await
            .map_err(|_| ApiError::too_large())?;
        if bytes.is_empty() {
            return Ok(());
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(map)) => self.values.extend(map),
            _ => return Err(ApiError::bad("can't parse JSON object")),
        }
        Ok(())
    }

    async fn multipart(&mut self, request: Request) -> Result<(), ApiError> {
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|e| body_error(e.status(), "can't parse the multipart body"))?;
        while let Some(part) = parts
            .next_field()
            .await
            .map_err(|e| body_error(e.status(), "broken multipart body"))?
        {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let mime = part.content_type().map(str::to_owned);
            let bytes = part
                .bytes()
                .await
                .map_err(|e| body_error(e.status(), "broken multipart body"))?;
            match file_name {
                None => {
                    let text = String::from_utf8(bytes.to_vec())
                        .map_err(|_| ApiError::bad("strings must be encoded in UTF-8"))?;
                    self.values.insert(name, Value::String(text));
                }
                Some(_) if bytes.len() > UPLOAD_LIMIT_BYTES => return Err(ApiError::too_large()),
                Some(file) => {
                    let mime = mime.unwrap_or_else(|| mime_of(&file).to_owned());
                    self.files.insert(
                        name,
                        StoredFile {
                            name: file,
                            mime,
                            bytes,
                        },
                    );
                }
            }
        }
        Ok(())
    }

    /// A string; absent and null are the empty string, as at Telegram.
    pub(crate) fn text(&self, key: &str) -> String {
        match self.values.get(key) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    /// A number, also as a string of digits.
    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        match self.values.get(key)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A flag: `true`, `"true"`, `"yes"` or `"1"`.
    pub(crate) fn flag(&self, key: &str) -> bool {
        match self.values.get(key) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => {
                matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "1")
            }
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// A structure, given as JSON or as a string that holds JSON. Absent and empty are `None`.
    pub(crate) fn json_value(&self, key: &str) -> Result<Option<Value>, ApiError> {
        match self.values.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| ApiError::bad(format!("can't parse {key}: can't parse JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// A structure of a known type.
    pub(crate) fn structure<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ApiError> {
        self.json_value(key)?
            .map(|value| {
                serde_json::from_value(value)
                    .map_err(|e| ApiError::bad(format!("can't parse {key}: {e}")))
            })
            .transpose()
    }

    /// `chat_id` as a number; a `@name` names no private chat.
    pub(crate) fn chat(&self) -> Result<i64, ApiError> {
        if self.text("chat_id").is_empty() {
            return Err(ApiError::bad("chat_id is empty"));
        }
        self.int("chat_id")
            .ok_or_else(|| ApiError::bad("chat not found"))
    }

    /// `message_id`.
    pub(crate) fn message(&self) -> Result<i32, ApiError> {
        self.int("message_id")
            .and_then(|id| i32::try_from(id).ok())
            .filter(|id| *id > 0)
            .ok_or_else(|| ApiError::bad("message identifier is not specified"))
    }

    /// The uploaded file that `key` names: itself a part, or `attach://part`.
    pub(crate) fn upload(&self, key: &str) -> Option<&StoredFile> {
        let named = self.text(key);
        self.files
            .get(named.strip_prefix("attach://").unwrap_or(key))
    }
}

fn body_error(status: axum::http::StatusCode, reason: &str) -> ApiError {
    if status.as_u16() == 413 {
        ApiError::too_large()
    } else {
        ApiError::bad(reason)
    }
}
