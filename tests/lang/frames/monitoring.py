"""sys.monitoring: tools, events, places that are disabled and come back."""

import sys

mon = sys.monitoring
E = mon.events
TOOL = 2


def raises(exc, text, f, *args):
    try:
        f(*args)
    except exc as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(f"{exc} not raised")


raises(ValueError, "tool 2 is not in use", mon.set_events, TOOL, E.LINE)
raises(ValueError, "invalid tool 6 (must be between 0 and 5)", mon.use_tool_id, 6, "x")
raises(ValueError, "tool name must be a str", mon.use_tool_id, TOOL, 3)
mon.use_tool_id(TOOL, "test")
raises(ValueError, "tool 2 is already in use", mon.use_tool_id, TOOL, "again")
assert mon.get_tool(TOOL) == "test"
raises(ValueError, "cannot set C_RETURN or C_RAISE events independently", mon.set_events, TOOL, E.C_RAISE)
raises(TypeError, "code must be a code object", mon.set_local_events, TOOL, 3, 1)


def work(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
    return len([total])


def events_of(events, *, answer=None, local=False, f=work, args=(3,)):
    seen = []
    names = [n for n in vars(E) if n != "NO_EVENTS" and getattr(E, n) & events]
    for name in names:

        def callback(code, *rest, name=name):
            if code is f.__code__:
                seen.append((name, *rest))
                return answer

        mon.register_callback(TOOL, getattr(E, name), callback)
    if local:
        mon.set_local_events(TOOL, f.__code__, events)
        assert mon.get_local_events(TOOL, f.__code__) == events
    else:
        mon.set_events(TOOL, events)
    try:
        f(*args)
    finally:
        if local:
            mon.set_local_events(TOOL, f.__code__, 0)
        else:
            mon.set_events(TOOL, 0)
        for name in names:
            mon.register_callback(TOOL, getattr(E, name), None)
    return seen


first = work.__code__.co_firstlineno
lines = [1, 2, 3, 2, 3, 4, 2, 3, 2, 5]
for local in False, True:
    seen = events_of(E.LINE, local=local)
    assert [e[1] - first for e in seen] == lines, (local, seen)
seen = events_of(E.LINE, answer=mon.DISABLE)
assert {e[1] - first for e in seen} == set(lines) and len(seen) < len(lines), seen
mon.restart_events()
assert [e[1] - first for e in events_of(E.LINE)] == lines

seen = events_of(E.PY_START | E.PY_RETURN)
assert [e[0] for e in seen] == ["PY_START", "PY_RETURN"] and seen[1][2] == 1
seen = events_of(E.CALL | E.C_RETURN | E.C_RAISE)
assert [(e[0], e[2]) for e in seen] == [
    ("CALL", range),
    ("C_RETURN", range),
    ("CALL", len),
    ("C_RETURN", len),
]
assert seen[0][3] == 3 and seen[2][3] == [1]
seen = events_of(E.BRANCH_LEFT | E.BRANCH_RIGHT)
assert len(seen) == 3 + 1 + 3, seen
assert {(s, d) for _, s, d in seen} <= {
    (s, d) for s, left, right in work.__code__.co_branches() for d in (left, right)
}


def fails():
    try:
        raise KeyError("k")
    except KeyError:
        pass
    int("z")


def guarded():
    try:
        fails()
    except ValueError:
        pass


seen = []


def tell(name):
    def callback(code, offset, exc):
        if code in (fails.__code__, guarded.__code__):
            seen.append((name, code.co_name, type(exc).__name__))

    return callback


wanted = ["RAISE", "EXCEPTION_HANDLED", "PY_UNWIND"]
for name in wanted:
    mon.register_callback(TOOL, getattr(E, name), tell(name))
mon.set_events(TOOL, E.RAISE | E.EXCEPTION_HANDLED | E.PY_UNWIND)
guarded()
mon.set_events(TOOL, 0)
assert seen == [
    ("RAISE", "fails", "KeyError"),
    ("EXCEPTION_HANDLED", "fails", "KeyError"),
    ("RAISE", "fails", "ValueError"),
    ("PY_UNWIND", "fails", "ValueError"),
    ("RAISE", "guarded", "ValueError"),
    ("EXCEPTION_HANDLED", "guarded", "ValueError"),
], seen

# Events that belong to no place cannot be disabled.
mon.register_callback(TOOL, E.RAISE, lambda *a: mon.DISABLE)
mon.set_events(TOOL, E.RAISE)
try:
    fails()
except ValueError as e:
    text = str(e)
mon.set_events(TOOL, 0)
assert text == "Cannot disable RAISE events. Callback removed.", text

# Each instruction, also those with prefixes.
ns = {}
source = "def long(n):\n x = n\n" + "".join(f" if x == {i}: v{i} = x\n" for i in range(300))
exec(source + " return x\n", ns)
seen = events_of(E.INSTRUCTION | E.LINE, f=ns["long"], args=(299,))
assert [e[1] for e in seen if e[0] == "LINE"] == list(range(2, 304))
assert ns["long"](5) == 5

# A tool that is freed is gone, with its callbacks and the events of single code objects.
mon.register_callback(TOOL, E.LINE, print)
mon.set_local_events(TOOL, work.__code__, E.LINE)
mon.free_tool_id(TOOL)
assert mon.get_tool(TOOL) is None
work(3)
mon.use_tool_id(TOOL, "new")
assert mon.get_local_events(TOOL, work.__code__) == 0
assert mon.register_callback(TOOL, E.LINE, None) is None
mon.free_tool_id(TOOL)
