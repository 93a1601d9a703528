"""itertools, collections, functools, operator, bisect, heapq."""
import bisect
import collections
import functools
import heapq
import itertools
import operator


def raises(exc, message, f):
    try:
        f()
    except exc as e:
        assert message is None or str(e) == message, (message, str(e))
    else:
        raise AssertionError(f"{exc.__name__} expected")


# --- itertools
assert list(itertools.islice(itertools.count(5, 2), 3)) == [5, 7, 9]
assert repr(itertools.count(5)) == "count(5)" and repr(itertools.repeat(1, 3)) == "repeat(1, 3)"
assert list(itertools.islice(itertools.cycle("ab"), 5)) == list("ababa")
assert list(itertools.chain.from_iterable(["ab", "c"])) == list("abc")
assert list(itertools.accumulate([1, 2, 3], initial=10)) == [10, 11, 13, 16]
assert [(k, list(g)) for k, g in itertools.groupby("aabbb")] == [("a", ["a", "a"]), ("b", ["b"] * 3)]
assert list(itertools.product("ab", repeat=2)) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
assert list(itertools.permutations(range(3), 2)) == [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
assert list(itertools.combinations("abc", 2)) == [("a", "b"), ("a", "c"), ("b", "c")]
assert len(list(itertools.combinations_with_replacement("abc", 2))) == 6
assert list(itertools.zip_longest("ab", "c", fillvalue="-")) == [("a", "c"), ("b", "-")]
assert list(itertools.batched("abcde", 2)) == [("a", "b"), ("c", "d"), ("e",)]
assert list(itertools.pairwise("abc")) == [("a", "b"), ("b", "c")]
one, two = itertools.tee(range(200))
assert sum(one) == sum(two) == 19900
assert list(itertools.compress("abc", [1, 0, 1])) == ["a", "c"]
assert list(itertools.starmap(pow, [(2, 3), [3, 2]])) == [8, 9]
assert list(itertools.takewhile(bool, [1, 0, 1])) == [1]
assert list(itertools.dropwhile(bool, [1, 0, 1])) == [0, 1]
assert list(itertools.filterfalse(None, [0, 1])) == [0]
raises(ValueError, "batched(): incomplete batch", lambda: list(itertools.batched([1], 2, strict=True)))

# --- collections
q = collections.deque([1, 2, 3], maxlen=3)
q.append(4)
q.rotate()
assert repr(q) == "deque([4, 2, 3], maxlen=3)"
raises(IndexError, "deque already at its maximum size", lambda: q.insert(0, 1))
assert collections.deque([1, 2, 3], 2) * 2 == collections.deque([2, 3])
groups = collections.defaultdict(list)
groups["a"].append(1)
assert repr(groups) == "defaultdict(<class 'list'>, {'a': [1]})"
od = collections.OrderedDict(a=1, b=2, c=3)
od.move_to_end("a")
od.move_to_end("c", last=False)
assert list(od) == ["c", "b", "a"] and od.popitem(last=False) == ("c", 3)
assert od != collections.OrderedDict(a=1, b=2) and od == dict(a=1, b=2)
assert repr(od) == "OrderedDict({'b': 2, 'a': 1})"


def rearrange():
    for k in od:
        od.move_to_end(k)


raises(RuntimeError, "OrderedDict mutated during iteration", rearrange)
assert collections.Counter("abca").most_common(1) == [("a", 2)]
Point = collections.namedtuple("Point", "x y")
assert Point(1, 2).y == 2 and repr(Point(1, 2)) == "Point(x=1, y=2)"

# --- functools
add = functools.partial(operator.add, 1)
assert add(2) == 3 and functools.partial(pow, functools.Placeholder, 2)(5) == 25
raises(TypeError, "trailing Placeholders are not allowed",
       lambda: functools.partial(print, functools.Placeholder))
assert functools.reduce(operator.mul, range(1, 6)) == 120
assert sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)) == [3, 2, 1]


@functools.lru_cache(maxsize=2)
def square(n):
    calls.append(n)
    return n * n


calls = []
assert [square(n) for n in (1, 2, 1, 3, 2)] == [1, 4, 1, 9, 4] and calls == [1, 2, 3, 2]
assert square.cache_info() == (1, 4, 2, 2)


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


assert fib(80) == 23416728348467685

# --- operator, bisect, heapq
assert operator.attrgetter("real", "imag")(3) == (3, 0)
assert operator.itemgetter(0, 2)("abc") == ("a", "c")
assert operator.methodcaller("split", sep=",")("a,b") == ["a", "b"]
assert repr(operator.methodcaller("f", 1, b=2)) == "operator.methodcaller('f', 1, b=2)"
assert operator.concat([1], [2]) == [1, 2] and operator.length_hint(iter([1])) == 1
assert bisect.bisect_left([1, 2, 2, 3], 2) == 1 and bisect.bisect([1, 2, 2, 3], 2) == 3
heap = [5, 3, 8, 1]
heapq.heapify(heap)
heapq.heappush(heap, 0)
assert [heapq.heappop(heap) for _ in range(5)] == [0, 1, 3, 5, 8]
assert heapq.nsmallest(2, [3, 1, 2]) == [1, 2] and list(heapq.merge([1, 3], [2])) == [1, 2, 3]
