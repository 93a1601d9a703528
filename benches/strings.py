"""Building, splitting, replacing and formatting text."""
line = "name=value; " * 50
N = 400
# ---
for i in range(N):
    pairs = [part.split("=") for part in line.split("; ") if part]
    text = ", ".join(f"{k}:{v}:{i:>6}" for k, v in pairs)
    text.replace("name", "key").upper()
