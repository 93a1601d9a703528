//! Tokens as the grammar sees them: keywords told from names, `# type: ignore` set aside,
//! and the end of an interactive statement made up where the input just stops.
//!
//! [`Tokens`] is all of a source, read ahead once, so that the grammar can walk it by index
//! and go back as it likes. Where the lexer fails the list ends with an error entry that
//! matches nothing: an error counts only if a parse gets that far.

use crate::ast::TypeIgnore;
use crate::errors::{Dated, SyntaxError};
use crate::kind::{Kind, k, name_kind};
use crate::lexer::{Lexer, LexerOptions};
use crate::token::{Token, TokenKind};
use crate::{Mode, ParseOptions};

/// A token's place in the list.
pub(crate) type TokenIndex = usize;

/// Pulls tokens from the lexer one by one.
pub(crate) struct TokenReader<'a> {
    pub(crate) source: &'a str,
    pub(crate) lexer: Lexer<'a>,
    /// Line and text of each `# type: ignore` so far.
    pub(crate) type_ignores: Vec<TypeIgnore<'a>>,
    /// `<>` is one token (PEP 401); otherwise it is two, which no rule puts together.
    pub(crate) barry: bool,
    /// The second half of a token that was cut in two.
    rest: Option<Token>,
    /// What the lexer has warned of, with how many tokens had come before.
    pub(crate) warnings: Vec<Dated>,
    count: usize,
    single: bool,
    imply_dedent: bool,
    /// Something came since the last newline that was made up.
    started: bool,
}

impl<'a> TokenReader<'a> {
    pub(crate) fn new(source: &'a str, options: &ParseOptions) -> TokenReader<'a> {
        let lexer_options =
            LexerOptions { type_comments: options.type_comments, ..LexerOptions::default() };
        TokenReader {
            source,
            lexer: Lexer::new(source.as_bytes(), lexer_options),
            type_ignores: Vec::new(),
            barry: options.barry_as_bdfl,
            rest: None,
            warnings: Vec::new(),
            count: 0,
            single: options.mode == Mode::Single,
            imply_dedent: !options.dont_imply_dedent,
            started: false,
        }
    }

    pub(crate) fn next(&mut self) -> Result<(Token, Kind), SyntaxError> {
        if let Some(rest) = self.rest.take() {
            return Ok((rest, k::GREATER));
        }
        loop {
            let token = self.lexer.next();
            if !self.lexer.warnings.is_empty() {
                let warnings = self.lexer.warnings.drain(..);
                self.warnings.extend(warnings.map(|warning| (self.count, warning)));
            }
            self.count += 1;
            let token = token?;
            let kind = match token.kind {
                TokenKind::Name => name_kind(self.text(&token)),
                TokenKind::TypeIgnore => {
                    let tag = self.text(&token);
                    self.type_ignores.push(TypeIgnore { lineno: token.lineno as i32, tag });
                    continue;
                }
                TokenKind::EndMarker if self.single && self.started => {
                    // The end of the input ends a single statement's line, and the blocks
                    // it has open unless the caller says otherwise.
                    if self.imply_dedent {
                        self.lexer.close_indentation();
                    }
                    self.started = false;
                    return Ok((token, k::NEWLINE));
                }
                TokenKind::NotEqual if !self.barry && self.text(&token) == "<>" => {
                    let (end, end_col) = (token.end - 1, token.end_col - 1);
                    let greater = TokenKind::Greater;
                    self.rest = Some(Token { kind: greater, start: end, col: end_col, ..token });
                    self.started = true;
                    return Ok((Token { kind: TokenKind::Less, end, end_col, ..token }, k::LESS));
                }
                kind => Kind::of(kind),
            };
            self.started = true;
            return Ok((token, kind));
        }
    }

    /// Whether the lexer has read one more character than the tokens answered so far.
    pub(crate) fn is_within_token(&self) -> bool {
        self.rest.is_some()
    }

    fn text(&self, token: &Token) -> &'a str {
        &self.source[token.start as usize..token.end as usize]
    }
}

pub(crate) struct Tokens<'a> {
    pub(crate) source: &'a str,
    /// One more than there are tokens: an error entry closes the list.
    pub(crate) list: Vec<Token>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) type_ignores: Vec<TypeIgnore<'a>>,
    pub(crate) warnings: Vec<Dated>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn read(source: &'a str, options: &ParseOptions) -> Tokens<'a> {
        let capacity = source.len() / 4 + 8;
        let mut reader = TokenReader::new(source, options);
        // Whether a `<>` is right can only be told once what stands before it is parsed.
        reader.barry = true;
        let mut list = Vec::with_capacity(capacity);
        let mut kinds = Vec::with_capacity(capacity);
        while let Ok((token, kind)) = reader.next() {
            list.push(token);
            kinds.push(kind);
            if kind == k::ENDMARKER {
                break;
            }
        }
        let start = Token {
            kind: TokenKind::EndMarker,
            level: 0,
            start: 0,
            end: 0,
            lineno: 1,
            col: 0,
            end_lineno: 1,
            end_col: 0,
        };
        list.push(list.last().copied().unwrap_or(start));
        kinds.push(k::ERROR);
        let type_ignores = reader.type_ignores;
        Tokens { source, list, kinds, type_ignores, warnings: reader.warnings }
    }

    pub(crate) fn text(&self, index: TokenIndex) -> &'a str {
        let token = &self.list[index];
        &self.source[token.start as usize..token.end as usize]
    }
}

/// Whether nothing but blank lines and comments stands in `rest`.
pub(crate) fn is_blank(rest: &str) -> bool {
    rest.split('\n').all(|line| {
        let line = line.trim_start_matches([' ', '\t', '\x0c']);
        line.is_empty() || line.starts_with('#')
    })
}
