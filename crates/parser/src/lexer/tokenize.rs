//! Tokens as `_tokenize.TokenizerIter` answers them to the `tokenize` module: columns in
//! characters, the physical line with every token, newlines as they were written.

use super::{Done, Lexer, LexerOptions};
use crate::errors::SyntaxError;
use crate::token::{Token, TokenKind};

/// One item of the iterator. Ranges are byte offsets into the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenInfo {
    /// With extra tokens, `Op` for every operator.
    pub kind: TokenKind,
    pub text: (u32, u32),
    /// Line from 1 and column in characters; -1 where the lexer names no column.
    pub start: (u32, i32),
    pub end: (u32, i32),
    /// The physical line or lines of the token.
    pub line: (u32, u32),
}

/// What a step of the tokenizer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Token(TokenInfo),
    /// A line must be fed before there can be another token.
    NeedLine,
    Done,
}

/// Makes tokens of the lines it is fed, up to and including the end marker, or up to an
/// error.
///
/// The lexer knows no input that comes piecemeal: when it looks for more than there is, its
/// step is undone and done again with more lines.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    source: Vec<u8>,
    lexer: Lexer<'static>,
    extra_tokens: bool,
    /// Where lines end whose newlines were added here.
    implicit_ends: Vec<usize>,
    /// There are no more lines.
    complete: bool,
    /// Lines to read before the next try.
    wanted: usize,
    /// How often the current token has been tried in vain.
    tries: u32,
    finished: bool,
    last_line: (u32, u32),
    last_lineno: u32,
    /// By how much byte columns exceed character columns where the last token ended.
    byte_excess: i32,
}

impl Tokenizer {
    pub fn new(extra_tokens: bool) -> Tokenizer {
        let options = LexerOptions { extra_tokens, type_comments: false };
        let mut lexer = Lexer::new(&[], options);
        lexer.for_tokenize = true;
        Tokenizer {
            source: Vec::new(),
            lexer,
            extra_tokens,
            implicit_ends: Vec::new(),
            complete: false,
            wanted: 0,
            tries: 0,
            finished: false,
            last_line: (0, 0),
            last_lineno: 0,
            byte_excess: 0,
        }
    }

    /// Tokens of the whole of `source`.
    pub fn of_source(source: &[u8], extra_tokens: bool) -> Tokenizer {
        let mut tokenizer = Tokenizer::new(extra_tokens);
        for line in source.split_inclusive(|&byte| byte == b'\n') {
            tokenizer.feed(line);
        }
        tokenizer.finish();
        tokenizer
    }

