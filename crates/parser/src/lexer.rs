//! Source bytes to tokens, one at a time and without allocating for any of them.
//!
//! The input is valid UTF-8; the lexer works on bytes and decodes only identifiers
//! that are not ASCII. It reads line by line: `line_end` is how far the current line
//! reaches and nothing behind it has been looked at, which is what makes the places in
//! error messages come out as CPython's do. A zero byte stands for the end of input
//! inside the lexer, so a line that contains one is an error before it is read.
//!
//! CPython's counterpart is `Parser/lexer/lexer.c`, driven by `Parser/tokenizer/`.

mod chars;
mod errors;
mod ftstring;
mod identifier;
mod indentation;
mod numbers;
mod operators;
mod regular;
mod strings;
pub mod tokenize;

use memchr::memchr2;

use crate::errors::{SyntaxError, Warning};
use crate::token::{Token, TokenKind};
use ftstring::StringMode;

/// Indentation levels beyond which CPython gives up.
const MAX_INDENT: usize = 100;
/// Brackets open at once.
const MAX_LEVEL: usize = 200;
/// Tabs stop at multiples of eight; the second column counts them as one, and the two
/// must agree on how lines are nested.
const TAB_SIZE: u32 = 8;

/// How the lexer treats what the grammar has no use for.
#[derive(Clone, Copy, Debug, Default)]
pub struct LexerOptions {
    /// Answer comments and blank lines too, and be lenient about numbers, identifiers
    /// and unmatched brackets, as the `tokenize` module expects.
    pub extra_tokens: bool,
    /// Answer `# type:` comments as tokens.
    pub type_comments: bool,
}

/// Why the lexer stopped, if it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// There is more to read.
    No,
    /// The end of the input was seen.
    Eof,
    /// The input ended inside a string literal, so that more input could complete it.
    EofInString,
    /// The input is wrong at a place the lexer named itself.
    Error,
    /// The input is wrong in its indentation or line joining.
    BadLine,
}

/// An open bracket.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    open: u8,
    lineno: u32,
    col: u32,
}

/// One level of indentation, measured with both tab sizes.
#[derive(Clone, Copy, Debug)]
struct Indent {
    col: u32,
    alt_col: u32,
}

/// What a step of the lexer answers; errors are boxed to keep tokens cheap to pass on.
type Lexed<T> = Result<T, Box<SyntaxError>>;

/// No token has been started.
const NO_START: usize = usize::MAX;

/// Reads tokens from a piece of source text.
#[derive(Clone, Debug)]
pub struct Lexer<'s> {
    source: &'s [u8],
    options: LexerOptions,
    /// Word errors as the `tokenize` module does.
    for_tokenize: bool,
    /// The next byte to read.
    cur: usize,
    /// Where the current line begins and ends; its newline is included.
    line_start: usize,
    line_end: usize,
    /// Where the line begins in which the current token began.
    buf: usize,
    lineno: u32,
    /// Where the current token began, or `NO_START` between tokens.
    start: usize,
    /// The line on which the current string part began, and its first byte.
    first_lineno: u32,
    multi_line_start: usize,
    done: Done,
    /// More input was looked for behind the end of the source.
    hit_end: bool,
    at_line_start: bool,
    comment_newline: bool,
    /// Indents to answer if positive, dedents if negative.
    pending: i32,
    indents: Vec<Indent>,
    brackets: Vec<Bracket>,
    modes: Vec<StringMode>,
    /// An error met while fetching a line, which reads as the end of the input: whoever
    /// finds the end where it may not be raises it.
    fatal: Option<Box<SyntaxError>>,
    /// Warnings in the order in which they were met.
    pub warnings: Vec<Warning>,
}

impl<'s> Lexer<'s> {
    /// A lexer at the beginning of `source`, which must be valid UTF-8 with its newlines
    /// translated (see [`crate::source`]); with extra tokens, `\r\n` may remain.
    pub fn new(source: &'s [u8], options: LexerOptions) -> Lexer<'s> {
        Lexer {
            source,
            options,
            for_tokenize: false,
            cur: 0,
            line_start: 0,
            line_end: 0,
            buf: 0,
            lineno: 0,
            start: NO_START,
            first_lineno: 0,
            multi_line_start: 0,
            done: Done::No,
            hit_end: false,
            at_line_start: true,
            comment_newline: false,
            pending: 0,
            indents: vec![Indent { col: 0, alt_col: 0 }],
            brackets: Vec::new(),
            modes: Vec::new(),
            fatal: None,
            warnings: Vec::new(),
        }
    }

    /// The lexer's state without its source, for keeping.
    fn detached(self) -> Lexer<'static> {
        let Lexer {
            source: _,
            options,
            for_tokenize,
            cur,
            line_start,
            line_end,
            buf,
            lineno,
            start,
            first_lineno,
            multi_line_start,
            done,
            hit_end,
            at_line_start,
            comment_newline,
            pending,
            indents,
            brackets,
            modes,
            fatal,
            warnings,
        } = self;
        Lexer {
            source: &[],
            options,
            for_tokenize,
            cur,
            line_start,
            line_end,
            buf,
            lineno,
            start,
            first_lineno,
            multi_line_start,
            done,
            hit_end,
            at_line_start,
            comment_newline,
            pending,
            indents,
            brackets,
            modes,
            fatal,
            warnings,
        }
    }

