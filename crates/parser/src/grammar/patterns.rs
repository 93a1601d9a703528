//! `match` statements and their patterns.

use crate::ast::{
    Constant, Expr, ExprContext, ExprKind, MatchCase, Operator, Pattern, PatternKind, Stmt,
    StmtKind, UnaryOp,
};
use crate::grammar::atoms::BRACKET_LEVELS;
use crate::kind::{Kind, k};
use crate::parser::{Fail, Parsed, Parser};
use crate::tokens::TokenIndex;

impl<'a> Parser<'a, '_> {
    /// A `match` statement, unless the name `match` turns out to be just a name.
    // match_stmt: "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT
    pub(crate) fn match_stmt(&mut self) -> Parsed<Option<&'a Stmt<'a>>> {
        let start = self.pos;
        if !self.kind_after(1).starts_star_expression() || self.text() != "match" {
            return Ok(None);
        }
        let checkpoint = self.checkpoint();
        self.advance();
        let subject = match self.subject_expr() {
            Ok(subject) if self.at(k::COLON) && self.kind_after(1) == k::NEWLINE => subject,
            _ if self.too_deep => return Err(Fail),
            _ => {
                self.rewind(checkpoint);
                return Ok(None);
            }
        };
        // No other statement continues with a colon at the end of a line.
        self.expect(k::COLON)?;
        self.expect(k::NEWLINE)?;
        self.expect(k::INDENT)?;
        let mut cases = Vec::new();
        while !self.eat(k::DEDENT) {
            cases.push(self.nest(6, Self::case_block)?);
        }
        self.since(10)?;
        let cases = self.slice(&cases);
        Ok(Some(self.block_stmt(start, StmtKind::Match { subject, cases })))
    }

    // subject_expr: star_named_expression ',' [star_named_expressions] | named_expression
    fn subject_expr(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let starred = self.at(k::STAR);
        let first = self.star_named_expression()?;
        if !self.at(k::COMMA) {
            return if starred { Err(Fail) } else { Ok(first) };
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(k::COMMA) && self.kind().starts_star_expression() {
            let element = self.star_named_expression()?;
            self.exprs.push(element);
        }
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
    }

    // case_block: "case" patterns ['if' named_expression] ':' block
    fn case_block(&mut self) -> Parsed<MatchCase<'a>> {
        if !self.at_soft_keyword("case") {
            return Err(Fail);
        }
        self.advance();
        let pattern = self.patterns()?;
        let guard = if self.eat(k::IF) { Some(self.named_expression()?) } else { None };
        self.expect(k::COLON)?;
        let body = self.block()?;
        Ok(MatchCase { pattern, guard, body })
    }

    fn pattern_node(&self, start: TokenIndex, kind: PatternKind<'a>) -> &'a Pattern<'a> {
        self.arena.alloc(Pattern { kind, range: self.range(start) })
    }

    // patterns: open_sequence_pattern | pattern
    fn patterns(&mut self) -> Parsed<&'a Pattern<'a>> {
        let start = self.pos;
        let first = self.maybe_star_pattern()?;
        if !self.at(k::COMMA) {
            return if self.is_star(first) { Err(Fail) } else { Ok(first) };
        }
        let mut patterns = vec![first];
        while self.eat(k::COMMA) && !matches!(self.kind(), k::COLON | k::IF) {
            patterns.push(self.maybe_star_pattern()?);
        }
        let patterns = self.slice(&patterns);
        Ok(self.pattern_node(start, PatternKind::MatchSequence { patterns }))
    }

    fn is_star(&self, pattern: &Pattern<'a>) -> bool {
        matches!(pattern.kind, PatternKind::MatchStar { .. })
    }

    // maybe_star_pattern: '*' (pattern_capture_target | wildcard) | pattern
    fn maybe_star_pattern(&mut self) -> Parsed<&'a Pattern<'a>> {
        let start = self.pos;
        if !self.eat(k::STAR) {
            return self.pattern();
        }
        let name = if self.at_soft_keyword("_") {
            self.advance();
            None
        } else {
            Some(self.capture_target()?)
        };
        Ok(self.pattern_node(start, PatternKind::MatchStar { name }))
    }

    // pattern_capture_target: !"_" NAME !('.' | '(' | '=')
    fn capture_target(&mut self) -> Parsed<&'a str> {
        if self.at_soft_keyword("_") {
            return Err(Fail);
        }
        let name = self.name()?;
        if matches!(self.kind(), k::DOT | k::LPAR | k::EQUAL) { Err(Fail) } else { Ok(name) }
    }

    // pattern: or_pattern ['as' pattern_capture_target]
    fn pattern(&mut self) -> Parsed<&'a Pattern<'a>> {
        let start = self.pos;
        let pattern = self.or_pattern()?;
        if !self.eat(k::AS) {
            return Ok(pattern);
        }
        let name = Some(self.capture_target()?);
        Ok(self.pattern_node(start, PatternKind::MatchAs { pattern: Some(pattern), name }))
    }

    // or_pattern: closed_pattern ('|' closed_pattern)*
    fn or_pattern(&mut self) -> Parsed<&'a Pattern<'a>> {
        let start = self.pos;
        let first = self.closed_pattern()?;
        if !self.at(k::VBAR) {
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(k::VBAR) {
            patterns.push(self.closed_pattern()?);
        }
        let patterns = self.slice(&patterns);
        Ok(self.pattern_node(start, PatternKind::MatchOr { patterns }))
    }

    // closed_pattern: literal | capture | wildcard | value | group | sequence | mapping | class
    fn closed_pattern(&mut self) -> Parsed<&'a Pattern<'a>> {
        let start = self.pos;
        let kind = match self.kind() {
            k::NONE => self.singleton(Constant::None),
            k::TRUE => self.singleton(Constant::True),
            k::FALSE => self.singleton(Constant::False),
            k::NUMBER | k::MINUS => PatternKind::MatchValue { value: self.signed_or_complex()? },
            k::STRING | k::FSTRING_START | k::TSTRING_START => {
                PatternKind::MatchValue { value: self.strings()? }
            }
            k::NAME => return self.name_pattern(),
            k::LPAR => return self.nest(BRACKET_LEVELS, Self::group_or_sequence),
            k::LSQB => {
                self.advance();
                let patterns = self.nest(BRACKET_LEVELS, |p| p.sequence_items(k::RSQB))?;
                PatternKind::MatchSequence { patterns }
            }
            k::LBRACE => return self.nest(BRACKET_LEVELS, Self::mapping_pattern),
            _ => return Err(Fail),
        };
        Ok(self.pattern_node(start, kind))
    }

    fn singleton(&mut self, value: Constant<'a>) -> PatternKind<'a> {
        self.advance();
        PatternKind::MatchSingleton { value }
    }

    // signed_number !('+' | '-') | signed_real_number ('+' | '-') imaginary_number
    fn signed_or_complex(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let negative = self.eat(k::MINUS);
        let number = self.number()?;
        let left = if negative {
            self.expr(start, ExprKind::UnaryOp { op: UnaryOp::USub, operand: number })
        } else {
            number
        };
        let op = match self.kind() {
            k::PLUS => Operator::Add,
            k::MINUS => Operator::Sub,
            _ => return Ok(left),
        };
        self.advance();
        let right = self.number()?;
        let is_imaginary =
            |expr: &Expr<'_>| matches!(expr.as_constant(), Some(Constant::Complex { .. }));
        if is_imaginary(number) || !is_imaginary(right) {
            return Err(Fail);
        }
        Ok(self.expr(start, ExprKind::BinOp { left, op, right }))
    }

    // capture_pattern | wildcard_pattern | value_pattern | class_pattern
    fn name_pattern(&mut self) -> Parsed<&'a Pattern<'a>> {
        let start = self.pos;
        let name = self.name_or_attr()?;
        match (self.kind(), name.kind) {
            (k::LPAR, _) => self.nest(BRACKET_LEVELS, |parser| parser.class_pattern(start, name)),
            (k::EQUAL, _) => Err(Fail),
            (_, ExprKind::Name { id, .. }) => {
                let name = if self.tokens.text(start) == "_" { None } else { Some(id) };
                Ok(self.pattern_node(start, PatternKind::MatchAs { pattern: None, name }))
            }
            _ => Ok(self.pattern_node(start, PatternKind::MatchValue { value: name })),
        }
    }

    // name_or_attr: NAME ('.' NAME)*
    fn name_or_attr(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let id = self.name()?;
        let mut value = self.expr(start, ExprKind::Name { id, ctx: ExprContext::Load });
        while self.eat(k::DOT) {
            let attr = self.name()?;
            value = self.expr(start, ExprKind::Attribute { value, attr, ctx: ExprContext::Load });
        }
        Ok(value)
    }

    // group_pattern: '(' pattern ')'     sequence_pattern: '(' [open_sequence_pattern] ')'
    fn group_or_sequence(&mut self) -> Parsed<&'a Pattern<'a>> {
        let start = self.pos;
        self.expect(k::LPAR)?;
        let mut patterns = Vec::new();
        if !self.at(k::RPAR) {
            let first = self.maybe_star_pattern()?;
            if !self.eat(k::COMMA) {
                self.expect(k::RPAR)?;
                return if self.is_star(first) { Err(Fail) } else { Ok(first) };
            }
            patterns.push(first);
            while !self.at(k::RPAR) {
                patterns.push(self.maybe_star_pattern()?);
                if !self.eat(k::COMMA) {
                    break;
                }
            }
        }
        self.expect(k::RPAR)?;
        let patterns = self.slice(&patterns);
        Ok(self.pattern_node(start, PatternKind::MatchSequence { patterns }))
    }

    // [maybe_star_pattern (',' maybe_star_pattern)* [',']] close
    fn sequence_items(&mut self, close: Kind) -> Parsed<&'a [&'a Pattern<'a>]> {
        let mut patterns = Vec::new();
        while !self.at(close) {
            patterns.push(self.maybe_star_pattern()?);
            if !self.eat(k::COMMA) {
                break;
            }
        }
        self.expect(close)?;
        Ok(self.slice(&patterns))
    }

    // mapping_pattern: '{' [key_value_pattern (',' key_value_pattern)*] [',' '**' NAME] [','] '}'
    fn mapping_pattern(&mut self) -> Parsed<&'a Pattern<'a>> {
        let start = self.pos;
        self.expect(k::LBRACE)?;
        let base = self.exprs.len();
        let mut patterns = Vec::new();
        let mut rest = None;
        while !self.at(k::RBRACE) {
            if rest.is_some() {
                return Err(Fail);
            }
            if self.eat(k::DOUBLESTAR) {
                rest = Some(self.capture_target()?);
            } else {
                let key = self.mapping_key()?;
                self.exprs.push(key);
                self.expect(k::COLON)?;
                patterns.push(self.pattern()?);
            }
            if !self.eat(k::COMMA) {
                break;
            }
        }
        self.expect(k::RBRACE)?;
        let keys = self.take_exprs(base);
        let patterns = self.slice(&patterns);
        Ok(self.pattern_node(start, PatternKind::MatchMapping { keys, patterns, rest }))
    }

    // literal_expr | attr
    fn mapping_key(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let value = match self.kind() {
            k::NUMBER | k::MINUS => return self.signed_or_complex(),
            k::STRING | k::FSTRING_START | k::TSTRING_START => return self.strings(),
            k::NAME => {
                let key = self.name_or_attr()?;
                return if key.as_name().is_some() { Err(Fail) } else { Ok(key) };
            }
            k::NONE => Constant::None,
            k::TRUE => Constant::True,
            k::FALSE => Constant::False,
            _ => return Err(Fail),
        };
        self.advance();
        Ok(self.expr(start, ExprKind::Constant { value, kind: None }))
    }

    // class_pattern: name_or_attr '(' [pattern (',' pattern)*] [NAME '=' pattern ..] [','] ')'
    fn class_pattern(&mut self, start: TokenIndex, cls: &'a Expr<'a>) -> Parsed<&'a Pattern<'a>> {
        self.expect(k::LPAR)?;
        let mut patterns = Vec::new();
        let mut kwd_attrs = Vec::new();
        let mut kwd_patterns = Vec::new();
        while !self.at(k::RPAR) {
            if self.at(k::NAME) && self.kind_after(1) == k::EQUAL {
                kwd_attrs.push(self.name()?);
                self.expect(k::EQUAL)?;
                kwd_patterns.push(self.pattern()?);
            } else if kwd_attrs.is_empty() {
                patterns.push(self.pattern()?);
            } else {
                return Err(Fail);
            }
            if !self.eat(k::COMMA) {
                break;
            }
        }
        self.expect(k::RPAR)?;
        let kind = PatternKind::MatchClass {
            cls,
            patterns: self.slice(&patterns),
            kwd_attrs: self.slice(&kwd_attrs),
            kwd_patterns: self.slice(&kwd_patterns),
        };
        Ok(self.pattern_node(start, kind))
    }
}
