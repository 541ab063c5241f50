//! Whether the chain is whole.

use potion_proto::audit::Verification;
use serde::Serialize;

use super::Go;
use crate::go;
use crate::screen::Screen;
use crate::words::Words;

/// Faults that are told; `potionctl audit verify` tells all.
const FAULTS_SHOWN: usize = 5;

/// What `audit-verified` names.
#[derive(Serialize)]
struct Values<'a> {
    count: u64,
    hash: &'a str,
    faults: &'a [String],
}

/// The screen.
pub(super) fn screen(words: &Words, found: &Verification) -> Screen {
    let faults = &found.faults[..found.faults.len().min(FAULTS_SHOWN)];
    let values = Values {
        count: found.entries,
        hash: &found.head,
        faults,
    };
    Screen::new(words.html("audit-verified", values)).refresh_back(
        words,
        go::Go::Audit(Go::Verify),
        go::Go::Audit(Go::Page(None)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::english;

    #[test]
    fn an_intact_log_and_a_broken_one_look_different() {
        let intact = Verification {
            entries: 12,
            head: "ab12".to_owned(),
            faults: vec![],
        };
        let broken = Verification {
            faults: vec!["entry 3 <b> was changed".to_owned()],
            ..intact.clone()
        };
        let html = screen(&english(), &intact).html;
        assert!(
            html.contains("12") && html.contains("ab12") && html.contains('✅'),
            "{html}"
        );
        let html = screen(&english(), &broken).html;
        assert!(
            html.contains("entry 3 &lt;b&gt; was changed") && !html.contains('✅'),
            "{html}"
        );
    }
}
