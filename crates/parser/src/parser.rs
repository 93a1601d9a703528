//! The parser's state and its primitive steps: look at a token, take it, make a node.
//!
//! The grammar (`grammar`) only ever answers a tree or [`Fail`]: it knows no messages.
//! When it fails, `diagnose` reads the same tokens again, slowly and in CPython's order,
//! and finds out what to say; this keeps the common case small and fast.

use bumpalo::Bump;

use crate::ParseOptions;
use crate::ast::{Expr, ExprKind, Keyword, Range, Stmt, StmtKind};
use crate::errors::{Dated, Progress};
use crate::kind::{Kind, k};
use crate::tokens::{TokenIndex, Tokens};

/// The source is not in the language, or not for this parser: see [`Parser::too_deep`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fail;

pub(crate) type Parsed<T> = Result<T, Fail>;

/// Nested rules before CPython gives up with a MemoryError, about which see [`Parser::nest`].
const MAX_DEPTH: u32 = 5960;

pub(crate) struct Parser<'a, 't> {
    pub(crate) arena: &'a Bump,
    pub(crate) tokens: &'t Tokens<'a>,
    pub(crate) options: &'t ParseOptions,
    pub(crate) pos: TokenIndex,
    pub(crate) warnings: Vec<Dated>,
    /// `from __future__ import barry_as_FLUFL` was seen, or asked for.
    pub(crate) barry: bool,
    /// What is certain to be right so far.
    pub(crate) progress: Progress,
    /// There is a `type` statement.
    pub(crate) type_statements: bool,
    /// The parse failed because the nesting was too deep.
    pub(crate) too_deep: bool,
    /// Line and column of the last statement that a sequence of them has taken in.
    pub(crate) last_statement: (u32, u32),
    depth: u32,
    /// Lists under construction: each rule uses the part above where it found the end.
    pub(crate) exprs: Vec<&'a Expr<'a>>,
    pub(crate) stmts: Vec<&'a Stmt<'a>>,
    pub(crate) keywords: Vec<Keyword<'a>>,
}

/// Where to go back to when an alternative fails.
pub(crate) struct Checkpoint {
    pos: TokenIndex,
    depth: u32,
    warnings: usize,
    exprs: usize,
    stmts: usize,
    keywords: usize,
}

impl<'a, 't> Parser<'a, 't> {
    pub(crate) fn new(
        arena: &'a Bump,
        tokens: &'t Tokens<'a>,
        options: &'t ParseOptions,
    ) -> Parser<'a, 't> {
        Parser {
            arena,
            tokens,
            options,
            pos: 0,
            warnings: Vec::new(),
            barry: options.barry_as_bdfl,
            progress: Progress { tokens: 0, barry: options.barry_as_bdfl },
            type_statements: false,
            too_deep: false,
            last_statement: (0, 0),
            depth: 0,
            exprs: Vec::new(),
            stmts: Vec::new(),
            keywords: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn kind(&self) -> Kind {
        self.tokens.kinds[self.pos]
    }

    /// The kind of the token after the next; past the end, the error entry's.
    #[inline]
    pub(crate) fn kind_after(&self, ahead: usize) -> Kind {
        self.tokens.kinds.get(self.pos + ahead).copied().unwrap_or(k::ERROR)
    }

    #[inline]
    pub(crate) fn at(&self, kind: Kind) -> bool {
        self.kind() == kind
    }

    /// Takes the next token, which is not the error entry.
    #[inline]
    pub(crate) fn advance(&mut self) {
        debug_assert!(self.kind() != k::ERROR);
        self.pos += 1;
    }

    #[inline]
    pub(crate) fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind() == kind;
        self.pos += usize::from(found);
        found
    }

    #[inline]
    pub(crate) fn expect(&mut self, kind: Kind) -> Parsed<()> {
        if self.eat(kind) { Ok(()) } else { Err(Fail) }
    }

    /// The text of the next token.
    pub(crate) fn text(&self) -> &'a str {
        self.tokens.text(self.pos)
    }

    pub(crate) fn at_soft_keyword(&self, keyword: &str) -> bool {
        self.at(k::NAME) && self.text() == keyword
    }

