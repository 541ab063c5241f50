//! The whole bot, from places to the last answer.

use std::sync::Arc;
use std::time::Duration;

use crate::desk::{Desk, OpenError, Places};
use crate::dispatch::Dispatch;
use crate::{buttons, commands, crashes, feedback, jobs, journal, listener, outbox};

/// How long a task that panicked rests before it is begun anew.
const REST: Duration = Duration::from_secs(2);
/// How long handlers may go on after the bot was asked to stop.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Opens everything, calls `ready`, and serves until `stop` ends. Needs neither Telegram nor the agent to be
/// there. Errors: what kept it from starting.
pub async fn serve(
    places: Places,
    ready: impl FnOnce(),
    stop: impl Future<Output = ()>,
) -> Result<(), OpenError> {
    let desk = Arc::new(Desk::open(&places)?);
    buttons::forget_expired(&desk.state)?;
    jobs::resume(&desk)?;
    journal::follow::resume(&desk)?;
    let dispatch = Dispatch::new(&desk);
    let tasks = [
        keep_up(&desk, "listener", {
            let dispatch = dispatch.clone();
            move |desk| listener::listen(desk, dispatch.clone())
        }),
        keep_up(&desk, "fetch", outbox::fetch),
        keep_up(&desk, "acknowledge", outbox::acknowledge),
        keep_up(&desk, "commands", commands::keep),
        keep_up(&desk, "drill", crashes::drill),
        tokio::spawn(tidy_up(Arc::clone(&desk), dispatch.clone())),
    ];
    let delivery = keep_up(&desk, "deliver", outbox::deliver);
    ready();
    stop.await;
    desk.stop();
    for task in &tasks {
        task.abort();
    }
    let delivered = tokio::time::timeout(LAST_WORDS, delivery);
    let (_, delivered) = tokio::join!(dispatch.rest(LAST_WORDS), delivered);
    if delivered.is_err() {
        tracing::warn!("a letter is still on its way; it goes out again after the restart");
    }
    Ok(())
}

/// What the last life left: notices, and updates whose handler did not end.
async fn tidy_up(desk: Arc<Desk>, dispatch: Dispatch) {
    if let Err(fault) = dispatch.resume().await {
        tracing::error!(%fault, "updates of the last life are not taken up");
    }
    if let Err(fault) = feedback::sweep(&desk).await {
        tracing::warn!(%fault, "notices of the last life stay");
    }
}

/// Runs a task for ever: one that panics is reported and begun anew.
fn keep_up<F>(
    desk: &Arc<Desk>,
    name: &'static str,
    task: impl Fn(Arc<Desk>) -> F + Send + 'static,
) -> tokio::task::JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    use futures::FutureExt;
    let desk = Arc::clone(desk);
    tokio::spawn(async move {
        while !desk.is_stopping() {
            let run = std::panic::AssertUnwindSafe(task(Arc::clone(&desk))).catch_unwind();
            if let Err(panic) = run.await {
                drop(crashes::of_panic(&desk, name, panic).await);
            }
            desk.pause(REST).await;
        }
    })
}
