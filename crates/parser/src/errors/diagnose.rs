//! Finds out why a source cannot be parsed: two passes as in CPython. The first, without the
//! rules for mistakes, establishes how far the source makes sense; the second finds a
//! mistake that has a message of its own, or none. Then the rest of the source is read in
//! search of a lexical error, which explains more than a generic message.

use bumpalo::Bump;

use super::machine::{MAX_LEVEL, Machine};
use super::{ErrorKind, SyntaxError, in_order};
use crate::kind::k;
use crate::lexer::Done;
use crate::tokens::is_blank;
use crate::{Mode, ParseOptions};

/// Whether a literal is two quotes behind a prefix.
fn is_empty_literal(text: &str) -> bool {
    let quotes = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    matches!(quotes, "''" | "\"\"")
}

/// What need not be looked at again in a source that the grammar refused: all statements
/// but the last of those it could read. (An `elif` behind that one may belong to it.)
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    /// How many tokens they take.
    pub(crate) tokens: usize,
    /// Whether `<>` is an operator behind them.
    pub(crate) barry: bool,
}

/// Nesting that the caller's stack is good for; beyond it a thread with a larger one helps.
const LEVELS_HERE: usize = 1200;
/// Enough for [`MAX_LEVEL`] rules in one another, whatever they are.
const STACK_SIZE: usize = 32 << 20;

/// The error for a source the grammar refused.
#[cold]
pub(crate) fn diagnose(source: &str, options: &ParseOptions, progress: Progress) -> SyntaxError {
    let error = diagnose_within(LEVELS_HERE, source, options, progress);
    if error.kind != ErrorKind::Memory {
        return error;
    }
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK_SIZE)
            .spawn_scoped(scope, || diagnose_within(MAX_LEVEL, source, options, progress))
            .ok()
            .and_then(|thread| thread.join().ok())
            .unwrap_or(error)
    })
}

fn diagnose_within(
    max_level: usize,
    source: &str,
    options: &ParseOptions,
    progress: Progress,
) -> SyntaxError {
    let arena = Bump::new();
    let mut machine = Machine::new(&arena, source, options, max_level);
    let error = machine.diagnose(progress);
    let mut lexical = std::mem::take(&mut machine.reader.warnings);
    // Those behind the error, met in search of a better one.
    lexical.extend(machine.reader.lexer.warnings.drain(..).map(|warning| (usize::MAX, warning)));
    SyntaxError { warnings: in_order(lexical, machine.warnings), ..error }
}

impl Machine<'_> {
    fn diagnose(&mut self, progress: Progress) -> SyntaxError {
        let rule = match self.options.mode {
            Mode::Exec => "file",
            Mode::Eval => "eval",
            Mode::Single => "interactive",
            Mode::FuncType => "func_type",
        };
        self.reader.barry = progress.barry;
        // With type comments, the rules for mistakes find some in what is right.
        let skipped = if self.options.type_comments { 0 } else { progress.tokens };
        let first = match self.skip(skipped) {
            Ok(()) => self.start(rule),
            Err(stop) => Err(stop),
        };
        if matches!(first, Ok(Some(_))) {
            return self.too_much();
        }
        if self.options.allow_incomplete && self.at_end() && !self.is_fatal() {
            self.raise_last(ErrorKind::Incomplete, "incomplete input".to_owned());
            return self.found();
        }
        let last = self.tokens.len().saturating_sub(1);
        if first.is_ok() {
            self.second_pass();
            let second = self.start(rule);
            if second.is_ok() {
                return self.generic(last);
            }
        }
        if self.done() == Done::No && !self.at_end() && !self.is_fatal() {
            self.prefer_lexical_error();
        }
        self.found()
    }

    /// Whether the end of the input has been seen. To know where a token ends takes a look at
    /// what follows it, unless a quote or a third character ends it.
    fn at_end(&self) -> bool {
        match self.done() {
            Done::Eof | Done::EofInString => true,
            Done::Error | Done::BadLine => false,
            Done::No => self.tokens.last().is_some_and(|entry| {
                let closed = matches!(
                    entry.kind,
                    k::STRING
                        | k::FSTRING_END
                        | k::TSTRING_END
                        | k::NEWLINE
                        | k::ELLIPSIS
                        | k::DOUBLESTAREQUAL
                        | k::DOUBLESLASHEQUAL
                        | k::LEFTSHIFTEQUAL
                        | k::RIGHTSHIFTEQUAL
                );
                let rest = &self.reader.source[entry.token.end as usize..];
                // Two dots could have become three.
                let text = self.text(self.tokens.len() - 1);
                match entry.kind {
                    // Two dots could have become three, two quotes as well.
                    k::DOT if rest == "." => true,
                    k::STRING if rest.is_empty() => is_empty_literal(text),
                    k::FSTRING_START | k::TSTRING_START => {
                        is_empty_literal(&self.reader.source[entry.token.start as usize..])
                    }
                    _ => !closed && rest.is_empty(),
                }
            }),
        }
    }

    /// Whether the error found is no syntax error at all.
    fn is_fatal(&self) -> bool {
        self.error
            .as_ref()
            .is_some_and(|error| matches!(error.kind, ErrorKind::Memory | ErrorKind::Value))
    }

    fn found(&mut self) -> SyntaxError {
        self.error.take().unwrap_or_else(|| SyntaxError::new(ErrorKind::Syntax, "invalid syntax"))
    }

    /// No message fits: the last token that the first pass has seen is to blame.
    fn generic(&mut self, last: usize) -> SyntaxError {
        match self.tokens.get(last).map(|entry| entry.kind) {
            Some(k::INDENT) => {
                self.raise_last(ErrorKind::Indentation, "unexpected indent".to_owned());
            }
            Some(k::DEDENT) => {
                self.raise_last(ErrorKind::Indentation, "unexpected unindent".to_owned());
            }
            Some(_) => {
                let place = self.tokens[last].place;
                self.raise_at(place, "invalid syntax".to_owned());
                self.prefer_lexical_error();
            }
            None => {}
        }
        self.found()
    }

    /// An error that the lexer finds further on takes precedence.
    fn prefer_lexical_error(&mut self) {
        let line = self.tokens.last().map_or(0, |entry| entry.place.lineno);
        if let Some(error) = self.reader.lexer.better_error(line) {
            self.error = Some(error);
        }
    }

    /// The rules match: what is wrong is that something follows a single statement.
    fn too_much(&mut self) -> SyntaxError {
        let end = self.tokens.last().map_or(0, |entry| entry.token.end as usize);
        let rest = self.reader.source.get(end..).unwrap_or_default();
        let message = if self.options.mode == Mode::Single && !is_blank(rest) {
            "multiple statements found while compiling a single statement"
        } else {
            "invalid syntax"
        };
        self.raise_last(ErrorKind::Syntax, message.to_owned());
        self.found()
    }
}
