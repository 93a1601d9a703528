"""`_random` draws the Mersenne twister's streams, whatever the seed."""

from _random import Random


def raises(kind, f, *args):
    try:
        f(*args)
    except kind as e:
        return str(e)
    raise AssertionError(f"{kind.__name__} was not raised")


r = Random(1)
assert r.random() == 0.13436424411240122
assert r.getrandbits(7) == 108
assert r.getrandbits(32) == 3445702192
assert r.getrandbits(33) == 3280387012
assert r.getrandbits(64) == 2175216119781798972
assert r.getrandbits(100) == 590209488520255358040687302011
assert r.getrandbits(0) == 0

for seed, first in [
    (0, 0.8444218515250481),
    (-1, 0.13436424411240122),
    (2**32, 0.11299430095636409),
    (-(2**100), 0.7586581712996778),
    (1.5, 0.551763726942059),
    (True, 0.13436424411240122),
    ((1, 2, 3), 0.6755205873097401),
]:
    r.seed(seed)
    assert r.random() == first, seed

state = r.getstate()
assert len(state) == 625 and all(isinstance(w, int) for w in state)
drawn = [r.getrandbits(64) for _ in range(1000)]
r.setstate(state)
assert [r.getrandbits(64) for _ in range(1000)] == drawn
assert Random().random() != Random().random()

assert raises(TypeError, r.setstate, 1) == "state vector must be a tuple"
assert raises(ValueError, r.setstate, (1,)) == "state vector is the wrong size"
assert raises(ValueError, r.setstate, (1,) * 624 + (-1,)) == "invalid state"
assert raises(ValueError, r.setstate, (1,) * 624 + (625,)) == "invalid state"
assert raises(ValueError, r.getrandbits, -1) == "Cannot convert negative int"
assert raises(OverflowError, r.getrandbits, 2**70) == "Python int too large for C uint64_t"
assert raises(TypeError, r.seed, []) == "unhashable type: 'list'"


class Derived(Random):
    def __init__(self, a, b):
        super().__init__(a)


assert Derived(1, 2).random() == 0.13436424411240122
assert raises(TypeError, Random, 1, 2) == "Random expected at most 1 argument, got 2"
