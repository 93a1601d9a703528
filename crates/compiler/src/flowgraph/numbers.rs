//! Arithmetic on numeric constants, to the last bit what CPython computes, errors
//! and size limits included.

use bytecode::Const;
use bytecode::oparg::BinaryOp;
use num::BigInt;

use super::evaluate::MAX_INT_BITS;

pub(super) enum Number {
    /// Also for bools.
    Int(BigInt),
    Float(f64),
    Complex(Complex),
}

#[derive(Clone, Copy)]
pub(super) struct Complex {
    re: f64,
    im: f64,
}

pub(super) fn int_const(value: &BigInt) -> Const {
    if let Some(small) = value.to_i64() {
        return Const::Int(small);
    }
    let (negative, words) = value.words();
    let magnitude: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    Const::int_from_magnitude(negative, &magnitude)
}

impl Number {
    pub(super) fn of(value: &Const) -> Option<Number> {
        Some(match value {
            Const::True => Number::Int(BigInt::ONE),
            Const::False => Number::Int(BigInt::ZERO),
            Const::Int(value) => Number::Int(BigInt::from_i64(*value)),
            Const::BigInt { negative, magnitude } => {
                let words: Vec<u64> = magnitude
                    .chunks(8)
                    .map(|chunk| {
                        let mut word = [0; 8];
                        word[..chunk.len()].copy_from_slice(chunk);
                        u64::from_le_bytes(word)
                    })
                    .collect();
                Number::Int(BigInt::from_words(*negative, &words))
            }
            Const::Float(value) => Number::Float(*value),
            Const::Complex(re, im) => Number::Complex(Complex { re: *re, im: *im }),
            _ => return None,
        })
    }

    pub(super) fn into_const(self) -> Const {
        match self {
            Number::Int(value) => int_const(&value),
            Number::Float(value) => Const::Float(value),
            Number::Complex(value) => Const::Complex(value.re, value.im),
        }
    }

    pub(super) fn negate(self) -> Number {
        match self {
            Number::Int(value) => Number::Int(value.neg()),
            Number::Float(value) => Number::Float(-value),
            Number::Complex(value) => Number::Complex(Complex { re: -value.re, im: -value.im }),
        }
    }

    pub(super) fn equals(&self, other: &Number) -> bool {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a == b,
            (Number::Float(a), Number::Float(b)) => a == b,
            (Number::Int(a), Number::Float(b)) | (Number::Float(b), Number::Int(a)) => {
                a.cmp_f64(*b).is_some_and(|order| order.is_eq())
            }
            (Number::Complex(a), Number::Complex(b)) => a.re == b.re && a.im == b.im,
            (Number::Complex(a), real) | (real, Number::Complex(a)) => {
                a.im == 0.0 && Number::Float(a.re).equals(real)
            }
        }
    }

    /// The same for numbers that [`equals`](Number::equals) calls equal.
    pub(super) fn equality_hash(&self) -> u64 {
        match self {
            Number::Int(value) => value.python_hash() as u64,
            Number::Float(value) => match BigInt::from_f64(*value) {
                Some(whole) if value.fract() == 0.0 => whole.python_hash() as u64,
                _ => value.to_bits(),
            },
            Number::Complex(value) => Number::Float(value.re).equality_hash(),
        }
    }

    /// As a float; an int that is too big raises.
    fn real(&self) -> Option<f64> {
        match self {
            Number::Int(value) => value.to_f64().ok(),
            Number::Float(value) => Some(*value),
            Number::Complex(_) => None,
        }
    }

    fn complex(&self) -> Option<Complex> {
        match self {
            Number::Complex(value) => Some(*value),
            real => Some(Complex { re: real.real()?, im: 0.0 }),
        }
    }

    pub(super) fn binary(self, op: BinaryOp, other: Number) -> Option<Number> {
        match (&self, &other) {
            (Number::Int(a), Number::Int(b)) => int_binary(op, a, b),
            (Number::Complex(_), _) | (_, Number::Complex(_)) => {
                complex_binary(op, &self, &other).map(Number::Complex)
            }
            _ => float_binary(op, self.real()?, other.real()?),
        }
    }
}

