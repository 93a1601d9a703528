//! Numbers in patterns: a sign and an imaginary part are part of the constant.

use bumpalo::Bump;
use parser::ast::{Constant, Expr, ExprKind, Int, Operator, UnaryOp};

/// The constant that a signed or complex number of a pattern denotes.
pub(super) fn fold_number<'a>(arena: &'a Bump, e: &'a Expr<'a>) -> Option<Constant<'a>> {
    match e.kind {
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => negative(arena, operand.as_constant()?),
        ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
            let left = left.as_constant().or_else(|| fold_number(arena, left))?;
            let Constant::Complex { real, imag } = right.as_constant()? else { return None };
            let base = as_float(left)?;
            let (real, imag) = if op == Operator::Add {
                (base + real, 0.0 + imag)
            } else {
                // The left side has no imaginary part, not even a zero.
                (base - real, -imag)
            };
            Some(Constant::Complex { real, imag })
        }
        _ => None,
    }
}

fn negative<'a>(arena: &'a Bump, value: Constant<'a>) -> Option<Constant<'a>> {
    Some(match value {
        Constant::Int(Int::Small(value)) => match value.checked_neg() {
            Some(value) => Constant::Int(Int::Small(value)),
            None => Constant::Int(Int::Big {
                negative: false,
                radix: 10,
                digits: arena.alloc_str(&value.unsigned_abs().to_string()),
            }),
        },
        Constant::Int(Int::Big { negative, radix, digits }) => {
            Constant::Int(Int::Big { negative: !negative, radix, digits })
        }
        Constant::Float(value) => Constant::Float(-value),
        Constant::Complex { real, imag } => Constant::Complex { real: -real, imag: -imag },
        _ => return None,
    })
}

fn as_float(value: Constant<'_>) -> Option<f64> {
    match value {
        Constant::Int(Int::Small(value)) => Some(value as f64),
        Constant::Int(Int::Big { negative, radix, digits }) => {
            let value = if radix == 10 {
                digits.parse().ok()?
            } else {
                digits.chars().fold(0.0, |value, digit| {
                    value * f64::from(radix) + f64::from(digit.to_digit(radix.into()).unwrap_or(0))
                })
            };
            Some(if negative { -value } else { value })
        }
        Constant::Float(value) => Some(value),
        _ => None,
    }
}
