//! Expressions, except those that have a file of their own.

use std::sync::Arc;

use bytecode::oparg::{self, BinaryOp, Intrinsic1, Resume};
use bytecode::{Const, Opcode};
use parser::ast::{BoolOp, CmpOp, Constant, Expr, ExprKind, Operator, Range, UnaryOp};

use super::consts::constant;
use super::units::ScopeType;
use super::{Compiler, Ctx, Result, STACK_USE_GUIDELINE, loc};
use crate::instrs::{Label, Location};

pub(super) fn binary_op(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Sub => BinaryOp::Subtract,
        Operator::Mult => BinaryOp::Multiply,
        Operator::MatMult => BinaryOp::MatrixMultiply,
        Operator::Div => BinaryOp::TrueDivide,
        Operator::Mod => BinaryOp::Remainder,
        Operator::Pow => BinaryOp::Power,
        Operator::LShift => BinaryOp::Lshift,
        Operator::RShift => BinaryOp::Rshift,
        Operator::BitOr => BinaryOp::Or,
        Operator::BitXor => BinaryOp::Xor,
        Operator::BitAnd => BinaryOp::And,
        Operator::FloorDiv => BinaryOp::FloorDivide,
    }
}

fn is_constant(expr: Option<&Expr<'_>>) -> bool {
    expr.is_none_or(|expr| matches!(expr.kind, ExprKind::Constant { .. }))
}

/// The bounds of a slice without a step that is not made of constants only: such a
/// slice object is never built.
pub(super) fn two_part_slice<'a>(
    slice: &Expr<'a>,
) -> Option<(Option<&'a Expr<'a>>, Option<&'a Expr<'a>>)> {
    match slice.kind {
        ExprKind::Slice { lower, upper, step: None }
            if !(is_constant(lower) && is_constant(upper)) =>
        {
            Some((lower, upper))
        }
        _ => None,
    }
}

/// Where an attribute access over several lines starts: at the attribute's name.
pub(super) fn attr_location(mut at: Location, attribute: Range, attr: &str) -> Location {
    let end_lineno = attribute.end_lineno as i32;
    if at.lineno != end_lineno {
        at.lineno = end_lineno;
        let len = attr.chars().count() as i32;
        let end_col = attribute.end_col_offset as i32;
        if len <= end_col {
            at.col_offset = end_col - len;
        } else {
            at.col_offset = -1;
            at.end_col_offset = -1;
        }
        // Trees made by programs may say anything.
        at.end_lineno = at.end_lineno.max(at.lineno);
        if at.lineno == at.end_lineno {
            at.end_col_offset = at.end_col_offset.max(at.col_offset);
        }
    }
    at
}

