//! What a handler answers with.

use potion_proto::jobs::JobId;

use crate::screen::Screen;
use crate::telegram::Document;

/// What a handler answers with; the dispatcher shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A screen: in place of the one with the pressed button, or as a new message.
    Screen(Screen),
    /// A screen as a new message, whatever was pressed.
    New(Screen),
    #[allow(dead_code, reason = "logs are sent as files")]
    /// A file as a new message; the screen stays.
    File(Document),
    /// A job, live: its screen follows it to its end.
    Job(JobId),
    /// Nothing; what was done shows by itself.
    Quiet,
}
