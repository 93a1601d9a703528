//! Expressions back to text, for annotations under `from __future__ import annotations`
//! and for messages. CPython's counterpart is `ast_unparse.c`, whose choices of
//! parentheses and spaces Python sees.

mod strings;

use parser::ast::{
    Arg, Arguments, BoolOp, CmpOp, Comprehension, Constant, Expr, ExprKind, Int, Operator, UnaryOp,
};

pub(crate) use strings::str_repr;

use crate::error::CompileError;
use crate::recursion::StackGuard;

type Result<T = ()> = std::result::Result<T, CompileError>;

/// How tightly an operator binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Level(u8);

impl Level {
    const TUPLE: Level = Level(0);
    const TEST: Level = Level(1);
    const OR: Level = Level(2);
    const AND: Level = Level(3);
    const NOT: Level = Level(4);
    const CMP: Level = Level(5);
    const EXPR: Level = Level(6);
    const BXOR: Level = Level(7);
    const BAND: Level = Level(8);
    const SHIFT: Level = Level(9);
    const ARITH: Level = Level(10);
    const TERM: Level = Level(11);
    const FACTOR: Level = Level(12);
    const POWER: Level = Level(13);
    const AWAIT: Level = Level(14);
    const ATOM: Level = Level(15);

    fn next(self) -> Level {
        Level(self.0 + 1)
    }
}

/// The text of an expression, as generalised UTF-8.
pub(crate) fn unparse(e: &Expr<'_>, guard: StackGuard) -> Result<Vec<u8>> {
    let mut writer = Writer { out: Vec::new(), guard };
    writer.expr(e, Level::TEST)?;
    Ok(writer.out)
}

/// `repr()` of a constant.
pub(crate) fn constant_repr(value: Constant<'_>) -> String {
    let mut out = Vec::new();
    push_constant(&mut out, value);
    String::from_utf8_lossy(&out).into_owned()
}

struct Writer {
    out: Vec<u8>,
    guard: StackGuard,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn parens(&mut self, needed: bool, inner: impl FnOnce(&mut Writer) -> Result) -> Result {
        if needed {
            self.text("(");
        }
        inner(self)?;
        if needed {
            self.text(")");
        }
        Ok(())
    }

    fn list(&mut self, elts: &[&Expr<'_>]) -> Result {
        for (index, elt) in elts.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            self.expr(elt, Level::TEST)?;
        }
        Ok(())
    }

