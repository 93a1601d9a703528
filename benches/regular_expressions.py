"""Searches and substitutions with re."""
import re

text = "On 2026-11-28 mail ann@example.org or bob@example.com. " * 40
date = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
mail = re.compile(r"\b([a-z]+)@([a-z]+)\.(org|com)\b")
# ---
date.findall(text)
mail.sub(r"\2 at \1", text)
[m.start() for m in mail.finditer(text)]