    /// Takes a NAME that is no keyword.
    pub(crate) fn name(&mut self) -> Parsed<&'a str> {
        if !self.at(k::NAME) {
            return Err(Fail);
        }
        let id = self.identifier(self.pos);
        self.pos += 1;
        Ok(id)
    }

    /// The identifier a NAME token spells, in normal form KC.
    #[inline]
    pub(crate) fn identifier(&self, index: TokenIndex) -> &'a str {
        let text = self.tokens.text(index);
        if text.is_ascii() { text } else { self.normalized(text) }
    }

    #[cold]
    fn normalized(&self, name: &str) -> &'a str {
        self.arena.alloc_str(&text::unicode::nfkc(name))
    }

    /// The place from a token to the last one taken.
    #[inline]
    pub(crate) fn range(&self, start: TokenIndex) -> Range {
        let first = &self.tokens.list[start];
        let last = &self.tokens.list[self.pos - 1];
        Range::new(first.lineno, first.col, last.end_lineno, last.end_col)
    }

    /// Like [`Self::range`], past the line ends and dedents that a block takes.
    pub(crate) fn block_range(&self, start: TokenIndex) -> Range {
        let mut last = self.pos - 1;
        while last > start && self.tokens.kinds[last].is_layout() {
            last -= 1;
        }
        let first = &self.tokens.list[start];
        let last = &self.tokens.list[last];
        Range::new(first.lineno, first.col, last.end_lineno, last.end_col)
    }

    #[inline]
    pub(crate) fn expr(&self, start: TokenIndex, kind: ExprKind<'a>) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind, range: self.range(start) })
    }

    #[inline]
    pub(crate) fn stmt(&self, start: TokenIndex, kind: StmtKind<'a>) -> &'a Stmt<'a> {
        self.arena.alloc(Stmt { kind, range: self.range(start) })
    }

    /// A statement that ends with a block.
    pub(crate) fn block_stmt(&self, start: TokenIndex, kind: StmtKind<'a>) -> &'a Stmt<'a> {
        self.arena.alloc(Stmt { kind, range: self.block_range(start) })
    }

    pub(crate) fn slice<T: Copy>(&self, items: &[T]) -> &'a [T] {
        if items.is_empty() { &[] } else { self.arena.alloc_slice_copy(items) }
    }

    /// Takes the expressions gathered above `base`.
    #[inline]
    pub(crate) fn take_exprs(&mut self, base: usize) -> &'a [&'a Expr<'a>] {
        let list = self.slice(&self.exprs[base..]);
        self.exprs.truncate(base);
        list
    }

    pub(crate) fn take_stmts(&mut self, base: usize) -> &'a [&'a Stmt<'a>] {
        let list = self.slice(&self.stmts[base..]);
        self.stmts.truncate(base);
        list
    }

    pub(crate) fn take_keywords(&mut self, base: usize) -> &'a [Keyword<'a>] {
        let list = self.slice(&self.keywords[base..]);
        self.keywords.truncate(base);
        list
    }

    /// Whether nothing follows the statement that was parsed.
    pub(crate) fn rest_is_blank(&self) -> bool {
        let end = self.tokens.list[self.pos - 1].end as usize;
        crate::tokens::is_blank(&self.tokens.source[end..])
    }

    /// Runs `rule` some levels deeper. Levels are weighed as CPython's rule calls are
    /// counted (an operand of a prefix operator one, what stands in brackets some
    /// thirty), so that both give up at about the same nesting; the native stack such a
    /// nesting needs is what bounds recursion here and in whoever walks the tree.
    pub(crate) fn nest<T>(
        &mut self,
        levels: u32,
        rule: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        self.depth += levels;
        if self.depth > MAX_DEPTH {
            self.too_deep = true;
            return Err(Fail);
        }
        let result = rule(self);
        self.depth -= levels;
        result
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            pos: self.pos,
            depth: self.depth,
            warnings: self.warnings.len(),
            exprs: self.exprs.len(),
            stmts: self.stmts.len(),
            keywords: self.keywords.len(),
        }
    }

    pub(crate) fn rewind(&mut self, to: Checkpoint) {
        self.pos = to.pos;
        self.depth = to.depth;
        self.warnings.truncate(to.warnings);
        self.exprs.truncate(to.exprs);
        self.stmts.truncate(to.stmts);
        self.keywords.truncate(to.keywords);
    }

    /// Syntax that CPython refuses below `feature_version` 3.`minor`.
    pub(crate) fn since(&self, minor: u8) -> Parsed<()> {
        if self.options.feature_version >= minor { Ok(()) } else { Err(Fail) }
    }
}