    fn expr(&mut self, e: &Expr<'_>, level: Level) -> Result {
        self.guard.check()?;
        match e.kind {
            ExprKind::BoolOp { op, values } => {
                let (name, own) = match op {
                    BoolOp::And => (" and ", Level::AND),
                    BoolOp::Or => (" or ", Level::OR),
                };
                self.parens(level > own, |w| {
                    for (index, value) in values.iter().enumerate() {
                        if index > 0 {
                            w.text(name);
                        }
                        w.expr(value, own.next())?;
                    }
                    Ok(())
                })
            }
            ExprKind::BinOp { left, op, right } => {
                let (name, own) = operator(op);
                let power = op == Operator::Pow;
                self.parens(level > own, |w| {
                    w.expr(left, if power { own.next() } else { own })?;
                    w.text(name);
                    w.expr(right, if power { own } else { own.next() })
                })
            }
            ExprKind::UnaryOp { op, operand } => {
                let (name, own) = match op {
                    UnaryOp::Invert => ("~", Level::FACTOR),
                    UnaryOp::Not => ("not ", Level::NOT),
                    UnaryOp::UAdd => ("+", Level::FACTOR),
                    UnaryOp::USub => ("-", Level::FACTOR),
                };
                self.parens(level > own, |w| {
                    w.text(name);
                    w.expr(operand, own)
                })
            }
            ExprKind::Lambda { args, body } => self.parens(level > Level::TEST, |w| {
                // As in CPython, which writes no space before a star.
                let positional = !args.posonlyargs.is_empty() || !args.args.is_empty();
                w.text(if positional { "lambda " } else { "lambda" });
                w.arguments(args)?;
                w.text(": ");
                w.expr(body, Level::TEST)
            }),
            ExprKind::IfExp { test, body, orelse } => self.parens(level > Level::TEST, |w| {
                w.expr(body, Level::TEST.next())?;
                w.text(" if ");
                w.expr(test, Level::TEST.next())?;
                w.text(" else ");
                w.expr(orelse, Level::TEST)
            }),
            ExprKind::Dict { keys, values } => {
                self.text("{");
                for (index, (key, value)) in keys.iter().zip(values).enumerate() {
                    if index > 0 {
                        self.text(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, Level::TEST)?;
                            self.text(": ");
                            self.expr(value, Level::TEST)?;
                        }
                        None => {
                            self.text("**");
                            self.expr(value, Level::EXPR)?;
                        }
                    }
                }
                self.text("}");
                Ok(())
            }
            ExprKind::Set { elts } => {
                self.text("{");
                self.list(elts)?;
                self.text("}");
                Ok(())
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension("[", elt, None, generators, "]")
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension("{", elt, None, generators, "}")
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension("(", elt, None, generators, ")")
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", key, Some(value), generators, "}")
            }
            ExprKind::Yield { value: None } => {
                self.text("(yield)");
                Ok(())
            }
            ExprKind::Yield { value: Some(value) } => {
                self.text("(yield ");
                self.expr(value, Level::TEST)?;
                self.text(")");
                Ok(())
            }
            ExprKind::YieldFrom { value } => {
                self.text("(yield from ");
                self.expr(value, Level::TEST)?;
                self.text(")");
                Ok(())
            }
            ExprKind::Await { value } => self.parens(level > Level::AWAIT, |w| {
                w.text("await ");
                w.expr(value, Level::ATOM)
            }),
            ExprKind::Compare { left, ops, comparators } => self.parens(level > Level::CMP, |w| {
                w.expr(left, Level::CMP.next())?;
                for (op, right) in ops.iter().zip(comparators) {
                    w.text(comparison(*op));
                    w.expr(right, Level::CMP.next())?;
                }
                Ok(())
            }),
            ExprKind::Call { func, args, keywords } => {
                self.expr(func, Level::ATOM)?;
                if let ([arg], []) = (args, keywords)
                    && matches!(arg.kind, ExprKind::GeneratorExp { .. })
                {
                    return self.expr(arg, Level::TUPLE);
                }
                self.text("(");
                self.list(args)?;
                for (index, keyword) in keywords.iter().enumerate() {
                    if index > 0 || !args.is_empty() {
                        self.text(", ");
                    }
                    match keyword.arg {
                        Some(name) => {
                            self.text(name);
                            self.text("=");
                        }
                        None => self.text("**"),
                    }
                    self.expr(keyword.value, Level::TEST)?;
                }
                self.text(")");
                Ok(())
            }
            ExprKind::Constant { value: Constant::Ellipsis, .. } => {
                self.text("...");
                Ok(())
            }
            ExprKind::Constant { value, kind } => {
                if let Some(kind) = kind {
                    self.text(kind);
                }
                let start = self.out.len();
                push_constant(&mut self.out, value);
                if matches!(value, Constant::Float(_) | Constant::Complex { .. }) {
                    // `inf` is no literal.
                    let text = String::from_utf8_lossy(&self.out[start..]).replace("inf", "1e309");
                    self.out.truncate(start);
                    self.text(&text);
                }
                Ok(())
            }
            ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. } => self.string(e, false),
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::ATOM)?;
                // `1.real` would start a float.
                let int = matches!(value.as_constant(), Some(Constant::Int(_)));
                self.text(if int { " ." } else { "." });
                self.text(attr);
                Ok(())
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::ATOM)?;
                self.text("[");
                self.expr(slice, Level::TUPLE)?;
                self.text("]");
                Ok(())
            }
            ExprKind::Starred { value, .. } => {
                self.text("*");
                self.expr(value, Level::EXPR)
            }
            ExprKind::Name { id, .. } => {
                self.text(id);
                Ok(())
            }
            ExprKind::List { elts, .. } => {
                self.text("[");
                self.list(elts)?;
                self.text("]");
                Ok(())
            }
            ExprKind::Tuple { elts: [], .. } => {
                self.text("()");
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => self.parens(level > Level::TUPLE, |w| {
                w.list(elts)?;
                if elts.len() == 1 {
                    w.text(",");
                }
                Ok(())
            }),
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::TEST)?;
                }
                self.text(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::TEST)?;
                }
                if let Some(step) = step {
                    self.text(":");
                    self.expr(step, Level::TEST)?;
                }
                Ok(())
            }
            ExprKind::NamedExpr { target, value } => self.parens(level > Level::TUPLE, |w| {
                w.expr(target, Level::ATOM)?;
                w.text(" := ");
                w.expr(value, Level::ATOM)
            }),
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr<'_>,
        value: Option<&Expr<'_>>,
        generators: &[Comprehension<'_>],
        close: &str,
    ) -> Result {
        self.text(open);
        self.expr(elt, Level::TEST)?;
        if let Some(value) = value {
            self.text(": ");
            self.expr(value, Level::TEST)?;
        }
        for clause in generators {
            self.text(if clause.is_async != 0 { " async for " } else { " for " });
            self.expr(clause.target, Level::TUPLE)?;
            self.text(" in ");
            self.expr(clause.iter, Level::TEST.next())?;
            for test in clause.ifs {
                self.text(" if ");
                self.expr(test, Level::TEST.next())?;
            }
        }
        self.text(close);
        Ok(())
    }

    fn arguments(&mut self, args: &Arguments<'_>) -> Result {
        let mut first = true;
        let mut comma = |w: &mut Writer| {
            if !std::mem::take(&mut first) {
                w.text(", ");
            }
        };
        let positional = args.posonlyargs.len() + args.args.len();
        let without_default = positional.saturating_sub(args.defaults.len());
        for (index, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            comma(self);
            self.arg(arg)?;
            if let Some(default) =
                index.checked_sub(without_default).and_then(|index| args.defaults.get(index))
            {
                self.text("=");
                self.expr(default, Level::TEST)?;
            }
            if index + 1 == args.posonlyargs.len() {
                self.text(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            comma(self);
            self.text("*");
            if let Some(vararg) = args.vararg {
                self.arg(vararg)?;
            }
        }
        for (index, arg) in args.kwonlyargs.iter().enumerate() {
            comma(self);
            self.arg(arg)?;
            if let Some(Some(default)) = args.kw_defaults.get(index) {
                self.text("=");
                self.expr(default, Level::TEST)?;
            }
        }
        if let Some(kwarg) = args.kwarg {
            comma(self);
            self.text("**");
            self.arg(kwarg)?;
        }
        Ok(())
    }

    fn arg(&mut self, arg: &Arg<'_>) -> Result {
        self.text(arg.arg);
        if let Some(annotation) = arg.annotation {
            self.text(": ");
            self.expr(annotation, Level::TEST)?;
        }
        Ok(())
    }
}

fn operator(op: Operator) -> (&'static str, Level) {
    match op {
        Operator::Add => (" + ", Level::ARITH),
        Operator::Sub => (" - ", Level::ARITH),
        Operator::Mult => (" * ", Level::TERM),
        Operator::MatMult => (" @ ", Level::TERM),
        Operator::Div => (" / ", Level::TERM),
        Operator::Mod => (" % ", Level::TERM),
        Operator::FloorDiv => (" // ", Level::TERM),
        Operator::LShift => (" << ", Level::SHIFT),
        Operator::RShift => (" >> ", Level::SHIFT),
        Operator::BitOr => (" | ", Level::EXPR),
        Operator::BitXor => (" ^ ", Level::BXOR),
        Operator::BitAnd => (" & ", Level::BAND),
        Operator::Pow => (" ** ", Level::POWER),
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

fn push_constant(out: &mut Vec<u8>, value: Constant<'_>) {
    let mut text = |text: &str| out.extend_from_slice(text.as_bytes());
    match value {
        Constant::None => text("None"),
        Constant::True => text("True"),
        Constant::False => text("False"),
        Constant::Ellipsis => text("Ellipsis"),
        Constant::Int(value) => text(&int_repr(value)),
        Constant::Float(value) => text(&strings::float_repr(value)),
        Constant::Complex { real, imag } => text(&strings::complex_repr(real, imag)),
        Constant::Str(value) => out.extend(text::utf8::repr::repr_str(value)),
        Constant::Bytes(value) => out.extend(text::utf8::repr::repr_bytes(value)),
        Constant::Tuple(items) => {
            out.push(b'(');
            push_items(out, items);
            out.extend_from_slice(if items.len() == 1 { b",)" } else { b")" });
        }
        Constant::FrozenSet(items) => {
            out.extend_from_slice(b"frozenset(");
            if !items.is_empty() {
                out.push(b'{');
                push_items(out, items);
                out.push(b'}');
            }
            out.push(b')');
        }
    }
}

fn push_items(out: &mut Vec<u8>, items: &[Constant<'_>]) {
    for (index, &item) in items.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b", ");
        }
        push_constant(out, item);
    }
}

/// Decimal text; digits of other radixes go through base 10^9 limbs.
fn int_repr(value: Int<'_>) -> String {
    let (negative, radix, digits) = match value {
        Int::Small(value) => return value.to_string(),
        Int::Big { negative, radix, digits } => (negative, radix, digits),
    };
    let sign = if negative { "-" } else { "" };
    if radix == 10 {
        return format!("{sign}{digits}");
    }
    let mut limbs = vec![0u64];
    for digit in digits.chars() {
        let mut carry = u64::from(digit.to_digit(u32::from(radix)).unwrap_or(0));
        for limb in &mut limbs {
            carry += *limb * u64::from(radix);
            *limb = carry % 1_000_000_000;
            carry /= 1_000_000_000;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut text = format!("{sign}{}", limbs.pop().unwrap_or(0));
    for limb in limbs.iter().rev() {
        text.push_str(&format!("{limb:09}"));
    }
    text
}
