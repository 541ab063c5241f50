//! The page of the chat: three static files, no framework, nothing from elsewhere.

use std::sync::Arc;

use axum::http::HeaderName;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
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

async fn script() -> (Headers, &'static str) {
    (
        headers("text/javascript; charset=utf-8"),
        include_str!("page.js"),
    )
}

/// The page's routes, for loopback names only as all it does goes through the control API.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(html))
        .route("/page.css", get(style))
        .route("/page.js", get(script))
        .layer(middleware::from_fn(only_loopback))
}
