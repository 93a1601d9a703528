//! Statements on one line, and the choice between them and the compound ones.

use crate::ast::{Expr, ExprContext, ExprKind, Operator, Stmt, StmtKind};
use crate::kind::{Kind, k};
use crate::parser::{Fail, Parsed, Parser};
use crate::tokens::TokenIndex;

const fn augmented_operator(kind: Kind) -> Option<Operator> {
    Some(match kind {
        k::PLUSEQUAL => Operator::Add,
        k::MINEQUAL => Operator::Sub,
        k::STAREQUAL => Operator::Mult,
        k::ATEQUAL => Operator::MatMult,
        k::SLASHEQUAL => Operator::Div,
        k::PERCENTEQUAL => Operator::Mod,
        k::AMPEREQUAL => Operator::BitAnd,
        k::VBAREQUAL => Operator::BitOr,
        k::CIRCUMFLEXEQUAL => Operator::BitXor,
        k::LEFTSHIFTEQUAL => Operator::LShift,
        k::RIGHTSHIFTEQUAL => Operator::RShift,
        k::DOUBLESTAREQUAL => Operator::Pow,
        k::DOUBLESLASHEQUAL => Operator::FloorDiv,
        _ => return None,
    })
}

impl<'a> Parser<'a, '_> {
    /// Parses a statement, or a line of simple ones, and pushes it to `stmts`.
    // statement: compound_stmt | simple_stmts
    pub(crate) fn statement(&mut self) -> Parsed<()> {
        if !self.compound_stmt()? {
            return self.simple_stmts();
        }
        // The place is for those who look for a misspelt keyword after it: of the compound
        // statements that are whole, functions aside, the one that starts last.
        if let Some(last) = self.stmts.last()
            && !matches!(
                last.kind,
                StmtKind::FunctionDef { .. } | StmtKind::AsyncFunctionDef { .. }
            )
            && last.range.lineno >= self.last_statement.0
        {
            self.last_statement = (last.range.lineno, last.range.col_offset);
        }
        Ok(())
    }

    // simple_stmts: simple_stmt (';' simple_stmt)* [';'] NEWLINE
    pub(crate) fn simple_stmts(&mut self) -> Parsed<()> {
        loop {
            let stmt = self.simple_stmt()?;
            self.stmts.push(stmt);
            if self.eat(k::NEWLINE) {
                return Ok(());
            }
            self.expect(k::SEMI)?;
            if self.eat(k::NEWLINE) {
                return Ok(());
            }
        }
    }

    // simple_stmt: assignment | type_alias | import_stmt | star_expressions | keyword statements
    fn simple_stmt(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        match self.kind() {
            k::NAME if self.kind_after(1) == k::NAME && self.text() == "type" => self.type_alias(),
            k::RETURN => {
                self.advance();
                let value = if self.kind().starts_star_expression() {
                    Some(self.star_expressions()?)
                } else {
                    None
                };
                Ok(self.stmt(start, StmtKind::Return { value }))
            }
            k::IMPORT => self.import_name(),
            k::FROM => self.import_from(),
            k::RAISE => self.raise_stmt(),
            k::PASS => Ok(self.bare(StmtKind::Pass)),
            k::BREAK => Ok(self.bare(StmtKind::Break)),
            k::CONTINUE => Ok(self.bare(StmtKind::Continue)),
            k::DEL => self.del_stmt(),
            k::YIELD => {
                let value = self.yield_expr()?;
                Ok(self.stmt(start, StmtKind::Expr { value }))
            }
            k::ASSERT => {
                self.advance();
                let test = self.expression()?;
                let msg = if self.eat(k::COMMA) { Some(self.expression()?) } else { None };
                Ok(self.stmt(start, StmtKind::Assert { test, msg }))
            }
            k::GLOBAL => {
                let names = self.name_list()?;
                Ok(self.stmt(start, StmtKind::Global { names }))
            }
            k::NONLOCAL => {
                let names = self.name_list()?;
                Ok(self.stmt(start, StmtKind::Nonlocal { names }))
            }
            _ => self.assignment_or_expression(),
        }
    }

    fn bare(&mut self, kind: StmtKind<'a>) -> &'a Stmt<'a> {
        self.advance();
        self.stmt(self.pos - 1, kind)
    }

    // raise_stmt: 'raise' [expression ['from' expression]]
    fn raise_stmt(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        self.expect(k::RAISE)?;
        let mut cause = None;
        let exc = if self.kind().starts_expression() {
            let exc = self.expression()?;
            if self.eat(k::FROM) {
                cause = Some(self.expression()?);
            }
            Some(exc)
        } else {
            None
        };
        Ok(self.stmt(start, StmtKind::Raise { exc, cause }))
    }

    // del_stmt: 'del' del_target (',' del_target)* [','] &(';' | NEWLINE)
    fn del_stmt(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        self.expect(k::DEL)?;
        let base = self.exprs.len();
        loop {
            let target = self.primary()?;
            let target = self.delete(target)?;
            self.exprs.push(target);
            if !self.eat(k::COMMA) || matches!(self.kind(), k::SEMI | k::NEWLINE) {
                break;
            }
        }
        let targets = self.take_exprs(base);
        Ok(self.stmt(start, StmtKind::Delete { targets }))
    }

    // global_stmt, nonlocal_stmt: keyword NAME (',' NAME)*
    fn name_list(&mut self) -> Parsed<&'a [&'a str]> {
        self.advance();
        let mut names = vec![self.name()?];
        while self.eat(k::COMMA) {
            names.push(self.name()?);
        }
        Ok(self.slice(&names))
    }

    // type_alias: "type" NAME [type_params] '=' expression
    fn type_alias(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        self.type_statements = true;
        self.expect(k::NAME)?;
        let name = self.pos;
        let id = self.name()?;
        let name = self.expr(name, ExprKind::Name { id, ctx: ExprContext::Store });
        let type_params = self.type_params()?;
        self.expect(k::EQUAL)?;
        let value = self.expression()?;
        self.since(12)?;
        Ok(self.stmt(start, StmtKind::TypeAlias { name, type_params, value }))
    }

    // assignment: targets '=' annotated_rhs | single_target augassign annotated_rhs
    //           | target ':' expression ['=' annotated_rhs]
    fn assignment_or_expression(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        let first = self.star_expressions()?;
        match self.kind() {
            k::NEWLINE => Ok(self.stmt(start, StmtKind::Expr { value: first })),
            k::EQUAL => self.assign(start, first),
            k::COLON => self.ann_assign(start, first),
            kind => match augmented_operator(kind) {
                Some(op) => {
                    if op == Operator::MatMult {
                        self.since(5)?;
                    }
                    let target = self.single(first)?;
                    self.advance();
                    let value = self.annotated_rhs()?;
                    Ok(self.stmt(start, StmtKind::AugAssign { target, op, value }))
                }
                None => Ok(self.stmt(start, StmtKind::Expr { value: first })),
            },
        }
    }

    fn assign(&mut self, start: TokenIndex, first: &'a Expr<'a>) -> Parsed<&'a Stmt<'a>> {
        let base = self.exprs.len();
        let target = self.store(first)?;
        self.exprs.push(target);
        self.expect(k::EQUAL)?;
        let value = loop {
            let side = self.annotated_rhs()?;
            if !self.eat(k::EQUAL) {
                break side;
            }
            let target = self.store(side)?;
            self.exprs.push(target);
        };
        let targets = self.take_exprs(base);
        let type_comment = self.type_comment();
        Ok(self.stmt(start, StmtKind::Assign { targets, value, type_comment }))
    }

    fn ann_assign(&mut self, start: TokenIndex, first: &'a Expr<'a>) -> Parsed<&'a Stmt<'a>> {
        let target = self.single(first)?;
        // Only a name without parentheses is declared by its annotation.
        let simple = self.tokens.kinds[start] == k::NAME && target.as_name().is_some();
        self.expect(k::COLON)?;
        let annotation = self.expression()?;
        let value = if self.eat(k::EQUAL) { Some(self.annotated_rhs()?) } else { None };
        self.since(6)?;
        let simple = i32::from(simple);
        Ok(self.stmt(start, StmtKind::AnnAssign { target, annotation, value, simple }))
    }

    // block: NEWLINE INDENT statement+ DEDENT | simple_stmts
    pub(crate) fn block(&mut self) -> Parsed<&'a [&'a Stmt<'a>]> {
        let base = self.stmts.len();
        if self.eat(k::NEWLINE) {
            self.expect(k::INDENT)?;
            loop {
                self.statement()?;
                if self.eat(k::DEDENT) {
                    break;
                }
                if self.at(k::ENDMARKER) {
                    return Err(Fail);
                }
            }
        } else {
            self.simple_stmts()?;
        }
        Ok(self.take_stmts(base))
    }
}
