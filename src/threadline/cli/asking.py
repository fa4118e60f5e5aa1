"""How a command asks for an operation, and prints what it was told as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def ask(data: Path | None, database_url: str | None, operation: str, /, **said: Any) -> Any:
    """The operation's result. Raises what it raised."""
    from threadline.cli.reach import call
    from threadline.settings import Settings

    return call(Settings.read(data=data, database_url=database_url), operation, **said)


def print_json(found: Any) -> None:
    """Indented, on the output."""
    import orjson

    print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
