"""Reads files, and the values of secrets in them: what is told of one never quotes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from threadline.errors import Invalid, Problem
from threadline.model.document import load


def is_input(file: Path) -> bool:
    return str(file) == "-"


def name_of(file: Path) -> str:
    return "standard input" if is_input(file) else str(file)


def text_of(file: Path, at: str = "") -> str:
    """The whole of it; `-` is standard input. Raises `Invalid`, about `at` or the file."""
    try:
        if not is_input(file):
            return file.read_text("utf-8")
        if sys.stdin.isatty():
            print("Type or paste it, then press Enter and Ctrl-D.", file=sys.stderr)
        return sys.stdin.read()
    except OSError as why:
        said, mend = f"{name_of(file)} cannot be read: {why.strerror}.", "Mend the path."
    except UnicodeDecodeError:
        said, mend = f"{name_of(file)} is not text.", "Write it as UTF-8."
    raise Invalid([Problem("file_unreadable", at or name_of(file), said, mend)])


def secret_in(text: str, type: Any, at: str) -> Any:
    """A text without its last line break; for a secretdoc the JSON in it. Raises `Invalid`."""
    if type != "secretdoc":
        return text.rstrip("\r\n")
    try:
        return load(text).value
    except Invalid as why:
        mend = 'Write its fields, such as {"accountSid": "…", "authToken": "…"}.'
        line = why.problems[0].line
        problem = Problem("secret_invalid", at, "This is not a JSON document.", mend, line)
        raise Invalid([problem]) from None
