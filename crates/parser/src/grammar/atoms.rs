//! Primaries and atoms: names, numbers, brackets of every shape, comprehensions,
//! attributes, calls and subscripts.

use crate::ast::{Comprehension, Constant, Expr, ExprContext, ExprKind};
use crate::kind::{Kind, k};
use crate::literal::{self, Number};
use crate::parser::{Fail, Parsed, Parser};
use crate::tokens::TokenIndex;

/// The rules that CPython passes through from an atom to an expression in its brackets.
pub(crate) const BRACKET_LEVELS: u32 = 27;

impl<'a> Parser<'a, '_> {
    // primary: atom ('.' NAME | genexp | '(' [arguments] ')' | '[' slices ']')*
    pub(crate) fn primary(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let mut value = self.atom()?;
        loop {
            value = match self.kind() {
                k::DOT => {
                    self.advance();
                    let attr = self.name()?;
                    self.expr(start, ExprKind::Attribute { value, attr, ctx: ExprContext::Load })
                }
                k::LPAR => self.nest(BRACKET_LEVELS, |parser| parser.call(start, value))?,
                k::LSQB => {
                    self.advance();
                    let slice = self.nest(BRACKET_LEVELS, Self::slices)?;
                    self.expect(k::RSQB)?;
                    self.expr(start, ExprKind::Subscript { value, slice, ctx: ExprContext::Load })
                }
                _ => return Ok(value),
            };
        }
    }

    // atom: NAME | 'True' | 'False' | 'None' | strings | NUMBER
    //     | (tuple | group | genexp) | (list | listcomp) | (dict | set | dictcomp | setcomp) | '...'
    #[inline]
    fn atom(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        match self.kind() {
            k::NAME => {
                let id = self.identifier(start);
                self.advance();
                Ok(self.expr(start, ExprKind::Name { id, ctx: ExprContext::Load }))
            }
            k::NUMBER => self.number(),
            k::STRING | k::FSTRING_START | k::TSTRING_START => self.strings(),
            k::LPAR => self.nest(BRACKET_LEVELS, Self::parenthesized),
            k::LSQB => self.nest(BRACKET_LEVELS, Self::list),
            k::LBRACE => self.nest(BRACKET_LEVELS, Self::braces),
            k::TRUE => Ok(self.constant(Constant::True)),
            k::FALSE => Ok(self.constant(Constant::False)),
            k::NONE => Ok(self.constant(Constant::None)),
            k::ELLIPSIS => Ok(self.constant(Constant::Ellipsis)),
            _ => Err(Fail),
        }
    }

    fn constant(&mut self, value: Constant<'a>) -> &'a Expr<'a> {
        self.advance();
        self.expr(self.pos - 1, ExprKind::Constant { value, kind: None })
    }

    pub(crate) fn number(&mut self) -> Parsed<&'a Expr<'a>> {
        if !self.at(k::NUMBER) {
            return Err(Fail);
        }
        let text = self.text();
        if text.contains('_') {
            self.since(6)?;
        }
        let number = literal::number(text, self.options.max_str_digits, self.arena);
        let value = match number.map_err(|_| Fail)? {
            Number::Int(value) => Constant::Int(value),
            Number::Float(value) => Constant::Float(value),
            Number::Imaginary(imag) => Constant::Complex { real: 0.0, imag },
        };
        Ok(self.constant(value))
    }

    // group: '(' (yield_expr | named_expression) ')'
    // tuple: '(' [star_named_expression ',' [star_named_expressions]] ')'
    // genexp: '(' named_expression for_if_clauses ')'
    fn parenthesized(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::LPAR)?;
        if self.eat(k::RPAR) {
            return Ok(self.expr(start, ExprKind::Tuple { elts: &[], ctx: ExprContext::Load }));
        }
        if self.at(k::YIELD) {
            let value = self.yield_expr()?;
            self.expect(k::RPAR)?;
            return Ok(value);
        }
        let starred = self.at(k::STAR);
        let first = self.star_named_expression()?;
        match self.kind() {
            k::RPAR if !starred => {
                self.advance();
                Ok(first)
            }
            k::COMMA => {
                let base = self.exprs.len();
                self.exprs.push(first);
                self.more_elements(k::RPAR)?;
                let elts = self.take_exprs(base);
                Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
            }
            k::FOR | k::ASYNC if !starred => self.rest_of_genexp(start, first),
            _ => Err(Fail),
        }
    }

    /// The clauses and the closing parenthesis of a generator expression.
    pub(crate) fn rest_of_genexp(
        &mut self,
        start: TokenIndex,
        elt: &'a Expr<'a>,
    ) -> Parsed<&'a Expr<'a>> {
        let generators = self.for_if_clauses()?;
        self.expect(k::RPAR)?;
        Ok(self.expr(start, ExprKind::GeneratorExp { elt, generators }))
    }

    /// What follows the first element of a display, up to and with the closing bracket.
    fn more_elements(&mut self, close: Kind) -> Parsed<()> {
        while self.eat(k::COMMA) && !self.at(close) {
            let element = self.star_named_expression()?;
            self.exprs.push(element);
        }
        self.expect(close)
    }

    // list: '[' [star_named_expressions] ']'
    // listcomp: '[' named_expression for_if_clauses ']'
    fn list(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::LSQB)?;
        if self.eat(k::RSQB) {
            return Ok(self.expr(start, ExprKind::List { elts: &[], ctx: ExprContext::Load }));
        }
        let starred = self.at(k::STAR);
        let first = self.star_named_expression()?;
        if matches!(self.kind(), k::FOR | k::ASYNC) {
            if starred {
                return Err(Fail);
            }
            let generators = self.for_if_clauses()?;
            self.expect(k::RSQB)?;
            return Ok(self.expr(start, ExprKind::ListComp { elt: first, generators }));
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        self.more_elements(k::RSQB)?;
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::List { elts, ctx: ExprContext::Load }))
    }

    // dict: '{' [double_starred_kvpairs] '}'      dictcomp: '{' kvpair for_if_clauses '}'
    // set: '{' star_named_expressions '}'         setcomp: '{' named_expression for_if_clauses '}'
    fn braces(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::LBRACE)?;
        if self.eat(k::RBRACE) {
            return Ok(self.expr(start, ExprKind::Dict { keys: &[], values: &[] }));
        }
        if self.at(k::DOUBLESTAR) {
            return self.dict(start, None);
        }
        let starred = self.at(k::STAR);
        let named = self.kind_after(1) == k::COLONEQUAL;
        let first = self.star_named_expression()?;
        match self.kind() {
            k::COLON if !starred && !named => self.dict(start, Some(first)),
            k::FOR | k::ASYNC if !starred => {
                let generators = self.for_if_clauses()?;
                self.expect(k::RBRACE)?;
                Ok(self.expr(start, ExprKind::SetComp { elt: first, generators }))
            }
            _ => {
                let base = self.exprs.len();
                self.exprs.push(first);
                self.more_elements(k::RBRACE)?;
                let elts = self.take_exprs(base);
                Ok(self.expr(start, ExprKind::Set { elts }))
            }
        }
    }

    /// A dict display from its first item on; the key of that item may be read already.
    fn dict(&mut self, start: TokenIndex, first_key: Option<&'a Expr<'a>>) -> Parsed<&'a Expr<'a>> {
        let mut keys: Vec<Option<&'a Expr<'a>>> = Vec::with_capacity(8);
        let base = self.exprs.len();
        let mut pending = first_key;
        while pending.is_some() || !self.at(k::RBRACE) {
            let value = if pending.is_none() && self.eat(k::DOUBLESTAR) {
                keys.push(None);
                self.bitwise_or()?
            } else {
                let key = match pending.take() {
                    Some(key) => key,
                    None => self.expression()?,
                };
                keys.push(Some(key));
                self.expect(k::COLON)?;
                self.expression()?
            };
            if keys.len() == 1 && keys[0].is_some() && matches!(self.kind(), k::FOR | k::ASYNC) {
                let generators = self.for_if_clauses()?;
                self.expect(k::RBRACE)?;
                let key = keys[0].ok_or(Fail)?;
                return Ok(self.expr(start, ExprKind::DictComp { key, value, generators }));
            }
            self.exprs.push(value);
            if !self.eat(k::COMMA) {
                break;
            }
        }
        self.expect(k::RBRACE)?;
        let keys = self.slice(&keys);
        let values = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Dict { keys, values }))
    }

    // for_if_clauses: for_if_clause+
    pub(crate) fn for_if_clauses(&mut self) -> Parsed<&'a [Comprehension<'a>]> {
        let first = self.for_if_clause()?;
        if !matches!(self.kind(), k::FOR | k::ASYNC) {
            return Ok(self.slice(&[first]));
        }
        let mut clauses = vec![first];
        while matches!(self.kind(), k::FOR | k::ASYNC) {
            clauses.push(self.for_if_clause()?);
        }
        Ok(self.slice(&clauses))
    }

    // for_if_clause: ['async'] 'for' star_targets 'in' disjunction ('if' disjunction)*
    fn for_if_clause(&mut self) -> Parsed<Comprehension<'a>> {
        let is_async = self.eat(k::ASYNC);
        if is_async {
            self.since(6)?;
        }
        self.expect(k::FOR)?;
        let target = self.star_targets()?;
        self.expect(k::IN)?;
        let iter = self.disjunction()?;
        let base = self.exprs.len();
        while self.eat(k::IF) {
            let condition = self.disjunction()?;
            self.exprs.push(condition);
        }
        let ifs = self.take_exprs(base);
        Ok(Comprehension { target, iter, ifs, is_async: i32::from(is_async) })
    }

    // slices: slice | (slice | starred_expression) (',' (slice | starred_expression))* [',']
    fn slices(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let starred = self.at(k::STAR);
        let first = self.slice_or_starred()?;
        if !self.at(k::COMMA) && !starred {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(k::COMMA) && !self.at(k::RSQB) {
            let element = self.slice_or_starred()?;
            self.exprs.push(element);
        }
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
    }

    // slice: [expression] ':' [expression] [':' [expression]] | named_expression
    fn slice_or_starred(&mut self) -> Parsed<&'a Expr<'a>> {
        if self.at(k::STAR) {
            return self.starred_expression();
        }
        let start = self.pos;
        let named = self.kind_after(1) == k::COLONEQUAL;
        let lower = if self.at(k::COLON) { None } else { Some(self.named_expression()?) };
        match lower {
            Some(value) if named || !self.at(k::COLON) => return Ok(value),
            _ => self.expect(k::COLON)?,
        }
        let upper = self.slice_part()?;
        let step = if self.eat(k::COLON) { self.slice_part()? } else { None };
        Ok(self.expr(start, ExprKind::Slice { lower, upper, step }))
    }

    fn slice_part(&mut self) -> Parsed<Option<&'a Expr<'a>>> {
        if self.kind().starts_expression() { Ok(Some(self.expression()?)) } else { Ok(None) }
    }
}
