"""`cmath`: signs of zeros along branch cuts, infinities, errors; `_statistics`."""

import _statistics
import cmath
import math

INF, NAN = math.inf, math.nan


def same(z, w):
    def part(x, y):
        if math.isnan(y):
            return math.isnan(x)
        return x == y and math.copysign(1, x) == math.copysign(1, y)

    return part(z.real, w.real) and part(z.imag, w.imag)


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return str(e)
    raise AssertionError(f"{kind.__name__} was not raised")


assert same(cmath.sqrt(complex(-4, 0.0)), complex(0, 2))
assert same(cmath.sqrt(complex(-4, -0.0)), complex(0, -2))
assert same(cmath.sqrt(complex(-INF, 1)), complex(0.0, INF))
assert same(cmath.sqrt(complex(5e-324, 0)), complex(2.2227587494850775e-162, 0))
assert same(cmath.log(complex(-1, -0.0)), complex(0, -math.pi))
assert cmath.acos(complex(2, -0.0)).imag > 0 > cmath.acos(complex(2, 0.0)).imag
assert same(cmath.acosh(complex(INF, NAN)), complex(INF, NAN))
assert same(cmath.atanh(complex(INF, -1)), complex(0.0, -math.pi / 2))
assert same(cmath.tanh(complex(800, 1)), complex(1, 0.0))
assert same(cmath.exp(complex(-INF, INF)), complex(0, 0))
assert same(cmath.cosh(complex(0.0, 0.0)), complex(1, 0.0))
assert same(cmath.sinh(complex(NAN, 0.0)), complex(NAN, 0.0))
assert cmath.polar(3 + 4j) == (5.0, math.atan2(4, 3))
assert same(cmath.rect(-0.0, 0.0), complex(-0.0, -0.0))
assert cmath.phase(-1) == math.pi
assert cmath.log(8, 2) == 3 and cmath.log10(1000).real == math.log(1000) / math.log(10)
assert raises(ValueError, cmath.log, 0) == "math domain error"
assert raises(ValueError, cmath.atanh, 1) == "math domain error"
assert raises(ValueError, cmath.exp, complex(1, INF)) == "math domain error"
assert raises(OverflowError, cmath.exp, 1000) == "math range error"
assert raises(OverflowError, cmath.polar, complex(1.7e308, 1.7e308)) == "math range error"
assert cmath.isclose(1 + 1j, 1 + 1.0000000001j) and not cmath.isclose(1, 2)
assert cmath.isclose(complex(INF, 1), complex(INF, 1)) and not cmath.isclose(NAN, NAN)
assert raises(ValueError, cmath.isclose, 1, 1, rel_tol=-1) == "tolerances must be non-negative"
assert cmath.isinf(cmath.infj) and cmath.isnan(cmath.nanj) and cmath.isfinite(1j)

inverse = _statistics._normal_dist_inv_cdf
assert inverse(0.5, 1.5, 2.5) == 1.5
assert abs(inverse(0.975, 0.0, 1.0) - 1.959963984540054) < 1e-15
assert abs(inverse(1e-20, 0.0, 1.0) + 9.262340089798408) < 1e-14
assert "inv_cdf" in raises(ValueError, inverse, 0.0, 0.0, 1.0)
