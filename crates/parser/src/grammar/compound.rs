//! Compound statements: `if`, `while`, `for`, `with`, `try`, `def`, `class`.

use crate::ast::{ExceptHandler, Expr, Stmt, StmtKind, WithItem};
use crate::kind::k;
use crate::parser::{Fail, Parsed, Parser};
use crate::tokens::TokenIndex;

/// The rules that CPython passes through from one block to a statement in the next.
const BLOCK_LEVELS: u32 = 6;

impl<'a> Parser<'a, '_> {
    /// Parses a compound statement if one comes next, and pushes it to `stmts`.
    pub(crate) fn compound_stmt(&mut self) -> Parsed<bool> {
        let start = self.pos;
        let stmt = match self.kind() {
            k::NAME => {
                let Some(stmt) = self.match_stmt()? else { return Ok(false) };
                stmt
            }
            k::IF => self.nest(BLOCK_LEVELS, Self::if_stmt)?,
            k::DEF => self.nest(BLOCK_LEVELS, |parser| parser.function_def(start, &[]))?,
            k::CLASS => self.nest(BLOCK_LEVELS, |parser| parser.class_def(&[]))?,
            k::AT => self.nest(BLOCK_LEVELS, Self::decorated)?,
            k::FOR => self.nest(BLOCK_LEVELS, |parser| parser.for_stmt(start))?,
            k::WITH => self.nest(BLOCK_LEVELS, |parser| parser.with_stmt(start))?,
            k::TRY => self.nest(BLOCK_LEVELS, Self::try_stmt)?,
            k::WHILE => self.nest(BLOCK_LEVELS, Self::while_stmt)?,
            k::ASYNC => {
                self.since(5)?;
                self.advance();
                match self.kind() {
                    k::DEF => self.nest(BLOCK_LEVELS, |parser| parser.function_def(start, &[]))?,
                    k::FOR => self.nest(BLOCK_LEVELS, |parser| parser.for_stmt(start))?,
                    k::WITH => self.nest(BLOCK_LEVELS, |parser| parser.with_stmt(start))?,
                    _ => return Err(Fail),
                }
            }
            _ => return Ok(false),
        };
        self.stmts.push(stmt);
        Ok(true)
    }

    // if_stmt: 'if' named_expression ':' block ('elif' named_expression ':' block)* [else_block]
    fn if_stmt(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        // 'if' or 'elif'
        self.advance();
        let test = self.named_expression()?;
        self.expect(k::COLON)?;
        let body = self.block()?;
        let orelse = if self.at(k::ELIF) {
            let rest = self.nest(1, Self::if_stmt)?;
            self.slice(&[rest])
        } else {
            self.else_block()?
        };
        Ok(self.block_stmt(start, StmtKind::If { test, body, orelse }))
    }

    // else_block: 'else' ':' block
    fn else_block(&mut self) -> Parsed<&'a [&'a Stmt<'a>]> {
        if !self.eat(k::ELSE) {
            return Ok(&[]);
        }
        self.expect(k::COLON)?;
        self.block()
    }

    // while_stmt: 'while' named_expression ':' block [else_block]
    fn while_stmt(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        self.expect(k::WHILE)?;
        let test = self.named_expression()?;
        self.expect(k::COLON)?;
        let body = self.block()?;
        let orelse = self.else_block()?;
        Ok(self.block_stmt(start, StmtKind::While { test, body, orelse }))
    }

    /// `start` is at the `async` if there is one, and the same in what follows.
    // for_stmt: 'for' star_targets 'in' star_expressions ':' [TYPE_COMMENT] block [else_block]
    fn for_stmt(&mut self, start: TokenIndex) -> Parsed<&'a Stmt<'a>> {
        self.expect(k::FOR)?;
        let target = self.star_targets()?;
        self.expect(k::IN)?;
        let iter = self.star_expressions()?;
        self.expect(k::COLON)?;
        let type_comment = self.type_comment();
        let body = self.block()?;
        let orelse = self.else_block()?;
        let kind = if self.is_async(start) {
            StmtKind::AsyncFor { target, iter, body, orelse, type_comment }
        } else {
            StmtKind::For { target, iter, body, orelse, type_comment }
        };
        Ok(self.block_stmt(start, kind))
    }

    fn is_async(&self, start: TokenIndex) -> bool {
        self.tokens.kinds[start] == k::ASYNC
    }

    // with_stmt: 'with' '(' with_item (',' with_item)* [','] ')' ':' [TYPE_COMMENT] block
    //          | 'with' with_item (',' with_item)* ':' [TYPE_COMMENT] block
    fn with_stmt(&mut self, start: TokenIndex) -> Parsed<&'a Stmt<'a>> {
        self.expect(k::WITH)?;
        let mut parenthesized = None;
        if self.at(k::LPAR) {
            let checkpoint = self.checkpoint();
            parenthesized = self.parenthesized_items().ok();
            if parenthesized.is_none() {
                if self.too_deep {
                    return Err(Fail);
                }
                self.rewind(checkpoint);
            }
        }
        let is_async = self.is_async(start);
        // The rule for `async with (..):` has no place for a type comment.
        let commented = !(is_async && parenthesized.is_some());
        let items = match parenthesized {
            Some(items) => items,
            None => {
                let mut items = vec![self.with_item()?];
                while self.eat(k::COMMA) {
                    items.push(self.with_item()?);
                }
                self.expect(k::COLON)?;
                self.slice(&items)
            }
        };
        let type_comment = if commented { self.type_comment() } else { None };
        let body = self.block()?;
        let kind = if is_async {
            StmtKind::AsyncWith { items, body, type_comment }
        } else {
            StmtKind::With { items, body, type_comment }
        };
        Ok(self.block_stmt(start, kind))
    }

    fn parenthesized_items(&mut self) -> Parsed<&'a [WithItem<'a>]> {
        self.expect(k::LPAR)?;
        let mut items = Vec::new();
        loop {
            items.push(self.with_item()?);
            if !self.eat(k::COMMA) || self.at(k::RPAR) {
                break;
            }
        }
        self.expect(k::RPAR)?;
        self.expect(k::COLON)?;
        Ok(self.slice(&items))
    }

    // with_item: expression 'as' star_target | expression
    fn with_item(&mut self) -> Parsed<WithItem<'a>> {
        let context_expr = self.expression()?;
        let optional_vars = if self.eat(k::AS) { Some(self.star_target()?) } else { None };
        Ok(WithItem { context_expr, optional_vars })
    }

    // try_stmt: 'try' ':' block (finally_block | except_block+ [else_block] [finally_block])
    fn try_stmt(&mut self) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        self.expect(k::TRY)?;
        self.expect(k::COLON)?;
        let body = self.block()?;
        let star = self.kind_after(1) == k::STAR;
        let mut handlers = Vec::new();
        while self.at(k::EXCEPT) {
            if (self.kind_after(1) == k::STAR) != star {
                return Err(Fail);
            }
            handlers.push(self.except_block()?);
        }
        let mut orelse: &[_] = &[];
        if !handlers.is_empty() {
            orelse = self.else_block()?;
        } else if !self.at(k::FINALLY) {
            return Err(Fail);
        }
        let finalbody = if self.eat(k::FINALLY) {
            self.expect(k::COLON)?;
            self.block()?
        } else {
            &[]
        };
        let handlers = self.slice(&handlers);
        let kind = if star && !handlers.is_empty() {
            self.since(11)?;
            StmtKind::TryStar { body, handlers, orelse, finalbody }
        } else {
            StmtKind::Try { body, handlers, orelse, finalbody }
        };
        Ok(self.block_stmt(start, kind))
    }

    // except_block: 'except' ['*'] expression ['as' NAME] ':' block
    //             | 'except' ['*'] expressions ':' block | 'except' ':' block
    fn except_block(&mut self) -> Parsed<ExceptHandler<'a>> {
        let start = self.pos;
        self.expect(k::EXCEPT)?;
        let star = self.eat(k::STAR);
        let mut name = None;
        let r#type = if !star && self.at(k::COLON) {
            None
        } else {
            let first = self.pos;
            let mut expr = self.expression()?;
            if self.at(k::COMMA) {
                expr = self.rest_of_expressions(first, expr)?;
                self.since(14)?;
            } else if self.eat(k::AS) {
                name = Some(self.name()?);
            }
            Some(expr)
        };
        self.expect(k::COLON)?;
        let body = self.block()?;
        Ok(ExceptHandler { r#type, name, body, range: self.block_range(start) })
    }

    // decorators: ('@' named_expression NEWLINE)+
    fn decorated(&mut self) -> Parsed<&'a Stmt<'a>> {
        let base = self.exprs.len();
        while self.eat(k::AT) {
            let decorator = self.named_expression()?;
            self.exprs.push(decorator);
            self.expect(k::NEWLINE)?;
        }
        let decorators = self.take_exprs(base);
        let start = self.pos;
        match self.kind() {
            k::CLASS => self.class_def(decorators),
            k::DEF => self.function_def(start, decorators),
            k::ASYNC => {
                self.since(5)?;
                self.advance();
                self.function_def(start, decorators)
            }
            _ => Err(Fail),
        }
    }

    // function_def_raw: 'def' NAME [type_params] '(' [params] ')' ['->' expression] ':'
    //                   [func_type_comment] block
    fn function_def(
        &mut self,
        start: TokenIndex,
        decorator_list: &'a [&'a Expr<'a>],
    ) -> Parsed<&'a Stmt<'a>> {
        self.expect(k::DEF)?;
        let name = self.name()?;
        let type_params = self.type_params()?;
        self.expect(k::LPAR)?;
        let args = self.def_parameters()?;
        self.expect(k::RPAR)?;
        let returns = if self.eat(k::RARROW) { Some(self.expression()?) } else { None };
        self.expect(k::COLON)?;
        let type_comment = self.func_type_comment()?;
        let body = self.block()?;
        let kind = if self.is_async(start) {
            StmtKind::AsyncFunctionDef {
                name,
                args,
                body,
                decorator_list,
                returns,
                type_comment,
                type_params,
            }
        } else {
            StmtKind::FunctionDef {
                name,
                args,
                body,
                decorator_list,
                returns,
                type_comment,
                type_params,
            }
        };
        Ok(self.block_stmt(start, kind))
    }

    // func_type_comment: NEWLINE TYPE_COMMENT &(NEWLINE INDENT) | TYPE_COMMENT
    fn func_type_comment(&mut self) -> Parsed<Option<&'a str>> {
        if self.at(k::NEWLINE) && self.kind_after(1) == k::TYPE_COMMENT {
            self.advance();
            let comment = self.type_comment();
            let followed = self.at(k::NEWLINE) && self.kind_after(1) == k::INDENT;
            return if followed { Ok(comment) } else { Err(Fail) };
        }
        Ok(self.type_comment())
    }

    // class_def_raw: 'class' NAME [type_params] ['(' [arguments] ')'] ':' block
    fn class_def(&mut self, decorator_list: &'a [&'a Expr<'a>]) -> Parsed<&'a Stmt<'a>> {
        let start = self.pos;
        self.expect(k::CLASS)?;
        let name = self.name()?;
        let type_params = self.type_params()?;
        let base = self.exprs.len();
        let keyword_base = self.keywords.len();
        if self.eat(k::LPAR) {
            self.arguments(None)?;
        }
        let bases = self.take_exprs(base);
        let keywords = self.take_keywords(keyword_base);
        self.expect(k::COLON)?;
        let body = self.block()?;
        Ok(self.block_stmt(
            start,
            StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params },
        ))
    }
}