impl<'a> Compiler<'a> {
    pub(super) fn expr(&mut self, e: &'a Expr<'a>) -> Result {
        let at = loc(e.range);
        // The two commonest first, before the check of the stack: they do not recurse.
        match e.kind {
            ExprKind::Name { id, ctx } => return self.nameop(at, id, ctx),
            ExprKind::Constant { value, .. } => {
                self.load_const(at, constant(value));
                return Ok(());
            }
            _ => {}
        }
        self.guard.check()?;
        match e.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => {}
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_i(at, Opcode::Copy, 1);
                self.expr(target)?;
            }
            ExprKind::BoolOp { op, values } => self.bool_op(at, op, values)?,
            ExprKind::BinOp { .. } => self.bin_op(e)?,
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                match op {
                    UnaryOp::UAdd => self.intrinsic_1(at, Intrinsic1::UnaryPositive),
                    UnaryOp::Not => {
                        self.op(at, Opcode::ToBool);
                        self.op(at, Opcode::UnaryNot);
                    }
                    UnaryOp::Invert => self.op(at, Opcode::UnaryInvert),
                    UnaryOp::USub => self.op(at, Opcode::UnaryNegative),
                }
            }
            ExprKind::Lambda { args, body } => self.lambda(e, args, body)?,
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next = self.new_label();
                self.jump_if(test, next, false)?;
                self.expr(body)?;
                self.jump(Location::NONE, Opcode::JumpNoInterrupt, end);
                self.use_label(next);
                self.expr(orelse)?;
                self.use_label(end);
            }
            ExprKind::Dict { keys, values } => self.dict(at, keys, values)?,
            ExprKind::Set { elts } => {
                let ops = (Opcode::BuildSet, Opcode::SetAdd, Opcode::SetUpdate);
                self.star_unpack(at, elts, None, 0, ops, false)?;
            }
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => self.comprehension(e)?,
            ExprKind::Yield { value } => {
                if !self.block().is_function_like() {
                    return self.error(at, "'yield' outside function");
                }
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_none(at),
                }
                self.yield_value(at);
            }
            ExprKind::YieldFrom { value } => {
                if !self.block().is_function_like() {
                    return self.error(at, "'yield from' outside function");
                }
                if self.u.scope == ScopeType::AsyncFunction {
                    return self.error(at, "'yield from' inside async function");
                }
                self.expr(value)?;
                self.op(at, Opcode::GetYieldFromIter);
                self.load_none(at);
                self.yield_from(at, false);
            }
            ExprKind::Await { value } => {
                self.expr(value)?;
                self.op_i(at, Opcode::GetAwaitable, 0);
                self.load_none(at);
                self.yield_from(at, true);
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.compare(e.range, left, ops, comparators)?;
            }
            ExprKind::Call { func, args, keywords } => self.call(e, func, args, keywords)?,
            ExprKind::JoinedStr { values } => self.joined_str(at, values)?,
            ExprKind::TemplateStr { values } => self.template_str(at, values)?,
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(at, value, conversion, format_spec)?;
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.interpolation(at, value, str, conversion, format_spec)?;
            }
            ExprKind::Attribute { value, attr, ctx } => self.attribute(e, value, attr, ctx)?,
            ExprKind::Subscript { value, slice, ctx } => {
                self.subscript(at, value, slice, ctx)?;
            }
            ExprKind::Starred { ctx, .. } => {
                let msg = match ctx {
                    Ctx::Store => "starred assignment target must be in a list or tuple",
                    Ctx::Load | Ctx::Del => "can't use starred expression here",
                };
                return self.error(at, msg);
            }
            ExprKind::Slice { lower, upper, step } => self.slice(at, lower, upper, step)?,
            ExprKind::List { elts, ctx } => self.sequence(at, elts, ctx, false)?,
            ExprKind::Tuple { elts, ctx } => self.sequence(at, elts, ctx, true)?,
        }
        Ok(())
    }

    /// Long sums lean to the left; their depth is walked in a loop.
    fn bin_op(&mut self, e: &'a Expr<'a>) -> Result {
        let mut spine = Vec::new();
        let mut leftmost = e;
        while let ExprKind::BinOp { left, op, right } = leftmost.kind {
            spine.push((op, right, leftmost.range));
            leftmost = left;
        }
        self.expr(leftmost)?;
        for &(op, right, range) in spine.iter().rev() {
            self.expr(right)?;
            self.binary(loc(range), binary_op(op));
        }
        Ok(())
    }

    fn bool_op(&mut self, at: Location, op: BoolOp, values: &[&'a Expr<'a>]) -> Result {
        let jump = match op {
            BoolOp::And => Opcode::JumpIfFalse,
            BoolOp::Or => Opcode::JumpIfTrue,
        };
        let end = self.new_label();
        if let Some((last, others)) = values.split_last() {
            for value in others {
                self.expr(value)?;
                self.jump(at, jump, end);
                self.op(at, Opcode::PopTop);
            }
            self.expr(last)?;
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn add_compare(&mut self, at: Location, op: CmpOp) {
        let op = match op {
            CmpOp::Eq => oparg::CompareOp::Eq,
            CmpOp::NotEq => oparg::CompareOp::Ne,
            CmpOp::Lt => oparg::CompareOp::Lt,
            CmpOp::LtE => oparg::CompareOp::Le,
            CmpOp::Gt => oparg::CompareOp::Gt,
            CmpOp::GtE => oparg::CompareOp::Ge,
            CmpOp::Is => return self.op_i(at, Opcode::IsOp, 0),
            CmpOp::IsNot => return self.op_i(at, Opcode::IsOp, 1),
            CmpOp::In => return self.op_i(at, Opcode::ContainsOp, 0),
            CmpOp::NotIn => return self.op_i(at, Opcode::ContainsOp, 1),
        };
        self.compare_op(at, op);
    }

    fn compare(
        &mut self,
        range: Range,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: &[&'a Expr<'a>],
    ) -> Result {
        let at = loc(range);
        self.check_compare(range, left, ops, comparators);
        self.expr(left)?;
        let pairs = ops.iter().copied().zip(comparators.iter().copied());
        let n = ops.len().min(comparators.len());
        if n <= 1 {
            for (op, right) in pairs {
                self.expr(right)?;
                self.add_compare(at, op);
            }
            return Ok(());
        }
        let cleanup = self.new_label();
        for (index, (op, right)) in pairs.enumerate() {
            self.expr(right)?;
            if index + 1 < n {
                self.op_i(at, Opcode::Swap, 2);
                self.op_i(at, Opcode::Copy, 2);
                self.add_compare(at, op);
                self.op_i(at, Opcode::Copy, 1);
                self.op(at, Opcode::ToBool);
                self.jump(at, Opcode::PopJumpIfFalse, cleanup);
                self.op(at, Opcode::PopTop);
            } else {
                self.add_compare(at, op);
            }
        }
        let end = self.new_label();
        self.jump(Location::NONE, Opcode::JumpNoInterrupt, end);
        self.use_label(cleanup);
        self.op_i(at, Opcode::Swap, 2);
        self.op(at, Opcode::PopTop);
        self.use_label(end);
        Ok(())
    }

    /// Jumps to `next` if the truth of `e` is `cond`, without making a bool of it where
    /// the shape of `e` allows.
    pub(super) fn jump_if(&mut self, e: &'a Expr<'a>, next: Label, cond: bool) -> Result {
        self.guard.check()?;
        let jump = if cond { Opcode::PopJumpIfTrue } else { Opcode::PopJumpIfFalse };
        match e.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => {
                return self.jump_if(operand, next, !cond);
            }
            ExprKind::BoolOp { op, values } => {
                let cond2 = op == BoolOp::Or;
                let next2 = if cond2 == cond { next } else { self.new_label() };
                if let Some((last, others)) = values.split_last() {
                    for value in others {
                        self.jump_if(value, next2, cond2)?;
                    }
                    self.jump_if(last, next, cond)?;
                }
                if next2 != next {
                    self.use_label(next2);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next2 = self.new_label();
                self.jump_if(test, next2, false)?;
                self.jump_if(body, next, cond)?;
                self.jump(Location::NONE, Opcode::JumpNoInterrupt, end);
                self.use_label(next2);
                self.jump_if(orelse, next, cond)?;
                self.use_label(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() > 1 => {
                let at = loc(e.range);
                self.check_compare(e.range, left, ops, comparators);
                let cleanup = self.new_label();
                self.expr(left)?;
                let last = ops.len() - 1;
                for (index, (&op, right)) in ops.iter().zip(comparators).enumerate() {
                    self.expr(right)?;
                    if index < last {
                        self.op_i(at, Opcode::Swap, 2);
                        self.op_i(at, Opcode::Copy, 2);
                        self.add_compare(at, op);
                        self.op(at, Opcode::ToBool);
                        self.jump(at, Opcode::PopJumpIfFalse, cleanup);
                    } else {
                        self.add_compare(at, op);
                        self.op(at, Opcode::ToBool);
                        self.jump(at, jump, next);
                    }
                }
                let end = self.new_label();
                self.jump(Location::NONE, Opcode::JumpNoInterrupt, end);
                self.use_label(cleanup);
                self.op(at, Opcode::PopTop);
                if !cond {
                    self.jump(Location::NONE, Opcode::JumpNoInterrupt, next);
                }
                self.use_label(end);
                return Ok(());
            }
            _ => {}
        }
        self.expr(e)?;
        let at = loc(e.range);
        self.op(at, Opcode::ToBool);
        self.jump(at, jump, next);
        Ok(())
    }

    pub(super) fn yield_value(&mut self, at: Location) {
        let block = self.block();
        if block.generator && block.coroutine {
            self.intrinsic_1(at, Intrinsic1::AsyncGenWrap);
        }
        self.op_i(at, Opcode::YieldValue, 0);
        self.op_i(at, Opcode::Resume, Resume::AfterYield as u32);
    }

    /// Delegates to the iterator or awaitable below the value on the stack.
    pub(super) fn yield_from(&mut self, at: Location, is_await: bool) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.use_label(send);
        self.jump(at, Opcode::Send, exit);
        // A virtual `try`: only close() and throw() make the yield raise.
        self.jump(at, Opcode::SetupFinally, fail);
        self.op_i(at, Opcode::YieldValue, 1);
        self.op(Location::NONE, Opcode::PopBlock);
        let resume = if is_await { Resume::AfterAwait } else { Resume::AfterYieldFrom };
        self.op_i(at, Opcode::Resume, resume as u32);
        self.jump(at, Opcode::JumpNoInterrupt, send);
        self.use_label(fail);
        self.op(at, Opcode::CleanupThrow);
        self.use_label(exit);
        self.op(at, Opcode::EndSend);
    }

    fn attribute(
        &mut self,
        e: &'a Expr<'a>,
        value: &'a Expr<'a>,
        attr: &'a str,
        ctx: Ctx,
    ) -> Result {
        let at = loc(e.range);
        if ctx == Ctx::Load && self.can_optimize_super(value, attr) {
            let two_args = self.super_args(value)?;
            let index = self.name_index(attr);
            let arg = oparg::pack_super_attr(index, false, two_args);
            self.op_i(at, Opcode::LoadSuperAttr, arg);
            self.op(attr_location(at, e.range, attr), Opcode::Nop);
            return Ok(());
        }
        if ctx == Ctx::Store && value.as_name() == Some("self") {
            self.add_static_attribute(attr);
        }
        self.expr(value)?;
        let at = attr_location(at, e.range, attr);
        match ctx {
            Ctx::Load => self.load_attr(at, attr),
            Ctx::Store => self.op_name(at, Opcode::StoreAttr, attr),
            Ctx::Del => self.op_name(at, Opcode::DeleteAttr, attr),
        }
        Ok(())
    }

    fn subscript(
        &mut self,
        at: Location,
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: Ctx,
    ) -> Result {
        if ctx == Ctx::Load {
            self.check_subscripter(value);
            self.check_index(value, slice);
        }
        self.expr(value)?;
        match two_part_slice(slice) {
            Some((lower, upper)) if ctx != Ctx::Del => {
                self.slice_parts(loc(slice.range), lower, upper)?;
                let store = ctx == Ctx::Store;
                self.op(at, if store { Opcode::StoreSlice } else { Opcode::BinarySlice });
            }
            _ => {
                self.expr(slice)?;
                match ctx {
                    Ctx::Load => self.binary(at, BinaryOp::Subscr),
                    Ctx::Store => self.op(at, Opcode::StoreSubscr),
                    Ctx::Del => self.op(at, Opcode::DeleteSubscr),
                }
            }
        }
        Ok(())
    }

    pub(super) fn slice_parts(
        &mut self,
        at: Location,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
    ) -> Result {
        for part in [lower, upper] {
            match part {
                Some(part) => self.expr(part)?,
                None => self.load_none(at),
            }
        }
        Ok(())
    }

    fn slice(
        &mut self,
        at: Location,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    ) -> Result {
        if is_constant(lower) && is_constant(upper) && is_constant(step) {
            let part = |part: Option<&Expr<'a>>| {
                constant(part.and_then(Expr::as_constant).unwrap_or(Constant::None))
            };
            let parts = [part(lower), part(upper), part(step)];
            self.load_const(at, Const::Slice(Arc::new(parts)));
            return Ok(());
        }
        self.slice_parts(at, lower, upper)?;
        let mut count = 2;
        if let Some(step) = step {
            count = 3;
            self.expr(step)?;
        }
        self.op_i(at, Opcode::BuildSlice, count);
        Ok(())
    }

    fn sequence(&mut self, at: Location, elts: &[&'a Expr<'a>], ctx: Ctx, tuple: bool) -> Result {
        match ctx {
            Ctx::Store => self.unpack_targets(at, elts),
            Ctx::Load => {
                let ops = (Opcode::BuildList, Opcode::ListAppend, Opcode::ListExtend);
                self.star_unpack(at, elts, None, 0, ops, tuple)
            }
            Ctx::Del => self.exprs(elts),
        }
    }

    fn unpack_targets(&mut self, at: Location, elts: &[&'a Expr<'a>]) -> Result {
        let mut seen_star = false;
        for (before, elt) in elts.iter().enumerate() {
            if !matches!(elt.kind, ExprKind::Starred { .. }) {
                continue;
            }
            if seen_star {
                return self.error(at, "multiple starred expressions in assignment");
            }
            let after = elts.len() - before - 1;
            if before >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                return self.error(at, "too many expressions in star-unpacking assignment");
            }
            self.op_i(at, Opcode::UnpackEx, oparg::pack_unpack_ex(before as u32, after as u32));
            seen_star = true;
        }
        if !seen_star {
            self.op_i(at, Opcode::UnpackSequence, elts.len() as u32);
        }
        for elt in elts {
            match elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    /// A display, or the positional arguments of a call, of which `pushed` are on the
    /// stack already. `ops` build, add one, and add all of an iterable.
    pub(super) fn star_unpack(
        &mut self,
        at: Location,
        elts: &[&'a Expr<'a>],
        injected: Option<&'a str>,
        pushed: usize,
        ops: (Opcode, Opcode, Opcode),
        tuple: bool,
    ) -> Result {
        let (build, add, extend) = ops;
        let total = elts.len() + pushed + usize::from(injected.is_some());
        let big = total > STACK_USE_GUIDELINE;
        let starred = elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. }));
        if !starred && !big {
            self.exprs(elts)?;
            if let Some(name) = injected {
                self.nameop(at, name, Ctx::Load)?;
            }
            self.op_i(at, if tuple { Opcode::BuildTuple } else { build }, total as u32);
            return Ok(());
        }
        let mut built = big;
        if big {
            self.op_i(at, build, pushed as u32);
        }
        for (index, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = elt.kind {
                if !built {
                    self.op_i(at, build, (index + pushed) as u32);
                    built = true;
                }
                self.expr(value)?;
                self.op_i(at, extend, 1);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_i(at, add, 1);
                }
            }
        }
        if let Some(name) = injected {
            self.nameop(at, name, Ctx::Load)?;
            self.op_i(at, add, 1);
        }
        if tuple {
            self.intrinsic_1(at, Intrinsic1::ListToTuple);
        }
        Ok(())
    }

    fn dict(
        &mut self,
        at: Location,
        keys: &[Option<&'a Expr<'a>>],
        values: &[&'a Expr<'a>],
    ) -> Result {
        // Entries not yet built, ending before `index`.
        let mut elements = 0;
        let mut have_dict = false;
        for (index, (key, value)) in keys.iter().zip(values).enumerate() {
            if key.is_none() {
                if elements > 0 {
                    self.subdict(at, keys, values, index - elements, index)?;
                    if have_dict {
                        self.op_i(at, Opcode::DictUpdate, 1);
                    }
                    have_dict = true;
                    elements = 0;
                }
                if !have_dict {
                    self.op_i(at, Opcode::BuildMap, 0);
                    have_dict = true;
                }
                self.expr(value)?;
                self.op_i(at, Opcode::DictUpdate, 1);
            } else if elements * 2 > STACK_USE_GUIDELINE {
                self.subdict(at, keys, values, index - elements, index + 1)?;
                if have_dict {
                    self.op_i(at, Opcode::DictUpdate, 1);
                }
                have_dict = true;
                elements = 0;
            } else {
                elements += 1;
            }
        }
        if elements > 0 {
            let n = values.len();
            self.subdict(at, keys, values, n - elements, n)?;
            if have_dict {
                self.op_i(at, Opcode::DictUpdate, 1);
            }
            have_dict = true;
        }
        if !have_dict {
            self.op_i(at, Opcode::BuildMap, 0);
        }
        Ok(())
    }

    fn subdict(
        &mut self,
        at: Location,
        keys: &[Option<&'a Expr<'a>>],
        values: &[&'a Expr<'a>],
        begin: usize,
        end: usize,
    ) -> Result {
        let n = end - begin;
        let big = n * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_i(at, Opcode::BuildMap, 0);
        }
        for (key, value) in keys[begin..end].iter().zip(&values[begin..end]) {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if big {
                self.op_i(at, Opcode::MapAdd, 1);
            }
        }
        if !big {
            self.op_i(at, Opcode::BuildMap, n as u32);
        }
        Ok(())
    }
}
