# Callbacks of the collector may make objects without end: no collection starts inside one.
import gc

phases = []


def callback(phase, info):
    phases.append(phase)
    keep = [[i] for i in range(5000)]
    assert len(keep) == 5000


gc.callbacks.append(callback)
try:
    gc.collect()
finally:
    gc.callbacks.remove(callback)
assert phases == ["start", "stop"], phases
