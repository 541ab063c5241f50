//! The page of the chat: a few static files, no framework, nothing from elsewhere.
//!
//! `/#1001` opens as person 1001; `/?once#1001` draws once and does not follow, for a command-line screenshot. For browser tests: `#text` and `#send` write, `#menu` opens `#commands`,
//! each message is `.message.bot` or `.message.me` with `data-id`, its buttons `.keys button` with `data-data`;
//! `#status` shows the chat action, `#toast` and `#alert` the answers to presses; `#people` and `#language`
//! switch who speaks, and how.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};

use crate::control::only_loopback;
use crate::shared::Shared;

/// Nothing inline and nothing foreign runs, whatever a message holds.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Headers = [(HeaderName, &'static str); 4];

fn headers(kind: &'static str) -> Headers {
    [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-cache"),
    ]
}

async fn html() -> (Headers, &'static str) {
    (
        headers("text/html; charset=utf-8"),
        include_str!("index.html"),
    )
}

async fn style() -> (Headers, &'static str) {
    (headers("text/css; charset=utf-8"), include_str!("page.css"))
}

async fn script(Path(name): Path<String>) -> Response {
    let source = match name.as_str() {
        "app.js" => include_str!("app.js"),
        "api.js" => include_str!("api.js"),
        "bubbles.js" => include_str!("bubbles.js"),
        "texts.js" => include_str!("texts.js"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    (headers("text/javascript; charset=utf-8"), source).into_response()
}

/// The page's routes, for loopback names only as all it does goes through the control API.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(html))
        .route("/page.css", get(style))
        .route("/{name}", get(script))
        .layer(middleware::from_fn(only_loopback))
}