fn int_binary(op: BinaryOp, a: &BigInt, b: &BigInt) -> Option<Number> {
    let poll = &mut num::never;
    let nonzero = !a.is_zero() && !b.is_zero();
    Some(Number::Int(match op {
        BinaryOp::Add => a.add(b),
        BinaryOp::Subtract => a.sub(b),
        BinaryOp::Multiply => {
            if nonzero && a.bit_length() + b.bit_length() > MAX_INT_BITS {
                return None;
            }
            a.mul(b, poll).ok()?
        }
        BinaryOp::TrueDivide => return a.true_divide(b, poll).ok().map(Number::Float),
        BinaryOp::FloorDivide => a.div_floor(b, poll).ok()?,
        BinaryOp::Remainder => a.mod_floor(b, poll).ok()?,
        BinaryOp::Power => return int_power(a, b),
        BinaryOp::Lshift => {
            if b.is_negative() {
                return None;
            }
            if nonzero {
                let count = b.to_u64()?;
                if count > MAX_INT_BITS || a.bit_length() > MAX_INT_BITS - count {
                    return None;
                }
                a.shl(count).ok()?
            } else {
                a.clone()
            }
        }
        BinaryOp::Rshift => {
            if b.is_negative() {
                return None;
            }
            a.shr(b.to_u64().unwrap_or(u64::MAX))
        }
        BinaryOp::And => a.and(b),
        BinaryOp::Or => a.or(b),
        BinaryOp::Xor => a.xor(b),
        _ => return None,
    }))
}

fn int_power(a: &BigInt, b: &BigInt) -> Option<Number> {
    if b.is_negative() {
        return float_power(a.to_f64().ok()?, b.to_f64().ok()?);
    }
    if !a.is_zero() && !b.is_zero() {
        let exponent = b.to_u64()?;
        if a.bit_length() > MAX_INT_BITS / exponent {
            return None;
        }
    }
    a.pow(b, &mut num::never).ok().map(Number::Int)
}

fn float_binary(op: BinaryOp, a: f64, b: f64) -> Option<Number> {
    Some(Number::Float(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::TrueDivide if b != 0.0 => a / b,
        BinaryOp::FloorDivide if b != 0.0 => float_divmod(a, b).0,
        BinaryOp::Remainder if b != 0.0 => float_divmod(a, b).1,
        BinaryOp::Power => return float_power(a, b),
        _ => return None,
    }))
}

fn float_divmod(a: f64, b: f64) -> (f64, f64) {
    // `%` is exact, so `a - rest` is a multiple of `b` but for rounding.
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0f64.copysign(a / b), rest);
    }
    let mut floor = quotient.floor();
    if quotient - floor > 0.5 {
        floor += 1.0;
    }
    (floor, rest)
}

fn float_power(a: f64, b: f64) -> Option<Number> {
    let real = |value| Some(Number::Float(value));
    if b == 0.0 {
        return real(1.0);
    }
    if a.is_nan() {
        return real(a);
    }
    if b.is_nan() {
        return real(if a == 1.0 { 1.0 } else { b });
    }
    if b.is_infinite() {
        let size = a.abs();
        return real(if size == 1.0 {
            1.0
        } else if (b > 0.0) == (size > 1.0) {
            b.abs()
        } else {
            0.0
        });
    }
    let odd = (b.abs() % 2.0) == 1.0;
    if a.is_infinite() {
        return real(match (b > 0.0, odd) {
            (true, true) => a,
            (true, false) => a.abs(),
            (false, true) => 0f64.copysign(a),
            (false, false) => 0.0,
        });
    }
    if a == 0.0 {
        return if b < 0.0 { None } else { real(if odd { a } else { 0.0 }) };
    }
    if a < 0.0 && b != b.floor() {
        let base = Complex { re: a, im: 0.0 };
        return base.power(Complex { re: b, im: 0.0 }).map(Number::Complex);
    }
    let size = a.abs();
    let power = if size == 1.0 { 1.0 } else { size.powf(b) };
    // Overflow raises.
    if power.is_infinite() {
        return None;
    }
    real(if a < 0.0 && odd { -power } else { power })
}

