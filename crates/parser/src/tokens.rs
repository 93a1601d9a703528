//! The tokens of one source, read ahead once: the grammar and the diagnostics walk the
//! same list by index and may go back as they like. Where the lexer fails, the list ends
//! with an error entry that matches nothing, so that the error counts only if a parse
//! gets that far.

use crate::ast::TypeIgnore;
use crate::errors::{SyntaxError, Warning};
use crate::kind::{Kind, k, name_kind};
use crate::lexer::Lexer;
use crate::token::{Token, TokenKind};
use crate::{Mode, ParseOptions};

/// A token's place in the list.
pub(crate) type TokenIndex = usize;

pub(crate) struct Tokens<'a> {
    pub(crate) source: &'a str,
    /// One more than there are tokens: an error entry closes the list.
    pub(crate) list: Vec<Token>,
    pub(crate) kinds: Vec<Kind>,
    /// What stopped the lexer.
    pub(crate) error: Option<SyntaxError>,
    /// Line and text of each `# type: ignore`.
    pub(crate) type_ignores: Vec<TypeIgnore<'a>>,
    pub(crate) warnings: Vec<Warning>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn read(source: &'a str, lexer: &mut Lexer<'_>, options: &ParseOptions) -> Tokens<'a> {
        let capacity = source.len() / 4 + 8;
        let mut tokens = Tokens {
            source,
            list: Vec::with_capacity(capacity),
            kinds: Vec::with_capacity(capacity),
            error: None,
            type_ignores: Vec::new(),
            warnings: Vec::new(),
        };
        let mut started = false;
        let mut indents = 0usize;
        let mut last = Token {
            kind: TokenKind::EndMarker,
            level: 0,
            start: 0,
            end: 0,
            lineno: 1,
            col: 0,
            end_lineno: 1,
            end_col: 0,
        };
        loop {
            let token = match lexer.next() {
                Ok(token) => token,
                Err(error) => {
                    tokens.error = Some(error);
                    break;
                }
            };
            last = token;
            let kind = match token.kind {
                TokenKind::Name => name_kind(&source[token.start as usize..token.end as usize]),
                TokenKind::TypeIgnore => {
                    let tag = &source[token.start as usize..token.end as usize];
                    tokens.type_ignores.push(TypeIgnore { lineno: token.lineno as i32, tag });
                    continue;
                }
                TokenKind::Indent => {
                    indents += 1;
                    k::INDENT
                }
                TokenKind::Dedent => {
                    indents = indents.saturating_sub(1);
                    k::DEDENT
                }
                TokenKind::EndMarker if options.mode == Mode::Single && started => {
                    // A single statement need not end its line: the end of the input
                    // does, and closes open blocks unless the caller says otherwise.
                    tokens.push(Token { kind: TokenKind::Newline, ..token }, k::NEWLINE);
                    if !options.dont_imply_dedent {
                        for _ in 0..indents {
                            tokens.push(Token { kind: TokenKind::Dedent, ..token }, k::DEDENT);
                        }
                    }
                    k::ENDMARKER
                }
                kind => Kind::of(kind),
            };
            started = true;
            tokens.push(token, kind);
            if kind == k::ENDMARKER {
                break;
            }
        }
        tokens.push(last, k::ERROR);
        tokens
    }

    fn push(&mut self, token: Token, kind: Kind) {
        self.list.push(token);
        self.kinds.push(kind);
    }

    pub(crate) fn text(&self, index: TokenIndex) -> &'a str {
        let token = &self.list[index];
        &self.source[token.start as usize..token.end as usize]
    }
}
