//! Who may control: only what addresses this machine by a loopback name.
//!
//! A web page elsewhere could rebind its own name to 127.0.0.1 and then speak to this port as “same
//! origin”; its requests carry that name in `Host`. And it could post blindly across origins with the
//! content types that need no preflight; those are refused.

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::refuse;

/// Lets a request through if its `Host`, its `Origin` and its content type are harmless.
pub(crate) async fn only_loopback(request: Request, next: Next) -> Response {
    if !named(&request, HOST).is_some_and(is_loopback) {
        return refuse(
            StatusCode::FORBIDDEN,
            "only http://127.0.0.1 and http://localhost may do this",
        );
    }
    let foreign = |origin: &str| {
        !origin
            .split_once("://")
            .is_some_and(|(_, host)| is_loopback(host))
    };
    if named(&request, ORIGIN).is_some_and(foreign) {
        return refuse(StatusCode::FORBIDDEN, "another web page may not do this");
    }
    if request.method() == Method::POST
        && !deliberate(named(&request, CONTENT_TYPE).unwrap_or_default())
    {
        let reason = "send application/json, or application/octet-stream for a file";
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason);
    }
    next.run(request).await
}

fn named(request: &Request, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// A content type that a foreign page cannot send without asking first.
fn deliberate(content_type: &str) -> bool {
    ["application/json", "application/octet-stream"]
        .iter()
        .any(|known| content_type.starts_with(known))
}

fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix("[::1]").map_or_else(
        || host.split(':').next().unwrap_or_default(),
        |rest| {
            if rest.is_empty() || rest.starts_with(':') {
                "localhost"
            } else {
                ""
            }
        },
    );
    bare == "localhost" || bare == "127.0.0.1"
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_loopback_names_pass() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8470",
            "localhost:8470",
            "[::1]:8470",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil:80",
            "",
            "[::1].evil",
            "10.0.0.1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