fn complex_binary(op: BinaryOp, left: &Number, right: &Number) -> Option<Complex> {
    let (a, b) = (left.complex()?, right.complex()?);
    let left_real = !matches!(left, Number::Complex(_));
    let right_real = !matches!(right, Number::Complex(_));
    // A real operand has no imaginary part at all, not one of zero: this shows
    // in signs of zero and in infinities.
    Some(match op {
        BinaryOp::Add if right_real => Complex { re: a.re + b.re, im: a.im },
        BinaryOp::Add if left_real => Complex { re: a.re + b.re, im: b.im },
        BinaryOp::Add => Complex { re: a.re + b.re, im: a.im + b.im },
        BinaryOp::Subtract if right_real => Complex { re: a.re - b.re, im: a.im },
        BinaryOp::Subtract if left_real => Complex { re: a.re - b.re, im: -b.im },
        BinaryOp::Subtract => Complex { re: a.re - b.re, im: a.im - b.im },
        BinaryOp::Multiply if right_real => Complex { re: a.re * b.re, im: a.im * b.re },
        BinaryOp::Multiply if left_real => Complex { re: b.re * a.re, im: b.im * a.re },
        BinaryOp::Multiply => a.times(b),
        BinaryOp::TrueDivide if right_real => {
            if b.re == 0.0 {
                return None;
            }
            Complex { re: a.re / b.re, im: a.im / b.re }
        }
        BinaryOp::TrueDivide if left_real => b.divide_real(a.re)?,
        BinaryOp::TrueDivide => a.divided_by(b)?,
        BinaryOp::Power => a.power(b)?,
        _ => return None,
    })
}

/// 1 or 0 with the sign of `value`: an infinity as a unit.
fn boxed(value: f64) -> f64 {
    (if value.is_infinite() { 1f64 } else { 0.0 }).copysign(value)
}

fn nan_to_zero(value: f64) -> f64 {
    if value.is_nan() { 0f64.copysign(value) } else { value }
}

impl Complex {
    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_nan(self) -> bool {
        self.re.is_nan() && self.im.is_nan()
    }

    fn boxed(self) -> Complex {
        Complex { re: boxed(self.re), im: boxed(self.im) }
    }

    fn without_nan(self) -> Complex {
        Complex { re: nan_to_zero(self.re), im: nan_to_zero(self.im) }
    }

    /// With the infinities recovered that come out as NaN (C11, annex G.5.1).
    fn times(self, other: Complex) -> Complex {
        let (mut z, mut w) = (self, other);
        let (ac, bd, ad, bc) = (z.re * w.re, z.im * w.im, z.re * w.im, z.im * w.re);
        let product = Complex { re: ac - bd, im: ad + bc };
        if !product.is_nan() {
            return product;
        }
        let mut recover = false;
        if z.is_infinite() {
            z = z.boxed();
            w = w.without_nan();
            recover = true;
        }
        if w.is_infinite() {
            w = w.boxed();
            z = z.without_nan();
            recover = true;
        }
        if !recover && [ac, bd, ad, bc].iter().any(|part| part.is_infinite()) {
            z = z.without_nan();
            w = w.without_nan();
            recover = true;
        }
        if !recover {
            return product;
        }
        Complex {
            re: f64::INFINITY * (z.re * w.re - z.im * w.im),
            im: f64::INFINITY * (z.re * w.im + z.im * w.re),
        }
    }

