//! Expressions above the primaries: tuples without brackets, conditional expressions,
//! boolean and binary operators, comparisons, `yield`.

use crate::ast::{BoolOp, CmpOp, Expr, ExprContext, ExprKind, Operator, UnaryOp};
use crate::kind::{Kind, k};
use crate::parser::{Fail, Parsed, Parser};
use crate::tokens::TokenIndex;

/// Binding strength and operator of a binary operator; every other token answers 0.
const fn binary_operator(kind: Kind) -> (u8, Operator) {
    match kind {
        k::VBAR => (1, Operator::BitOr),
        k::CIRCUMFLEX => (2, Operator::BitXor),
        k::AMPER => (3, Operator::BitAnd),
        k::LEFTSHIFT => (4, Operator::LShift),
        k::RIGHTSHIFT => (4, Operator::RShift),
        k::PLUS => (5, Operator::Add),
        k::MINUS => (5, Operator::Sub),
        k::STAR => (6, Operator::Mult),
        k::SLASH => (6, Operator::Div),
        k::DOUBLESLASH => (6, Operator::FloorDiv),
        k::PERCENT => (6, Operator::Mod),
        k::AT => (6, Operator::MatMult),
        _ => (0, Operator::Add),
    }
}

static BINARY: [(u8, Operator); 256] = {
    let mut table = [(0, Operator::Add); 256];
    let mut index = 0;
    while index < 256 {
        table[index] = binary_operator(Kind::at_index(index as u8));
        index += 1;
    }
    table
};

