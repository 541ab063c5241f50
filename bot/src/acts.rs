//! Acting: plan → confirm → code, where one is due → apply → what truly came of it.
//!
//! A screen only says which action a button means ([`Go::Act`]); all the rest is here, once, for every action
//! there will ever be. The agent decides; the bot asks what the agent's plan says must be asked.

mod effects;
mod outcome;
mod title;

use potion_proto::actions::{Action, Applied, Behalf, Plan, PlanId, Proof, Risk};
use potion_proto::client::CallError;
use potion_proto::failure::Code;
use potion_proto::names::TotpCode;
use potion_proto::time::Timestamp;
use serde::Serialize;

use crate::clock::now_ms;
use crate::desk::Desk;
use crate::fault::{self, Fault};
use crate::go::Go;
use crate::prompts::{self, Prompt, Waiting};
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::visit::{Origin, Visit};
use crate::words::Words;

pub(crate) use outcome::{keep_buttons, keep_text};
pub(crate) use title::title;

/// How long a code is waited for. The plan's own end, which the agent watches, may come sooner.
const CODE_SECONDS: u64 = 120;

/// A question for a code.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) message: i32,
    pub(crate) plan: PlanId,
    pub(crate) action: Action,
    pub(crate) back: Go,
}

/// What `confirm-prompt` and `totp-prompt` name; `expires` in seconds.
#[derive(Serialize)]
struct Ask {
    summary: String,
    expires: u64,
}

/// Plans an action; does it at once when it is safe, else shows what would happen and asks.
pub(crate) async fn begin(visit: &Visit, action: Action, back: Go) -> Result<Reply, Fault> {
    visit.fresh()?;
    let planned = visit.ask(|stub, context, by| {
        let action = action.clone();
        async move { stub.plan(context, by, action).await }
    });
    let plan = planned.await?;
    if plan.risk == Risk::Safe && !plan.totp {
        let applied = apply(&visit.desk, visit.by(), plan.id, Proof::Confirmed).await?;
        return Ok(outcome::reply(visit, &plan.action, applied, back));
    }
    Ok(Reply::Screen(confirm_screen(&visit.words, &plan, back)))
}

fn confirm_screen(words: &Words, plan: &Plan, back: Go) -> Screen {
    let values = Ask {
        summary: effects::summary(words, plan),
        expires: seconds_until(plan.expires),
    };
    let yes = Go::Confirm {
        plan: plan.id,
        action: plan.action.clone(),
        code: plan.totp,
        back: Box::new(back.clone()),
    };
    Screen::new(words.html("confirm-prompt", values)).row([
        Button::once(words.label("button-confirm"), yes),
        Button::to(
            words.label("button-cancel"),
            Go::Drop {
                back: Box::new(back),
            },
        ),
    ])
}

/// The confirm button was pressed.
pub(crate) async fn confirmed(
    visit: &Visit,
    plan: PlanId,
    action: Action,
    code: bool,
    back: Go,
) -> Result<Reply, Fault> {
    if code {
        return ask_code(visit, plan, action, back);
    }
    let applied = apply(&visit.desk, visit.by(), plan, Proof::Confirmed).await;
    settle(visit, action, applied, back)
}

/// A confirm button that was pressed before: what came of it was lost in a restart, or it is a second tap.
pub(crate) fn interrupted(visit: &Visit, back: Go) -> Reply {
    Reply::Screen(Screen::new(visit.words.say("confirm-interrupted")).back(&visit.words, back))
}

/// Gives up what was asked for.
pub(crate) async fn give_up(visit: &Visit, back: Go) -> Result<Reply, Fault> {
    prompts::end(&visit.desk.state, visit.id())?;
    Box::pin(crate::schema::open(visit, back)).await
}

fn ask_code(visit: &Visit, plan: PlanId, action: Action, back: Go) -> Result<Reply, Fault> {
    let Origin::Press { message, .. } = visit.origin else {
        return Ok(Reply::Quiet);
    };
    let screen = code_screen(&visit.words, &action, &back, "totp-prompt");
    wait_for_code(
        visit,
        Asked {
            message,
            plan,
            action,
            back,
        },
    )?;
    Ok(Reply::Screen(screen))
}

fn wait_for_code(visit: &Visit, asked: Asked) -> Result<(), Fault> {
    let prompt = Prompt::Code {
        plan: asked.plan,
        action: asked.action,
        back: Box::new(asked.back),
    };
    let waiting = Waiting {
        message: asked.message,
        prompt,
    };
    Ok(prompts::ask(
        &visit.desk.state,
        visit.id(),
        &waiting,
        Timestamp(now_ms() + CODE_SECONDS.cast_signed() * 1000),
    )?)
}

fn code_screen(words: &Words, action: &Action, back: &Go, key: &str) -> Screen {
    let values = Ask {
        summary: title(words, action),
        expires: CODE_SECONDS,
    };
    let cancel = Button::to(
        words.label("button-cancel"),
        Go::Drop {
            back: Box::new(back.clone()),
        },
    );
    Screen::new(words.html(key, values)).row([cancel])
}

/// A message came while a code is waited for. One that looks like a code is deleted from the chat at once.
pub(crate) async fn code(visit: &Visit, asked: Asked, text: &str) -> Result<Reply, Fault> {
    let Ok(code) = TotpCode::new(text.split_whitespace().collect::<String>()) else {
        return Ok(Reply::Screen(code_screen(
            &visit.words,
            &asked.action,
            &asked.back,
            "totp-six-digits",
        )));
    };
    if let Origin::Text { message, .. } = visit.origin {
        visit.desk.telegram.delete(visit.id(), message).await?;
    }
    visit.fresh()?;
    let applied = apply(&visit.desk, visit.by(), asked.plan, Proof::Totp(code)).await;
    if let Err(CallError::Failure(failure)) = &applied
        && matches!(failure.code, Code::TotpWrong | Code::TotpReused)
    {
        let html = fault::of_failure(&visit.words, failure);
        let cancel = Go::Drop {
            back: Box::new(asked.back),
        };
        return Ok(Reply::Screen(
            Screen::new(html).row([Button::to(visit.words.label("button-cancel"), cancel)]),
        ));
    }
    prompts::end(&visit.desk.state, visit.id())?;
    settle(visit, asked.action, applied, asked.back)
}

fn settle(
    visit: &Visit,
    action: Action,
    applied: Result<Applied, CallError>,
    back: Go,
) -> Result<Reply, Fault> {
    match applied {
        Ok(applied) => Ok(outcome::reply(visit, &action, applied, back)),
        Err(CallError::Failure(failure)) => {
            let html = fault::of_failure(&visit.words, &failure);
            let again = Button::to(
                visit.words.label("button-try-again"),
                Go::act(action, back.clone()),
            );
            Ok(Reply::Screen(
                Screen::new(html).row([again]).back(&visit.words, back),
            ))
        }
        Err(unreachable) => Err(unreachable.into()),
    }
}

/// Applies a plan, once.
pub(crate) async fn apply(
    desk: &Desk,
    by: Behalf,
    plan: PlanId,
    proof: Proof,
) -> Result<Applied, CallError> {
    desk.act(|stub, context| async move { stub.apply(context, by, plan, proof).await })
        .await
}

fn seconds_until(at: Timestamp) -> u64 {
    u64::try_from((at.0 - now_ms()) / 1000).unwrap_or(0)
}