    fn divided_by(self, other: Complex) -> Option<Complex> {
        let (a, b) = (self, other);
        let quotient = if b.re.abs() >= b.im.abs() {
            if b.re == 0.0 {
                return None;
            }
            let ratio = b.im / b.re;
            let denominator = b.re + b.im * ratio;
            Complex {
                re: (a.re + a.im * ratio) / denominator,
                im: (a.im - a.re * ratio) / denominator,
            }
        } else if b.im.abs() >= b.re.abs() {
            let ratio = b.re / b.im;
            let denominator = b.re * ratio + b.im;
            Complex {
                re: (a.re * ratio + a.im) / denominator,
                im: (a.im * ratio - a.re) / denominator,
            }
        } else {
            Complex { re: f64::NAN, im: f64::NAN }
        };
        if !quotient.is_nan() {
            return Some(quotient);
        }
        if a.is_infinite() && b.is_finite() {
            let unit = a.boxed();
            return Some(Complex {
                re: f64::INFINITY * (unit.re * b.re + unit.im * b.im),
                im: f64::INFINITY * (unit.im * b.re - unit.re * b.im),
            });
        }
        if b.is_infinite() && a.is_finite() {
            let unit = b.boxed();
            return Some(Complex {
                re: 0.0 * (a.re * unit.re + a.im * unit.im),
                im: 0.0 * (a.im * unit.re - a.re * unit.im),
            });
        }
        Some(quotient)
    }

    /// `real / self`.
    fn divide_real(self, real: f64) -> Option<Complex> {
        let b = self;
        let quotient = if b.re.abs() >= b.im.abs() {
            if b.re == 0.0 {
                return None;
            }
            let ratio = b.im / b.re;
            let denominator = b.re + b.im * ratio;
            Complex { re: real / denominator, im: (-real * ratio) / denominator }
        } else if b.im.abs() >= b.re.abs() {
            let ratio = b.re / b.im;
            let denominator = b.re * ratio + b.im;
            Complex { re: (real * ratio) / denominator, im: -real / denominator }
        } else {
            Complex { re: f64::NAN, im: f64::NAN }
        };
        if quotient.is_nan() && real.is_finite() && b.is_infinite() {
            let unit = b.boxed();
            return Some(Complex { re: 0.0 * (real * unit.re), im: 0.0 * (-real * unit.im) });
        }
        Some(quotient)
    }

    fn power(self, exponent: Complex) -> Option<Complex> {
        let whole =
            exponent.im == 0.0 && exponent.re == exponent.re.floor() && exponent.re.abs() <= 100.0;
        let result = if whole {
            self.whole_power(exponent.re as i32)?
        } else {
            self.general_power(exponent)?
        };
        // Overflow raises.
        (!result.is_infinite()).then_some(result)
    }

    /// By squaring, starting from a complex 1: that factor decides signs of zero.
    fn whole_power(self, exponent: i32) -> Option<Complex> {
        const ONE: Complex = Complex { re: 1.0, im: 0.0 };
        let mut left = exponent.unsigned_abs();
        let mut square = self;
        let mut power = ONE;
        while left != 0 {
            if left & 1 != 0 {
                power = power.times(square);
            }
            square = square.times(square);
            left >>= 1;
        }
        if exponent > 0 { Some(power) } else { ONE.divided_by(power) }
    }

    fn general_power(self, exponent: Complex) -> Option<Complex> {
        if exponent.re == 0.0 && exponent.im == 0.0 {
            return Some(Complex { re: 1.0, im: 0.0 });
        }
        if self.re == 0.0 && self.im == 0.0 {
            let raises = exponent.im != 0.0 || exponent.re < 0.0;
            return (!raises).then_some(Complex { re: 0.0, im: 0.0 });
        }
        let size = self.re.hypot(self.im);
        let angle = self.im.atan2(self.re);
        let mut len = size.powf(exponent.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            len *= (-angle * exponent.im).exp();
            phase += exponent.im * size.ln();
        }
        // The sine of infinity is a domain error, which raises.
        if phase.is_infinite() {
            return None;
        }
        Some(Complex { re: len * phase.cos(), im: len * phase.sin() })
    }
}