    /// The next token; `EndMarker` for ever once the input is exhausted.
    #[allow(clippy::should_implement_trait)]
    #[inline]
    pub fn next(&mut self) -> Result<Token, SyntaxError> {
        self.next_token().map_err(|error| *error)
    }

    #[inline]
    fn next_token(&mut self) -> Lexed<Token> {
        match self.modes.last() {
            Some(mode) if !mode.in_expression => self.string_mode_token(),
            _ => self.regular_token(),
        }
    }

    pub fn source(&self) -> &'s [u8] {
        self.source
    }

    /// Whether and why the lexer stopped.
    pub fn done(&self) -> Done {
        self.done
    }

    /// The line the lexer has reached.
    pub fn lineno(&self) -> u32 {
        self.lineno
    }

    /// How far into its line the lexer has read, in bytes.
    pub fn column(&self) -> u32 {
        (self.cur - self.line_start) as u32
    }

    /// How many brackets are open.
    pub fn level(&self) -> usize {
        self.brackets.len()
    }

    /// Whether the lexer is somewhere inside an f-string or t-string.
    pub fn inside_string(&self) -> bool {
        !self.modes.is_empty()
    }

    /// Whether the innermost f-string or t-string under way is a raw one.
    pub fn inside_raw_string(&self) -> bool {
        self.modes.last().is_some_and(|mode| mode.raw)
    }

    /// Turns every open indentation level into a dedent to be answered next, as happens
    /// when a single interactive statement ends without a blank line.
    pub fn close_indentation(&mut self) {
        self.pending = -(self.indents.len() as i32 - 1);
        self.indents.truncate(1);
    }

    /// The next byte, or zero at the end of the input.
    #[inline(always)]
    fn next_byte(&mut self) -> u8 {
        if self.cur < self.line_end {
            let byte = self.source[self.cur];
            self.cur += 1;
            byte
        } else {
            self.next_line_byte()
        }
    }

    /// Takes back the byte `byte`, unless it is the end of the input.
    #[inline(always)]
    fn back(&mut self, byte: u8) {
        if byte != 0 {
            self.cur -= 1;
        }
    }

    /// The byte that `next_byte` would answer, as long as it is on the current line.
    #[inline(always)]
    fn peek(&self) -> u8 {
        if self.cur < self.line_end { self.source[self.cur] } else { 0 }
    }

    #[inline(never)]
    fn next_line_byte(&mut self) -> u8 {
        if self.done != Done::No {
            return 0;
        }
        let rest = &self.source[self.cur..];
        if rest.is_empty() {
            self.done = Done::Eof;
            self.hit_end = true;
            return 0;
        }
        let found = memchr2(b'\n', 0, rest);
        // The `tokenize` module keeps all lines of an f-string together.
        if self.start == NO_START && !(self.for_tokenize && self.inside_string()) {
            self.buf = self.cur;
        }
        self.line_start = self.cur;
        self.lineno += 1;
        match found {
            Some(at) if rest[at] == 0 => {
                self.line_end = self.cur;
                let error = self.error("source code cannot contain null bytes");
                self.fatal = Some(error);
                return 0;
            }
            Some(at) => self.line_end = self.cur + at + 1,
            None => self.line_end = self.source.len(),
        }
        let byte = self.source[self.cur];
        self.cur += 1;
        byte
    }

    /// A token over `start..end`, both on the current line unless `kind` is a string.
    #[inline(always)]
    fn token(&self, kind: TokenKind, start: usize, end: usize) -> Token {
        Token {
            kind,
            level: self.brackets.len() as u16,
            start: start as u32,
            end: end as u32,
            lineno: self.lineno,
            col: start.saturating_sub(self.line_start) as u32,
            end_lineno: self.lineno,
            end_col: end.saturating_sub(self.line_start) as u32,
        }
    }

    /// A token from where the current one began to here.
    #[inline(always)]
    fn token_here(&self, kind: TokenKind) -> Token {
        self.token(kind, self.start, self.cur)
    }

    /// A token of a kind that may span lines.
    fn string_token(&self, kind: TokenKind, start: usize, end: usize) -> Token {
        Token {
            lineno: self.first_lineno,
            col: start.saturating_sub(self.multi_line_start) as u32,
            ..self.token(kind, start, end)
        }
    }

    /// A token without bytes of its own, placed where the lexer stands.
    fn empty_token(&self, kind: TokenKind) -> Token {
        self.token(kind, self.cur, self.cur)
    }
}

#[cfg(test)]
mod tests;