    /// What has been fed, with a newline behind every line.
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// Adds a line, which is UTF-8 and may end in `\r\n`.
    pub fn feed(&mut self, line: &[u8]) {
        self.source.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            self.source.push(b'\n');
            self.implicit_ends.push(self.source.len());
        }
        self.wanted = self.wanted.saturating_sub(1);
    }

    /// No more lines come.
    pub fn finish(&mut self) {
        self.complete = true;
    }

    pub fn step(&mut self) -> Result<Step, SyntaxError> {
        if self.finished {
            return Ok(Step::Done);
        }
        if self.wanted > 0 && !self.complete {
            return Ok(Step::NeedLine);
        }
        let mut lexer: Lexer<'_> = self.lexer.clone();
        lexer.source = &self.source;
        let result = lexer.next();
        if lexer.hit_end && !self.complete {
            // Twice as many each time: a long string is not read again for each line.
            self.wanted = 1 << self.tries.min(16);
            self.tries += 1;
            return Ok(Step::NeedLine);
        }
        self.tries = 0;
        self.lexer = lexer.detached();
        match result {
            Ok(token) => {
                self.finished = token.kind == TokenKind::EndMarker;
                Ok(Step::Token(self.info(&token)))
            }
            Err(error) => {
                self.finished = true;
                Err(error)
            }
        }
    }

    /// Whether the newline of the line being read was added.
    fn at_implicit_newline(&self) -> bool {
        self.implicit_ends.binary_search(&self.lexer.line_end).is_ok()
    }

    fn info(&mut self, token: &Token) -> TokenInfo {
        use TokenKind as K;
        let extra = self.extra_tokens;
        let trailing =
            token.kind == K::EndMarker || (token.kind == K::Dedent && self.lexer.done == Done::Eof);
        let placed = extra || !matches!(token.kind, K::Indent | K::Dedent | K::EndMarker);
        let is_string = matches!(
            token.kind,
            K::String
                | K::FStringStart
                | K::FStringMiddle
                | K::FStringEnd
                | K::TStringStart
                | K::TStringMiddle
                | K::TStringEnd
        );
        let line_start =
            if is_string { self.lexer.multi_line_start } else { self.lexer.line_start } as u32;

        let mut line = (0, 0);
        let mut line_changed = true;
        if !(extra && trailing) {
            if self.lexer.lineno != self.last_lineno {
                let mut line_end = self.lexer.line_end as u32;
                if trailing {
                    // The line had been dropped when the end of the input was met.
                    line_end = line_start;
                } else if line_end > line_start && self.at_implicit_newline() {
                    line_end -= 1;
                }
                self.last_line = (line_start, line_end.max(line_start));
                self.byte_excess = 0;
            } else {
                line_changed = false;
            }
            line = self.last_line;
        }

        let (mut start_col, mut end_col) = (-1, -1);
        if placed {
            (start_col, end_col) = self.columns(token, line_start, line_changed);
        }
        self.last_lineno = token.lineno;

        let mut info = TokenInfo {
            kind: token.kind,
            text: if placed { (token.start, token.end) } else { (0, 0) },
            start: (token.lineno, start_col),
            end: (token.end_lineno, end_col),
            line,
        };
        if extra {
            self.adjust(&mut info, token, trailing);
        }
        info
    }

    /// Columns in characters. Only what the last token did not cover is looked at, as
    /// lines can be long.
    fn columns(&mut self, token: &Token, line_start: u32, line_changed: bool) -> (i32, i32) {
        let source = &self.source;
        let characters = |from: u32, to: u32| {
            let bytes = source.get(from as usize..to as usize).unwrap_or_default();
            bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as i32
        };
        let byte_col = token.start.saturating_sub(line_start) as i32;
        let start_col = if line_changed {
            let col = characters(line_start, token.start);
            self.byte_excess = byte_col - col;
            col
        } else {
            byte_col - self.byte_excess
        };
        let end_col = if token.lineno == token.end_lineno {
            let width = characters(token.start, token.end);
            self.byte_excess += (token.end - token.start) as i32 - width;
            start_col + width
        } else {
            let end_col = characters(token.end - token.end_col, token.end);
            self.byte_excess += token.end_col as i32 - end_col;
            end_col
        };
        (start_col, end_col)
    }

    /// What sets the tokens of the `tokenize` module apart from the parser's.
    fn adjust(&self, info: &mut TokenInfo, token: &Token, trailing: bool) {
        if trailing {
            let lineno = info.start.0 + 1;
            info.start = (lineno, 0);
            info.end = (lineno, 0);
        }
        match token.kind {
            TokenKind::Newline => {
                if !self.at_implicit_newline() {
                    info.text.1 = token.end + 1;
                }
                info.end.1 += 1;
            }
            TokenKind::Nl if self.at_implicit_newline() => info.text.1 = info.text.0,
            kind if kind.is_operator() => info.kind = TokenKind::Op,
            _ => {}
        }
    }
}

impl Iterator for Tokenizer {
    type Item = Result<TokenInfo, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.step() {
            Ok(Step::Token(info)) => Some(Ok(info)),
            Ok(Step::NeedLine | Step::Done) => None,
            Err(error) => Some(Err(error)),
        }
    }
}
