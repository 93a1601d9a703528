//! The functions where a part is infinite or no number (C's Annex G).

use super::{Z, z};
use std::f64::consts::FRAC_PI_2;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn any_infinite(w: Z) -> bool {
    w.re.is_infinite() || w.im.is_infinite()
}

/// The angle of |y| over x; no number if either is none.
fn angle(y: f64, x: f64) -> f64 {
    if x.is_nan() || y.is_nan() { NAN } else { y.abs().atan2(x) }
}

/// What has the sign of a number; of NaN, none.
fn signed(size: f64, sign: f64) -> f64 {
    if sign.is_nan() { size } else { size.copysign(sign) }
}

pub fn acos(w: Z) -> Z {
    if any_infinite(w) {
        let im = if w.im.is_nan() { INF } else { INF.copysign(-w.im) };
        return z(angle(w.im, w.re), im);
    }
    z(if w.re == 0.0 { FRAC_PI_2 } else { NAN }, NAN)
}

pub fn acosh(w: Z) -> Z {
    if any_infinite(w) {
        return z(INF, signed(angle(w.im, w.re), w.im));
    }
    z(NAN, if w.re == 0.0 { FRAC_PI_2 } else { NAN })
}

pub fn asinh(w: Z) -> Z {
    if any_infinite(w) {
        return z(signed(INF, w.re), signed(angle(w.im, w.re.abs()), w.im));
    }
    z(NAN, if w.im == 0.0 { w.im } else { NAN })
}

pub fn atanh(w: Z) -> Z {
    if any_infinite(w) {
        let im = if w.im.is_nan() { NAN } else { FRAC_PI_2.copysign(w.im) };
        return z(signed(0.0, w.re), im);
    }
    z(if w.re == 0.0 { w.re } else { NAN }, NAN)
}

pub fn log(w: Z) -> Z {
    if any_infinite(w) {
        return z(INF, signed(angle(w.im, w.re), w.im));
    }
    z(NAN, NAN)
}

pub fn sqrt(w: Z) -> Z {
    if w.im.is_infinite() {
        z(INF, w.im)
    } else if w.re == -INF {
        if w.im.is_nan() { z(NAN, INF) } else { z(0.0, INF.copysign(w.im)) }
    } else if w.re == INF {
        if w.im.is_nan() { z(INF, NAN) } else { z(INF, (0.0f64).copysign(w.im)) }
    } else {
        z(NAN, NAN)
    }
}

/// An infinite (or, for `size` 0, vanishing) distance in the direction of a finite angle.
fn toward(size: f64, angle: f64) -> Z {
    z(size.copysign(angle.cos()), size.copysign(angle.sin()))
}

pub fn exp(w: Z) -> Z {
    if w.re.is_infinite() && w.im.is_finite() {
        let size = if w.re > 0.0 { INF } else { 0.0 };
        return if w.im == 0.0 { z(size, w.im) } else { toward(size, w.im) };
    }
    if w.re == -INF {
        z(0.0, 0.0)
    } else if w.re == INF {
        z(INF, NAN)
    } else {
        z(NAN, if w.im == 0.0 { w.im } else { NAN })
    }
}

pub fn cosh(w: Z) -> Z {
    if w.re.is_infinite() {
        if !w.im.is_finite() {
            return z(INF, NAN);
        }
        let sign = 1f64.copysign(w.re);
        if w.im == 0.0 {
            return z(INF, w.im * sign);
        }
        let r = toward(INF, w.im);
        return z(r.re, r.im * sign);
    }
    if w.re.is_nan() {
        return z(NAN, if w.im == 0.0 { 0.0 } else { NAN });
    }
    z(NAN, if w.re == 0.0 { 0.0 } else { NAN })
}

pub fn sinh(w: Z) -> Z {
    if w.re.is_infinite() {
        if !w.im.is_finite() {
            return z(INF, NAN);
        }
        if w.im == 0.0 {
            return w;
        }
        let r = toward(INF, w.im);
        return z(r.re * 1f64.copysign(w.re), r.im);
    }
    if w.re.is_nan() {
        return z(NAN, if w.im == 0.0 { w.im } else { NAN });
    }
    z(if w.re == 0.0 { 0.0 } else { NAN }, NAN)
}

pub fn tanh(w: Z) -> Z {
    if w.re.is_infinite() {
        let im = if !w.im.is_finite() {
            0.0
        } else if w.im == 0.0 {
            w.im
        } else {
            (0.0f64).copysign(2.0 * w.im.sin() * w.im.cos())
        };
        return z(1f64.copysign(w.re), im);
    }
    if w.re.is_nan() {
        return z(NAN, if w.im == 0.0 { w.im } else { NAN });
    }
    z(if w.re == 0.0 { w.re } else { NAN }, NAN)
}

pub fn rect(r: f64, phi: f64) -> Z {
    if r.is_infinite() {
        if !phi.is_finite() {
            return z(INF, NAN);
        }
        let sign = 1f64.copysign(r);
        if phi == 0.0 {
            return z(r, phi * sign);
        }
        let w = toward(INF, phi);
        return z(w.re * sign, w.im * sign);
    }
    if r.is_nan() {
        return z(NAN, if phi == 0.0 { 0.0 } else { NAN });
    }
    if r == 0.0 { z(0.0, 0.0) } else { z(NAN, NAN) }
}
