//! `match` (PEP 634). Every pattern consumes the subject on top of the stack and jumps
//! out through `fail_pop` if it does not match; names are only stored once the whole
//! pattern has matched, and wait on the stack below the `on_top` items in use.

use bytecode::oparg::{self, BinaryOp, CompareOp};
use bytecode::{Const, Opcode};
use parser::ast::{Constant, Expr, ExprKind, MatchCase, Pattern, PatternKind, Range};

use super::consts::constant;
use super::{Compiler, Ctx, Result, loc};
use crate::instrs::{Label, Location};
use crate::unparse::{constant_repr, str_repr};

#[derive(Default)]
struct Context<'a> {
    /// Names captured so far, in the order of their values on the stack.
    stores: Vec<&'a str>,
    allow_irrefutable: bool,
    /// Jumping to label i pops i items on the way out.
    fail_pop: Vec<Label>,
    on_top: usize,
}

fn is_wildcard(pattern: &Pattern<'_>) -> bool {
    matches!(pattern.kind, PatternKind::MatchAs { name: None, .. })
}

impl<'a> Compiler<'a> {
    pub(super) fn match_stmt(
        &mut self,
        subject: &'a Expr<'a>,
        cases: &'a [MatchCase<'a>],
    ) -> Result {
        self.expr(subject)?;
        let end = self.new_label();
        let Some((last, others)) = cases.split_last() else { return Ok(()) };
        let has_default = is_wildcard(last.pattern) && cases.len() > 1;
        let tested = if has_default { others } else { cases };
        for (index, case) in tested.iter().enumerate() {
            let at = loc(case.pattern.range);
            let keep_subject = index + 1 != tested.len();
            if keep_subject {
                self.op_i(at, Opcode::Copy, 1);
            }
            let mut context = Context {
                allow_irrefutable: case.guard.is_some() || index + 1 == cases.len(),
                ..Context::default()
            };
            self.pattern(case.pattern, &mut context)?;
            for &name in &context.stores {
                self.nameop(at, name, Ctx::Store)?;
            }
            if let Some(guard) = case.guard {
                self.ensure_fail_pop(&mut context, 0);
                self.jump_if(guard, context.fail_pop[0], false)?;
            }
            if keep_subject {
                self.op(Location::NEXT, Opcode::PopTop);
            }
            self.stmts(case.body)?;
            self.jump(Location::NONE, Opcode::Jump, end);
            // The cleanup belongs to the pattern that failed.
            self.emit_fail_pop(at, &mut context);
        }
        if has_default {
            // Shows that the case was reached.
            self.op(loc(last.pattern.range), Opcode::Nop);
            if let Some(guard) = last.guard {
                self.jump_if(guard, end, false)?;
            }
            self.stmts(last.body)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn ensure_fail_pop(&mut self, context: &mut Context<'a>, n: usize) {
        while context.fail_pop.len() <= n {
            let label = self.new_label();
            context.fail_pop.push(label);
        }
    }

    /// Jumps out, popping what is in use and what was captured.
    fn jump_to_fail_pop(&mut self, at: Location, context: &mut Context<'a>, jump: Opcode) {
        let pops = context.on_top + context.stores.len();
        self.ensure_fail_pop(context, pops);
        self.jump(at, jump, context.fail_pop[pops]);
    }

    fn emit_fail_pop(&mut self, at: Location, context: &mut Context<'a>) {
        let mut labels = std::mem::take(&mut context.fail_pop);
        while let Some(label) = labels.pop() {
            self.use_label(label);
            if !labels.is_empty() {
                self.op(at, Opcode::PopTop);
            }
        }
    }

    fn rotate(&mut self, at: Location, count: usize) {
        for count in (2..=count).rev() {
            self.op_i(at, Opcode::Swap, count as u32);
        }
    }

    fn duplicate_store<T>(&self, at: Location, name: &str) -> Result<T> {
        let name = str_repr(name.as_bytes());
        self.error(at, format!("multiple assignments to name {name} in pattern"))
    }

    fn store_name(
        &mut self,
        at: Location,
        name: Option<&'a str>,
        context: &mut Context<'a>,
    ) -> Result {
        let Some(name) = name else {
            self.op(at, Opcode::PopTop);
            return Ok(());
        };
        if context.stores.contains(&name) {
            return self.duplicate_store(at, name);
        }
        self.rotate(at, context.on_top + context.stores.len() + 1);
        context.stores.push(name);
        Ok(())
    }

    fn pattern(&mut self, p: &'a Pattern<'a>, context: &mut Context<'a>) -> Result {
        self.guard.check()?;
        let at = loc(p.range);
        match p.kind {
            PatternKind::MatchValue { value } => {
                if !matches!(value.kind, ExprKind::Constant { .. } | ExprKind::Attribute { .. }) {
                    let msg = "patterns may only match literals and attribute lookups";
                    return self.error(at, msg);
                }
                self.expr(value)?;
                self.compare_op(at, CompareOp::Eq);
                self.op(at, Opcode::ToBool);
                self.jump_to_fail_pop(at, context, Opcode::PopJumpIfFalse);
                Ok(())
            }
            PatternKind::MatchSingleton { value } => {
                self.load_const(at, constant(value));
                self.op_i(at, Opcode::IsOp, 0);
                self.jump_to_fail_pop(at, context, Opcode::PopJumpIfFalse);
                Ok(())
            }
            PatternKind::MatchSequence { patterns } => self.pattern_sequence(at, patterns, context),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.pattern_mapping(at, keys, patterns, rest, context)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.pattern_class(at, cls, patterns, kwd_attrs, kwd_patterns, context)
            }
            PatternKind::MatchStar { name } => self.store_name(at, name, context),
            PatternKind::MatchAs { pattern, name } => self.pattern_as(at, pattern, name, context),
            PatternKind::MatchOr { patterns } => self.pattern_or(at, patterns, context),
        }
    }

    /// A pattern inside another: irrefutability does not matter.
    fn subpattern(&mut self, p: &'a Pattern<'a>, context: &mut Context<'a>) -> Result {
        let outer = std::mem::replace(&mut context.allow_irrefutable, true);
        self.pattern(p, context)?;
        context.allow_irrefutable = outer;
        Ok(())
    }

    fn pattern_as(
        &mut self,
        at: Location,
        pattern: Option<&'a Pattern<'a>>,
        name: Option<&'a str>,
        context: &mut Context<'a>,
    ) -> Result {
        let Some(pattern) = pattern else {
            if !context.allow_irrefutable {
                return match name {
                    Some(name) => {
                        let name = str_repr(name.as_bytes());
                        let msg =
                            format!("name capture {name} makes remaining patterns unreachable");
                        self.error(at, msg)
                    }
                    None => self.error(at, "wildcard makes remaining patterns unreachable"),
                };
            }
            return self.store_name(at, name, context);
        };
        // A copy to store later.
        context.on_top += 1;
        self.op_i(at, Opcode::Copy, 1);
        self.pattern(pattern, context)?;
        context.on_top -= 1;
        self.store_name(at, name, context)
    }

    fn pattern_sequence(
        &mut self,
        at: Location,
        patterns: &'a [&'a Pattern<'a>],
        context: &mut Context<'a>,
    ) -> Result {
        let size = patterns.len();
        let mut star = None;
        let mut only_wildcard = true;
        let mut star_wildcard = false;
        for (index, pattern) in patterns.iter().enumerate() {
            if let PatternKind::MatchStar { name } = pattern.kind {
                if star.is_some() {
                    return self.error(at, "multiple starred names in sequence pattern");
                }
                star_wildcard = name.is_none();
                only_wildcard &= star_wildcard;
                star = Some(index);
            } else {
                only_wildcard &= is_wildcard(pattern);
            }
        }
        context.on_top += 1;
        self.op(at, Opcode::MatchSequence);
        self.jump_to_fail_pop(at, context, Opcode::PopJumpIfFalse);
        let length = match star {
            None => Some((size, CompareOp::Eq)),
            Some(_) if size > 1 => Some((size - 1, CompareOp::Ge)),
            Some(_) => None,
        };
        if let Some((length, compare)) = length {
            self.check_length(at, length, compare, context);
        }
        context.on_top -= 1;
        if only_wildcard {
            self.op(at, Opcode::PopTop);
            return Ok(());
        }
        match star {
            Some(star) if star_wildcard => self.sequence_subscr(at, patterns, star, context),
            _ => self.sequence_unpack(at, patterns, context),
        }
    }

    fn check_length(
        &mut self,
        at: Location,
        length: usize,
        compare: CompareOp,
        context: &mut Context<'a>,
    ) {
        self.op(at, Opcode::GetLen);
        self.load_const(at, Const::Int(length as i64));
        self.compare_op(at, compare);
        self.jump_to_fail_pop(at, context, Opcode::PopJumpIfFalse);
    }

    fn sequence_unpack(
        &mut self,
        at: Location,
        patterns: &'a [&'a Pattern<'a>],
        context: &mut Context<'a>,
    ) -> Result {
        let star = patterns.iter().position(|p| matches!(p.kind, PatternKind::MatchStar { .. }));
        match star {
            Some(before) => {
                let after = patterns.len() - before - 1;
                if before >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                    let msg = "too many expressions in star-unpacking sequence pattern";
                    return self.error(at, msg);
                }
                let arg = oparg::pack_unpack_ex(before as u32, after as u32);
                self.op_i(at, Opcode::UnpackEx, arg);
            }
            None => self.op_i(at, Opcode::UnpackSequence, patterns.len() as u32),
        }
        context.on_top += patterns.len();
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        Ok(())
    }

    /// For a starred wildcard: takes only the items that are looked at.
    fn sequence_subscr(
        &mut self,
        at: Location,
        patterns: &'a [&'a Pattern<'a>],
        star: usize,
        context: &mut Context<'a>,
    ) -> Result {
        context.on_top += 1;
        for (index, pattern) in patterns.iter().enumerate() {
            if index == star || is_wildcard(pattern) {
                continue;
            }
            self.op_i(at, Opcode::Copy, 1);
            if index < star {
                self.load_const(at, Const::Int(index as i64));
            } else {
                // The subject may not support negative indices.
                self.op(at, Opcode::GetLen);
                self.load_const(at, Const::Int((patterns.len() - index) as i64));
                self.binary(at, BinaryOp::Subtract);
            }
            self.binary(at, BinaryOp::Subscr);
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 1;
        self.op(at, Opcode::PopTop);
        Ok(())
    }

    fn pattern_class(
        &mut self,
        at: Location,
        cls: &'a Expr<'a>,
        patterns: &'a [&'a Pattern<'a>],
        attrs: &'a [&'a str],
        attr_patterns: &'a [&'a Pattern<'a>],
        context: &mut Context<'a>,
    ) -> Result {
        if attrs.len() != attr_patterns.len() {
            let msg = format!(
                "kwd_attrs ({}) / kwd_patterns ({}) length mismatch in class pattern",
                attrs.len(),
                attr_patterns.len()
            );
            return self.error(at, msg);
        }
        for (index, attr) in attrs.iter().enumerate() {
            if let Some(other) = attrs[index + 1..].iter().position(|other| other == attr) {
                let range: Range = attr_patterns[index + 1 + other].range;
                let msg = format!("attribute name repeated in class pattern: {attr}");
                return self.error(loc(range), msg);
            }
        }
        self.expr(cls)?;
        self.load_names(at, attrs.iter().copied());
        self.op_i(at, Opcode::MatchClass, patterns.len() as u32);
        self.op_i(at, Opcode::Copy, 1);
        self.load_none(at);
        self.op_i(at, Opcode::IsOp, 1);
        // On top is a tuple of attributes, or None.
        context.on_top += 1;
        self.jump_to_fail_pop(at, context, Opcode::PopJumpIfFalse);
        let count = patterns.len() + attrs.len();
        self.op_i(at, Opcode::UnpackSequence, count as u32);
        context.on_top = context.on_top + count - 1;
        for pattern in patterns.iter().chain(attr_patterns) {
            context.on_top -= 1;
            if is_wildcard(pattern) {
                self.op(at, Opcode::PopTop);
            } else {
                self.subpattern(pattern, context)?;
            }
        }
        Ok(())
    }

    fn pattern_mapping(
        &mut self,
        at: Location,
        keys: &'a [&'a Expr<'a>],
        patterns: &'a [&'a Pattern<'a>],
        rest: Option<&'a str>,
        context: &mut Context<'a>,
    ) -> Result {
        let size = keys.len();
        if size != patterns.len() {
            let msg = format!(
                "keys ({size}) / patterns ({}) length mismatch in mapping pattern",
                patterns.len()
            );
            return self.error(at, msg);
        }
        context.on_top += 1;
        self.op(at, Opcode::MatchMapping);
        self.jump_to_fail_pop(at, context, Opcode::PopJumpIfFalse);
        if size == 0 && rest.is_none() {
            context.on_top -= 1;
            self.op(at, Opcode::PopTop);
            return Ok(());
        }
        if size > 0 {
            self.check_length(at, size, CompareOp::Ge, context);
        }
        let mut seen: Vec<Constant<'a>> = Vec::new();
        for key in keys {
            self.mapping_key(at, key, &mut seen)?;
        }
        self.op_i(at, Opcode::BuildTuple, size as u32);
        self.op(at, Opcode::MatchKeys);
        // Now there are the keys and the values above the subject.
        context.on_top += 2;
        self.op_i(at, Opcode::Copy, 1);
        self.load_none(at);
        self.op_i(at, Opcode::IsOp, 1);
        self.jump_to_fail_pop(at, context, Opcode::PopJumpIfFalse);
        self.op_i(at, Opcode::UnpackSequence, size as u32);
        context.on_top = context.on_top + size - 1;
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 2;
        if rest.is_some() {
            // rest = dict(subject), then del rest[key] for each key.
            self.op_i(at, Opcode::BuildMap, 0);
            self.op_i(at, Opcode::Swap, 3);
            self.op_i(at, Opcode::DictUpdate, 2);
            self.op_i(at, Opcode::UnpackSequence, size as u32);
            for left in (1..=size).rev() {
                self.op_i(at, Opcode::Copy, left as u32 + 1);
                self.op_i(at, Opcode::Swap, 2);
                self.op(at, Opcode::DeleteSubscr);
            }
            self.store_name(at, rest, context)
        } else {
            self.op(at, Opcode::PopTop);
            self.op(at, Opcode::PopTop);
            Ok(())
        }
    }

    fn mapping_key(
        &mut self,
        at: Location,
        key: &'a Expr<'a>,
        seen: &mut Vec<Constant<'a>>,
    ) -> Result {
        match key.kind {
            ExprKind::Constant { value, .. } => {
                if seen.iter().any(|other| equal(*other, value)) {
                    let key = constant_repr(value);
                    return self.error(at, format!("mapping pattern checks duplicate key ({key})"));
                }
                seen.push(value);
            }
            ExprKind::Attribute { .. } => {}
            _ => {
                let msg = "mapping pattern keys may only match literals and attribute lookups";
                return self.error(at, msg);
            }
        }
        self.expr(key)
    }

    fn pattern_or(
        &mut self,
        at: Location,
        patterns: &'a [&'a Pattern<'a>],
        context: &mut Context<'a>,
    ) -> Result {
        let end = self.new_label();
        // The names of the first alternative, in the order in which all must leave them.
        let mut control: Vec<&'a str> = Vec::new();
        for (index, alternative) in patterns.iter().enumerate() {
            let alt_at = loc(alternative.range);
            let mut inner = Context {
                allow_irrefutable: index + 1 == patterns.len() && context.allow_irrefutable,
                ..Context::default()
            };
            self.op_i(alt_at, Opcode::Copy, 1);
            self.pattern(alternative, &mut inner)?;
            if index == 0 {
                control.clone_from(&inner.stores);
            } else {
                self.match_control(at, alt_at, &control, &mut inner.stores)?;
            }
            self.jump(alt_at, Opcode::Jump, end);
            self.emit_fail_pop(alt_at, &mut inner);
        }
        // No alternative matched: drop the copy of the subject.
        self.op(at, Opcode::PopTop);
        self.jump_to_fail_pop(at, context, Opcode::Jump);
        self.use_label(end);
        // The new captures move below the subject, whatever is in use, and the captures
        // there were before.
        let rotations = control.len() + 1 + context.on_top + context.stores.len();
        for &name in &control {
            self.rotate(at, rotations);
            if context.stores.contains(&name) {
                return self.duplicate_store(at, name);
            }
            context.stores.push(name);
        }
        self.op(at, Opcode::PopTop);
        Ok(())
    }

    /// Brings the captures of an alternative into the order of the first one.
    fn match_control(
        &mut self,
        at: Location,
        alt_at: Location,
        control: &[&'a str],
        stores: &mut [&'a str],
    ) -> Result {
        let msg = "alternative patterns bind different names";
        if stores.len() != control.len() {
            return self.error(at, msg);
        }
        for wanted in (0..control.len()).rev() {
            let Some(found) = stores.iter().position(|name| *name == control[wanted]) else {
                return self.error(at, msg);
            };
            if found == wanted {
                continue;
            }
            // The items up to `found` go behind those up to `wanted`.
            stores[..=wanted].rotate_left(found + 1);
            for _ in 0..=found {
                self.rotate(alt_at, wanted + 1);
            }
        }
        Ok(())
    }
}

/// Equality as dict keys see it: numbers compare across types.
fn equal(a: Constant<'_>, b: Constant<'_>) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// A number that fits: as (integer) or (real, imaginary) that no integer equals.
fn number(value: Constant<'_>) -> Option<(i64, f64, f64)> {
    let float = |real: f64, imag: f64| {
        let int = real as i64;
        if imag == 0.0 && int as f64 == real && int.unsigned_abs() < 1 << 53 {
            (int, 0.0, 0.0)
        } else {
            (0, real, imag)
        }
    };
    Some(match value {
        Constant::True => (1, 0.0, 0.0),
        Constant::False => (0, 0.0, 0.0),
        Constant::Int(parser::ast::Int::Small(int)) => (int, 0.0, 0.0),
        Constant::Float(real) => float(real, 0.0),
        Constant::Complex { real, imag } => float(real, imag),
        _ => return None,
    })
}
