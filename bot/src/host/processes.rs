//! The busiest processes.

use potion_proto::host::{Order, Process};
use serde::Serialize;

use super::Go;
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::Words;

/// What `status-processes` names; memory in bytes, `percent` of one core.
#[derive(Serialize)]
struct Values<'a> {
    by_memory: bool,
    processes: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    user: &'a str,
    percent: f32,
    bytes: u64,
}

/// The screen, with a button for the other order.
pub(super) fn screen(words: &Words, order: Order, processes: &[Process]) -> Screen {
    let (other, key) = match order {
        Order::Cpu => (Order::Memory, "button-by-memory"),
        Order::Memory => (Order::Cpu, "button-by-cpu"),
    };
    let values = Values {
        by_memory: order == Order::Memory,
        processes: processes.iter().map(row).collect(),
    };
    let to = |order| go::Go::Host(Go::Processes(order));
    Screen::new(words.html("status-processes", values))
        .row([Button::to(words.label(key), to(other))])
        .refresh_back(words, to(order), go::Go::Host(Go::Status))
}

fn row(process: &Process) -> Row<'_> {
    Row {
        name: &process.name,
        user: &process.user,
        percent: process.cpu_percent,
        bytes: process.memory,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{indonesian, is_narrow};

    #[test]
    fn a_process_may_call_itself_what_it_likes() {
        let evil = Process {
            pid: 1,
            name: "</pre><b>x\n".to_owned(),
            user: "a-user-with-a-long-name".to_owned(),
            unit: String::new(),
            cpu_percent: 312.4,
            memory: 1_234_567_890,
        };
        let html = screen(&indonesian(), Order::Cpu, &[evil]).html;
        assert!(html.contains("&lt;/pre&gt;&lt;b&gt;x "), "{html}");
        assert!(is_narrow(&html), "{html}");
    }
}
