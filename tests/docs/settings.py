"""Every setting with its variable, its flag, its default and its meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tests.docs.commands import every_command
from threadline.settings import Settings, variable

BEGIN, END = "<!-- made from Settings by python -m tests.docs.write -->", "<!-- end -->"


def table() -> str:
    """The part of docs/reference/settings.md between its two marks."""
    flags = {part.name for command in every_command() for part in command.parts}
    rows = ["| variable | flag | default | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        flag = f"--{name.replace('_', '-')}"
        shown = f"`{flag}`" if flag in flags else ""
        default = _default(field.get_default(call_default_factory=True))
        told = f"`{default}`" if default else "empty"
        rows.append(f"| `{variable(name)}` | {shown} | {told} | {field.description} |")
    return "\n".join(rows)


def _default(value: Any) -> str:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case Path():
            return value.as_posix()
        case tuple():
            return ",".join(map(str, value))
        case dict():
            return ""
        case _:
            return str(value)


def page(text: str) -> str:
    """The page with its table made anew."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"
