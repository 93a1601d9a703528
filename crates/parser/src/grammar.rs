//! The grammar of Python 3.14 by recursive descent, binary operators by precedence
//! climbing. One file per topic; each function is a rule and names it in its comment.
//!
//! What may stand on the left of an assignment is read as an expression first and turned
//! into a target afterwards ([`targets`]). The language needs more than one token of
//! look-ahead in few places: parenthesised `with` items, `match` and `type` statements.

mod atoms;
mod calls;
mod compound;
mod expressions;
mod functions;
mod imports;
mod patterns;
mod statements;
mod strings;
mod targets;

use crate::Mode;
use crate::ast::{Mod, StmtKind};
use crate::errors::Progress;
use crate::kind::k;
use crate::parser::{Fail, Parsed, Parser};

impl<'a> Parser<'a, '_> {
    /// The start rule of the mode.
    pub(crate) fn parse_mod(&mut self) -> Parsed<Mod<'a>> {
        match self.options.mode {
            Mode::Exec => self.file(),
            Mode::Eval => self.eval(),
            Mode::Single => self.interactive(),
            Mode::FuncType => self.func_type(),
        }
    }

    // file: [statements] ENDMARKER
    fn file(&mut self) -> Parsed<Mod<'a>> {
        while !self.at(k::ENDMARKER) {
            let start = Progress { tokens: self.pos, barry: self.barry };
            self.statement()?;
            // CPython takes what is right in a type statement for a mistake, if it looks for
            // mistakes; so nothing before it can be passed over.
            if !self.type_statements {
                self.progress = start;
            }
        }
        let body = self.take_stmts(0);
        Ok(Mod::Module { body, type_ignores: self.slice(&self.tokens.type_ignores) })
    }

    // interactive: compound_stmt NEWLINE | simple_stmts | NEWLINE | ENDMARKER
    fn interactive(&mut self) -> Parsed<Mod<'a>> {
        if self.eat(k::NEWLINE) {
            let pass = self.stmt(self.pos - 1, StmtKind::Pass);
            return Ok(Mod::Interactive { body: self.slice(&[pass]) });
        }
        if self.compound_stmt()? {
            self.expect(k::NEWLINE)?;
        } else {
            self.simple_stmts()?;
        }
        Ok(Mod::Interactive { body: self.take_stmts(0) })
    }

    // eval: expressions NEWLINE* ENDMARKER
    fn eval(&mut self) -> Parsed<Mod<'a>> {
        let body = self.expressions()?;
        self.end_of_input()?;
        Ok(Mod::Expression { body })
    }

    // func_type: '(' [type_expressions] ')' '->' expression NEWLINE* ENDMARKER
    fn func_type(&mut self) -> Parsed<Mod<'a>> {
        self.expect(k::LPAR)?;
        let mut stars = 0;
        while !self.at(k::RPAR) {
            // `*` and `**` come last, once each, and leave no trace in the tree.
            let level = if self.eat(k::STAR) {
                1
            } else if self.eat(k::DOUBLESTAR) {
                2
            } else {
                0
            };
            if (level == 0 && stars > 0) || (level > 0 && stars >= level) {
                return Err(Fail);
            }
            stars = level;
            let argument = self.expression()?;
            self.exprs.push(argument);
            if !self.eat(k::COMMA) {
                break;
            }
            if self.at(k::RPAR) {
                return Err(Fail);
            }
        }
        self.expect(k::RPAR)?;
        self.expect(k::RARROW)?;
        let returns = self.expression()?;
        self.end_of_input()?;
        Ok(Mod::FunctionType { argtypes: self.take_exprs(0), returns })
    }

    fn end_of_input(&mut self) -> Parsed<()> {
        while self.eat(k::NEWLINE) {}
        if self.at(k::ENDMARKER) { Ok(()) } else { Err(Fail) }
    }
}
