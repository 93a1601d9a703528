//! Call arguments, of calls and of class statements.

use crate::ast::{Expr, ExprContext, ExprKind, Keyword};
use crate::kind::k;
use crate::parser::{Fail, Parsed, Parser};
use crate::tokens::TokenIndex;

/// How far a call's arguments have got; what may follow only ever shrinks.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Stage {
    Positional,
    /// After `name=value`: no plain positional argument any more.
    Keyword,
    /// After `**mapping`: no `*iterable` any more either.
    Unpacked,
}

impl<'a> Parser<'a, '_> {
    /// The argument list behind `func`, which began at token `start`.
    // genexp | '(' [arguments] ')'
    pub(crate) fn call(&mut self, start: TokenIndex, func: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        let open = self.pos;
        self.expect(k::LPAR)?;
        let base = self.exprs.len();
        let keyword_base = self.keywords.len();
        self.arguments(Some(open))?;
        let args = self.take_exprs(base);
        let keywords = self.take_keywords(keyword_base);
        Ok(self.expr(start, ExprKind::Call { func, args, keywords }))
    }

    /// Arguments up to and with the closing parenthesis, pushed to `exprs` and `keywords`.
    /// Where a bare generator expression may stand, `open` is the parenthesis before it.
    // args: (starred_expression | named_expression !'=') [',' kwargs] | kwargs
    pub(crate) fn arguments(&mut self, open: Option<TokenIndex>) -> Parsed<()> {
        let mut stage = Stage::Positional;
        let mut first = true;
        while !self.at(k::RPAR) {
            let start = self.pos;
            match self.kind() {
                k::STAR => {
                    if stage == Stage::Unpacked {
                        return Err(Fail);
                    }
                    let argument = self.starred_expression()?;
                    self.exprs.push(argument);
                }
                k::DOUBLESTAR => {
                    self.advance();
                    let value = self.expression()?;
                    self.keywords.push(Keyword { arg: None, value, range: self.range(start) });
                    stage = Stage::Unpacked;
                }
                k::NAME if self.kind_after(1) == k::EQUAL => {
                    let arg = Some(self.name()?);
                    self.expect(k::EQUAL)?;
                    let value = self.expression()?;
                    self.keywords.push(Keyword { arg, value, range: self.range(start) });
                    if stage == Stage::Positional {
                        stage = Stage::Keyword;
                    }
                }
                _ => {
                    if stage != Stage::Positional {
                        return Err(Fail);
                    }
                    let argument = self.named_expression()?;
                    match (self.kind(), open) {
                        (k::FOR | k::ASYNC, Some(open)) if first => {
                            let argument = self.rest_of_genexp(open, argument)?;
                            self.exprs.push(argument);
                            return Ok(());
                        }
                        _ => self.exprs.push(argument),
                    }
                }
            }
            first = false;
            if !self.eat(k::COMMA) {
                break;
            }
        }
        // A lone comma is no argument list.
        if first && !self.at(k::RPAR) {
            return Err(Fail);
        }
        self.expect(k::RPAR)
    }

    // starred_expression: '*' expression
    pub(crate) fn starred_expression(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::STAR)?;
        let value = self.expression()?;
        Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Load }))
    }
}
