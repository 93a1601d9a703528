//! The functions for finite numbers: Kahan's formulas, scaled where numbers are very large
//! or very small ("Branch cuts for complex elementary functions", 1987).

use super::{Z, special, z};
use host::math::asinh as real_asinh;
use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    Domain,
    Range,
}

pub type Outcome = Result<Z, Failure>;

/// Numbers beyond are halved before they are squared.
const LARGE: f64 = f64::MAX / 4.0;
/// What is multiplied into subnormal numbers: 2^53.
const SCALE: f64 = (1u64 << 53) as f64;

fn sqrt_large() -> f64 {
    LARGE.sqrt()
}

fn log_large() -> f64 {
    LARGE.ln()
}

fn is_large(w: Z) -> bool {
    w.re.abs() > LARGE || w.im.abs() > LARGE
}

/// The logarithm of twice the modulus of a large number.
fn log_twice_modulus(w: Z) -> f64 {
    (w.re / 2.0).hypot(w.im / 2.0).ln() + LN_2 * 2.0
}

pub fn modulus(w: Z) -> f64 {
    if w.re.is_infinite() || w.im.is_infinite() { f64::INFINITY } else { w.re.hypot(w.im) }
}

pub fn sqrt(w: Z) -> Z {
    if !w.is_finite() {
        return special::sqrt(w);
    }
    if w.re == 0.0 && w.im == 0.0 {
        return z(0.0, w.im);
    }
    let (ax, ay) = (w.re.abs(), w.im.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        let ax = ax * SCALE;
        // The half of an even power of two comes out of the root exactly.
        (ax + ax.hypot(ay * SCALE)).sqrt() / ((1u64 << 27) as f64)
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if w.re >= 0.0 { z(s, d.copysign(w.im)) } else { z(d, s.copysign(w.im)) }
}

pub fn acos(w: Z) -> Outcome {
    if !w.is_finite() {
        return Ok(special::acos(w));
    }
    if is_large(w) {
        return Ok(z(w.im.abs().atan2(w.re), log_twice_modulus(w).copysign(-w.im)));
    }
    let s1 = sqrt(z(1.0 - w.re, -w.im));
    let s2 = sqrt(z(1.0 + w.re, w.im));
    Ok(z(2.0 * s1.re.atan2(s2.re), real_asinh(s2.re * s1.im - s2.im * s1.re)))
}

pub fn acosh(w: Z) -> Outcome {
    if !w.is_finite() {
        return Ok(special::acosh(w));
    }
    if is_large(w) {
        return Ok(z(log_twice_modulus(w), w.im.atan2(w.re)));
    }
    let s1 = sqrt(z(w.re - 1.0, w.im));
    let s2 = sqrt(z(w.re + 1.0, w.im));
    Ok(z(real_asinh(s1.re * s2.re + s1.im * s2.im), 2.0 * s1.im.atan2(s2.re)))
}

pub fn asinh(w: Z) -> Outcome {
    if !w.is_finite() {
        return Ok(special::asinh(w));
    }
    if is_large(w) {
        return Ok(z(log_twice_modulus(w).copysign(w.re), w.im.atan2(w.re.abs())));
    }
    let s1 = sqrt(z(1.0 + w.im, -w.re));
    let s2 = sqrt(z(1.0 - w.im, w.re));
    Ok(z(real_asinh(s1.re * s2.im - s2.re * s1.im), w.im.atan2(s1.re * s2.re - s1.im * s2.im)))
}

pub fn atanh(w: Z) -> Outcome {
    if !w.is_finite() {
        return Ok(special::atanh(w));
    }
    if w.re.is_sign_negative() {
        return atanh(z(-w.re, -w.im)).map(|r| z(-r.re, -r.im));
    }
    let (x, ay) = (w.re, w.im.abs());
    if x > sqrt_large() || ay > sqrt_large() {
        let h = (x / 2.0).hypot(w.im / 2.0);
        return Ok(z(x / 4.0 / h / h, -FRAC_PI_2.copysign(-w.im)));
    }
    if x == 1.0 && ay < f64::MIN_POSITIVE.sqrt() {
        if ay == 0.0 {
            return Err(Failure::Domain);
        }
        let re = -(ay.sqrt() / ay.hypot(2.0).sqrt()).ln();
        return Ok(z(re, (2f64.atan2(-ay) / 2.0).copysign(w.im)));
    }
    let re = (4.0 * x / ((1.0 - x) * (1.0 - x) + ay * ay)).ln_1p() / 4.0;
    Ok(z(re, -(-2.0 * w.im).atan2((1.0 - x) * (1.0 + x) - ay * ay) / 2.0))
}

/// A result that grew out of range.
fn ranged(r: Z) -> Outcome {
    if r.re.is_infinite() || r.im.is_infinite() { Err(Failure::Range) } else { Ok(r) }
}

pub fn exp(w: Z) -> Outcome {
    if !w.is_finite() {
        if w.im.is_infinite() && (w.re.is_finite() || w.re > 0.0) {
            return Err(Failure::Domain);
        }
        return Ok(special::exp(w));
    }
    let (sin, cos) = w.im.sin_cos();
    if w.re > log_large() {
        let l = (w.re - 1.0).exp();
        return ranged(z(l * cos * E, l * sin * E));
    }
    let l = w.re.exp();
    ranged(z(l * cos, l * sin))
}

pub fn cosh(w: Z) -> Outcome {
    if !w.is_finite() {
        if w.im.is_infinite() && !w.re.is_nan() {
            return Err(Failure::Domain);
        }
        return Ok(special::cosh(w));
    }
    let (sin, cos) = w.im.sin_cos();
    if w.re.abs() > log_large() {
        let x = w.re - 1f64.copysign(w.re);
        return ranged(z(cos * x.cosh() * E, sin * x.sinh() * E));
    }
    ranged(z(cos * w.re.cosh(), sin * w.re.sinh()))
}

pub fn sinh(w: Z) -> Outcome {
    if !w.is_finite() {
        if w.im.is_infinite() && !w.re.is_nan() {
            return Err(Failure::Domain);
        }
        return Ok(special::sinh(w));
    }
    let (sin, cos) = w.im.sin_cos();
    if w.re.abs() > log_large() {
        let x = w.re - 1f64.copysign(w.re);
        return ranged(z(cos * x.sinh() * E, sin * x.cosh() * E));
    }
    ranged(z(cos * w.re.sinh(), sin * w.re.cosh()))
}

pub fn tanh(w: Z) -> Outcome {
    if !w.is_finite() {
        if w.im.is_infinite() && w.re.is_finite() {
            return Err(Failure::Domain);
        }
        return Ok(special::tanh(w));
    }
    if w.re.abs() > log_large() {
        let im = 4.0 * w.im.sin() * w.im.cos() * (-2.0 * w.re.abs()).exp();
        return Ok(z(1f64.copysign(w.re), im));
    }
    let (tx, ty) = (w.re.tanh(), w.im.tan());
    let cx = 1.0 / w.re.cosh();
    let txty = tx * ty;
    let below = 1.0 + txty * txty;
    Ok(z(tx * (1.0 + ty * ty) / below, ty / below * cx * cx))
}

pub fn log(w: Z) -> Outcome {
    if !w.is_finite() {
        return Ok(special::log(w));
    }
    let (ax, ay) = (w.re.abs(), w.im.abs());
    let re = if ax > LARGE || ay > LARGE {
        (ax / 2.0).hypot(ay / 2.0).ln() + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Failure::Domain);
        }
        (ax * SCALE).hypot(ay * SCALE).ln() - 53.0 * LN_2
    } else {
        let h = ax.hypot(ay);
        // Near the unit circle the logarithm is small, and h itself not exact enough.
        if (0.71..=1.73).contains(&h) {
            let (most, least) = if ax > ay { (ax, ay) } else { (ay, ax) };
            ((most - 1.0) * (most + 1.0) + least * least).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok(z(re, w.im.atan2(w.re)))
}

pub fn log10(w: Z) -> Outcome {
    log(w).map(|r| z(r.re / LN_10, r.im / LN_10))
}

pub fn rect(r: f64, phi: f64) -> Outcome {
    if !r.is_finite() || !phi.is_finite() {
        if r != 0.0 && !r.is_nan() && phi.is_infinite() {
            return Err(Failure::Domain);
        }
        return Ok(special::rect(r, phi));
    }
    if phi == 0.0 {
        // Both the sign of a zero angle and that of a zero distance are kept.
        return Ok(z(r, r * phi));
    }
    let (sin, cos) = phi.sin_cos();
    Ok(z(r * cos, r * sin))
}