impl<'a> Parser<'a, '_> {
    // star_expressions: star_expression (',' star_expression)* [',']
    pub(crate) fn star_expressions(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.star_expression()?;
        if !self.at(k::COMMA) {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(k::COMMA) && self.kind().starts_star_expression() {
            let element = self.star_expression()?;
            self.exprs.push(element);
        }
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
    }

    // expressions: expression (',' expression)* [',']
    pub(crate) fn expressions(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.expression()?;
        if self.at(k::COMMA) { self.rest_of_expressions(start, first) } else { Ok(first) }
    }

    /// The tuple whose first element is read and followed by a comma.
    pub(crate) fn rest_of_expressions(
        &mut self,
        start: TokenIndex,
        first: &'a Expr<'a>,
    ) -> Parsed<&'a Expr<'a>> {
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(k::COMMA) && self.kind().starts_expression() {
            let element = self.expression()?;
            self.exprs.push(element);
        }
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
    }

    // star_expression: '*' bitwise_or | expression
    #[inline]
    pub(crate) fn star_expression(&mut self) -> Parsed<&'a Expr<'a>> {
        if self.at(k::STAR) { self.starred() } else { self.expression() }
    }

    // star_named_expression: '*' bitwise_or | named_expression
    #[inline]
    pub(crate) fn star_named_expression(&mut self) -> Parsed<&'a Expr<'a>> {
        if self.at(k::STAR) { self.starred() } else { self.named_expression() }
    }

    fn starred(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::STAR)?;
        let value = self.bitwise_or()?;
        Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Load }))
    }

    // named_expression: NAME ':=' expression | expression
    #[inline]
    pub(crate) fn named_expression(&mut self) -> Parsed<&'a Expr<'a>> {
        if self.at(k::NAME) && self.kind_after(1) == k::COLONEQUAL {
            self.assignment_expression()
        } else {
            self.expression()
        }
    }

    fn assignment_expression(&mut self) -> Parsed<&'a Expr<'a>> {
        self.since(8)?;
        let start = self.pos;
        let id = self.name()?;
        let target = self.expr(start, ExprKind::Name { id, ctx: ExprContext::Store });
        self.expect(k::COLONEQUAL)?;
        let value = self.expression()?;
        Ok(self.expr(start, ExprKind::NamedExpr { target, value }))
    }

    // annotated_rhs: yield_expr | star_expressions
    pub(crate) fn annotated_rhs(&mut self) -> Parsed<&'a Expr<'a>> {
        if self.at(k::YIELD) { self.yield_expr() } else { self.star_expressions() }
    }

    // yield_expr: 'yield' 'from' expression | 'yield' [star_expressions]
    pub(crate) fn yield_expr(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::YIELD)?;
        if self.eat(k::FROM) {
            let value = self.expression()?;
            return Ok(self.expr(start, ExprKind::YieldFrom { value }));
        }
        let value = if self.kind().starts_star_expression() {
            Some(self.star_expressions()?)
        } else {
            None
        };
        Ok(self.expr(start, ExprKind::Yield { value }))
    }

    // expression: disjunction 'if' disjunction 'else' expression | disjunction | lambdef
    pub(crate) fn expression(&mut self) -> Parsed<&'a Expr<'a>> {
        if self.at(k::LAMBDA) {
            return self.nest(2, Self::lambdef);
        }
        let start = self.pos;
        let body = self.disjunction()?;
        if !self.eat(k::IF) {
            return Ok(body);
        }
        let test = self.disjunction()?;
        self.expect(k::ELSE)?;
        let orelse = self.nest(1, Self::expression)?;
        Ok(self.expr(start, ExprKind::IfExp { test, body, orelse }))
    }

    // disjunction: conjunction ('or' conjunction)*
    #[inline]
    pub(crate) fn disjunction(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.conjunction()?;
        if !self.at(k::OR) {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(k::OR) {
            let operand = self.conjunction()?;
            self.exprs.push(operand);
        }
        let values = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::BoolOp { op: BoolOp::Or, values }))
    }

    // conjunction: inversion ('and' inversion)*
    #[inline]
    fn conjunction(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.inversion()?;
        if !self.at(k::AND) {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(k::AND) {
            let operand = self.inversion()?;
            self.exprs.push(operand);
        }
        let values = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::BoolOp { op: BoolOp::And, values }))
    }

    // inversion: 'not' inversion | comparison
    #[inline]
    fn inversion(&mut self) -> Parsed<&'a Expr<'a>> {
        if self.at(k::NOT) { self.not_test() } else { self.comparison() }
    }

    fn not_test(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::NOT)?;
        let operand = self.nest(1, Self::inversion)?;
        Ok(self.expr(start, ExprKind::UnaryOp { op: UnaryOp::Not, operand }))
    }

    // comparison: bitwise_or (compare_op bitwise_or)*
    fn comparison(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let left = self.bitwise_or()?;
        let Some(op) = self.compare_op()? else { return Ok(left) };
        let base = self.exprs.len();
        let right = self.bitwise_or()?;
        self.exprs.push(right);
        let ops = match self.compare_op()? {
            None => self.slice(&[op]),
            Some(second) => {
                let mut ops = vec![op, second];
                loop {
                    let right = self.bitwise_or()?;
                    self.exprs.push(right);
                    match self.compare_op()? {
                        Some(op) => ops.push(op),
                        None => break self.slice(&ops),
                    }
                }
            }
        };
        let comparators = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Compare { left, ops, comparators }))
    }

    /// Takes a comparison operator if one comes next.
    #[inline]
    fn compare_op(&mut self) -> Parsed<Option<CmpOp>> {
        let op = match self.kind() {
            k::EQEQUAL => CmpOp::Eq,
            k::LESS => CmpOp::Lt,
            k::LESSEQUAL => CmpOp::LtE,
            k::GREATER => CmpOp::Gt,
            k::GREATEREQUAL => CmpOp::GtE,
            k::IN => CmpOp::In,
            k::NOTEQUAL => {
                // PEP 401: with Barry as uncle, `<>` is the only spelling.
                if (self.text() == "<>") != self.barry {
                    return Err(Fail);
                }
                CmpOp::NotEq
            }
            k::IS if self.kind_after(1) == k::NOT => {
                self.advance();
                CmpOp::IsNot
            }
            k::IS => CmpOp::Is,
            k::NOT if self.kind_after(1) == k::IN => {
                self.advance();
                CmpOp::NotIn
            }
            _ => return Ok(None),
        };
        self.advance();
        Ok(Some(op))
    }

    #[inline]
    pub(crate) fn bitwise_or(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let left = self.factor()?;
        if BINARY[self.kind().index()].0 == 0 {
            return Ok(left);
        }
        self.binary(start, left, 1)
    }

    /// bitwise_or, bitwise_xor, bitwise_and, shift_expr, sum, term: the operators that bind
    /// at least as strongly as `least`, after their first operand.
    fn binary(
        &mut self,
        start: TokenIndex,
        mut left: &'a Expr<'a>,
        least: u8,
    ) -> Parsed<&'a Expr<'a>> {
        loop {
            let (strength, op) = BINARY[self.kind().index()];
            if strength < least || strength == 0 {
                return Ok(left);
            }
            if op == Operator::MatMult {
                self.since(5)?;
            }
            self.advance();
            let operand = self.pos;
            let mut right = self.factor()?;
            if BINARY[self.kind().index()].0 > strength {
                right = self.binary(operand, right, strength + 1)?;
            }
            left = self.expr(start, ExprKind::BinOp { left, op, right });
        }
    }

    // factor: ('+' | '-' | '~') factor | power
    #[inline]
    fn factor(&mut self) -> Parsed<&'a Expr<'a>> {
        match self.kind() {
            k::MINUS => self.unary(UnaryOp::USub),
            k::PLUS => self.unary(UnaryOp::UAdd),
            k::TILDE => self.unary(UnaryOp::Invert),
            _ => self.power(),
        }
    }

    fn unary(&mut self, op: UnaryOp) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.advance();
        let operand = self.nest(1, Self::factor)?;
        Ok(self.expr(start, ExprKind::UnaryOp { op, operand }))
    }

    // power: await_primary '**' factor | await_primary
    #[inline]
    fn power(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let left = if self.at(k::AWAIT) { self.await_primary()? } else { self.primary()? };
        if !self.at(k::DOUBLESTAR) {
            return Ok(left);
        }
        self.advance();
        let right = self.nest(2, Self::factor)?;
        Ok(self.expr(start, ExprKind::BinOp { left, op: Operator::Pow, right }))
    }

    // await_primary: 'await' primary | primary
    fn await_primary(&mut self) -> Parsed<&'a Expr<'a>> {
        self.since(5)?;
        let start = self.pos;
        self.expect(k::AWAIT)?;
        let value = self.primary()?;
        Ok(self.expr(start, ExprKind::Await { value }))
    }
}
