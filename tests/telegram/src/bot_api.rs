//! The HTTP face of the Bot API: `/bot<token>/<method>` and `/file/bot<token>/<path>`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{Html, IntoResponse, Response};

use crate::answers::{ApiError, envelope};
use crate::calls::Outcome;
use crate::faults::{FaultId, FaultKind};
use crate::listener::Cut;
use crate::methods;
use crate::params::Params;
use crate::shared::Shared;

/// Everything that is neither control nor page.
pub(crate) async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let path = percent_decoded(request.uri().path());
    if let Some((token, file)) = path
        .strip_prefix("/file/bot")
        .and_then(|rest| rest.split_once('/'))
    {
        return download(&shared, token, file);
    }
    match path
        .strip_prefix("/bot")
        .and_then(|rest| rest.split_once('/'))
    {
        Some((token, method)) => {
            let done = run(&shared, &cut, token, methods::canonical(method), request);
            unless_stopped(&shared, &cut, done).await
        }
        None => ApiError::new(404, "Not Found").into_response(),
    }
}

/// A dropped server resets its connections, whether they wait or come back later.
async fn unless_stopped(
    shared: &Shared,
    cut: &Cut,
    done: impl Future<Output = Response>,
) -> Response {
    tokio::select! {
        biased;
        () = shared.until(|world| world.stopped.then_some(())) => {
            cut.reset();
            StatusCode::NO_CONTENT.into_response()
        }
        response = done => response,
    }
}

/// One method call: logged, struck by a fault, done, answered.
async fn run(shared: &Shared, cut: &Cut, token: &str, method: &str, request: Request) -> Response {
    let (params, unreadable) = match Params::read(request).await {
        Ok(params) => (params, None),
        Err(error) => (Params::default(), Some(error)),
    };
    let files = params.files.values().map(|f| f.name.clone()).collect();
    let id = shared.change(|world| world.calls.begin(method, params.values.clone(), files));
    if let Some(error) = unreadable {
        return finish(shared, id, Err(error));
    }
    if token != shared.options.token {
        return finish(shared, id, Err(ApiError::new(401, "Unauthorized")));
    }
    let fault = strike(shared, id, method, &params);
    if let Some((fault_id, kind)) = &fault
        && let Some(response) = before(shared, cut, id, *fault_id, kind).await
    {
        return response;
    }
    let result = methods::call(shared, method, &params).await;
    let response = finish(shared, id, result);
    after(cut, fault.map(|(_, kind)| kind)).await;
    response
}

/// Picks the fault for this request and notes it in the log.
fn strike(
    shared: &Shared,
    call: u64,
    method: &str,
    params: &Params,
) -> Option<(FaultId, FaultKind)> {
    shared.change(|world| {
        let picked = world.faults.pick(method, params.int("chat_id"))?;
        if let Some(call) = world.calls.get_mut(call) {
            call.fault = Some(picked.1.clone());
        }
        Some(picked)
    })
}

/// A fault's part before the method runs; a response ends the request.
async fn before(
    shared: &Shared,
    cut: &Cut,
    call: u64,
    id: FaultId,
    kind: &FaultKind,
) -> Option<Response> {
    match kind {
        FaultKind::TooManyRequests { retry_after } => {
            Some(finish(shared, call, Err(ApiError::too_many(*retry_after))))
        }
        FaultKind::Error { code, description } => {
            Some(finish(shared, call, Err(ApiError::new(*code, description))))
        }
        FaultKind::Status { code } => {
            let status = StatusCode::from_u16(*code).unwrap_or(StatusCode::BAD_GATEWAY);
            shared.change(|world| {
                world.calls.finish(
                    call,
                    Outcome::Refused(ApiError::new(*code, status.to_string())),
                )
            });
            Some(
                (
                    status,
                    Html(format!("<html><head><title>{status}</title></head></html>")),
                )
                    .into_response(),
            )
        }
        FaultKind::Reset => {
            cut.reset();
            Some(StatusCode::NO_CONTENT.into_response())
        }
        FaultKind::Stall => {
            shared
                .until(|world| (!world.faults.contains(id)).then_some(()))
                .await;
            None
        }
        FaultKind::Slow { .. } | FaultKind::LoseAnswer => None,
    }
}

/// A fault's part after the method ran.
async fn after(cut: &Cut, kind: Option<FaultKind>) {
    match kind {
        Some(FaultKind::Slow { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Some(FaultKind::LoseAnswer) => cut.reset(),
        _ => {}
    }
}

fn finish(shared: &Shared, call: u64, result: Result<serde_json::Value, ApiError>) -> Response {
    let outcome = match &result {
        Ok(_) => Outcome::Ok,
        Err(error) => Outcome::Refused(error.clone()),
    };
    shared.change(|world| world.calls.finish(call, outcome));
    envelope(result)
}

fn download(shared: &Shared, token: &str, path: &str) -> Response {
    if token != shared.options.token {
        return ApiError::new(401, "Unauthorized").into_response();
    }
    let Some(file) = shared.read(|world| world.files.at_path(path).cloned()) else {
        return ApiError::new(404, "Not Found").into_response();
    };
    let mut response = Body::from(file.bytes).into_response();
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    response
}

/// teloxide sends the slash of a `file_path` as `%2F`, other clients the token's colon as `%3A`.
fn percent_decoded(path: &str) -> String {
    let mut pieces = path.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let code = piece
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&piece.as_bytes()[2..]);
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(piece.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
