"""
Makes the blocking client from the asynchronous one: `python -m tests.client.unasync`.

Word by word; a test sees to it that what is committed is what this makes.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "src" / "threadline" / "client"
WORDS = (
    (r"\basync (?=def|with|for)", ""),
    (r"\bawait ", ""),
    (r"\bAwaitable\[((?:[^\[\]]|\[[^\[\]]*\])*)\]", r"\1"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\b__a(?=(enter|exit)__)", "__"),
    (r"\baclose\b", "close"),
    (r"\baclosing\b", "closing"),
    (r"\baiter_", "iter_"),
    (r"\baread\b", "read"),
    (r"\basyncio\b", "time"),
    (r"client\.aio\b", "client.sync"),
    (r"The asynchronous client", "The blocking client"),
    (
        r"The blocking one in `client/sync` is made from it by (.*)\.\n",
        r"Made from `client/aio` by \1: change that one.\n",
    ),
)


def blocking(text: str) -> str:
    """The same module without its waits."""
    for old, new in WORDS:
        text = re.sub(old, new, text)
    for verb in (("check", "--fix", "--quiet", "--select", "F,I"), ("format", "--quiet")):
        command = [sys.executable, "-m", "ruff", *verb, "--stdin-filename", "x.py", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def modules() -> dict[Path, str]:
    """Every file of `client/sync`, with what it has to be."""
    return {
        CLIENT / "sync" / file.name: blocking(file.read_text("utf-8"))
        for file in sorted((CLIENT / "aio").glob("*.py"))
    }


if __name__ == "__main__":
    for path, text in modules().items():
        path.write_text(text, "utf-8")
