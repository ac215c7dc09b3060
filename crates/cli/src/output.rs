//! Answers: a line for people, or a line of JSON. The one place that prints.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line is for")]

use std::io::Write as _;

use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

/// Where answers go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// One answer: `text` for people, `value` for scripts.
    pub(crate) fn answer(&self, text: &str, value: &impl Serialize) {
        if self.json { line(value) } else { println!("{text}") }
    }

    /// Why it did not work, on standard error.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.json {
            eprintln!("{}", json!({ "error": { "code": failure.code(), "detail": failure.to_string() } }));
        } else {
            eprintln!("sotto-cli: {failure}");
        }
    }
}

/// One line of JSON at once, so that whoever reads the pipe sees it.
pub(crate) fn line(value: &impl Serialize) {
    let mut out = std::io::stdout().lock();
    // A closed pipe ends the program by its next read or write.
    let _ = serde_json::to_writer(&mut out, value);
    let _ = out.write_all(b"\n");
    let _ = out.flush();
}
