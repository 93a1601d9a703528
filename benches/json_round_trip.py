"""JSON written and read."""
import json

data = [{"id": i, "name": f"item {i}", "tags": ["a", "b"], "score": i / 7} for i in range(200)]
# ---
json.loads(json.dumps(data))
