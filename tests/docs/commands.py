"""Every command of the command line, told from what its `--help` is made of."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from threadline.cli import app

FILE = re.compile(r"^\x08\n(.*?)(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
"""What help shows without wrapping it."""
HIDDEN = ("install_completion", "show_completion", "help")


@dataclass(frozen=True)
class Part:
    """An argument (`FILE`) or a flag (`--json`)."""

    name: str
    about: str
    required: bool
    default: str
    several: bool


@dataclass(frozen=True)
class Command:
    """`about` is its whole help; one without `parts` may hold further commands."""

    name: str
    about: str
    parts: tuple[Part, ...]
    is_group: bool

    @property
    def usage(self) -> str:
        words = [self.name]
        for part in self.parts:
            if not part.name.startswith("-"):
                words.append(f"{part.name}…" if part.several else part.name)
            elif part.required:
                words.append(f"{part.name} …")
        flags = any(one.name.startswith("-") and not one.required for one in self.parts)
        return " ".join([*words, *(["[FLAGS]"] if flags else [])])


def every_command() -> list[Command]:
    return list(_walk(typer.main.get_command(app), "threadline"))


def page() -> str:
    """docs/reference/commands.md."""
    return HEAD + "\n".join(_section(one) for one in every_command() if not one.is_group)


def _walk(command: Any, name: str) -> Iterator[Command]:
    parts = tuple(_part(one) for one in command.params if one.name not in HIDDEN)
    inside = getattr(command, "commands", {})
    yield Command(name, inspect.cleandoc(command.help or ""), parts, bool(inside))
    for verb, one in inside.items():
        yield from _walk(one, f"{name} {verb}")


def _part(param: Any) -> Part:
    flag = "/".join([*param.opts, *param.secondary_opts])
    name = flag if flag.startswith("-") else param.metavar or param.name.upper()
    shown = "" if param.default in (None, False) or callable(param.default) else param.default
    default = shown.as_posix() if isinstance(shown, Path) else str(shown)
    return Part(name, param.help or "", bool(param.required), default, param.nargs == -1)


def _section(command: Command) -> str:
    rows = "".join(
        f"| `{one.name}` | {one.about} | {f'`{one.default}`' if one.default else ''} |\n"
        for one in command.parts
    )
    table = f"\n| | | default |\n|---|---|---|\n{rows}" if rows else ""
    about = FILE.sub(_fenced, command.about)
    return f"## {command.name}\n\n```text\n{command.usage}\n```\n\n{about}\n{table}"


def _fenced(found: re.Match[str]) -> str:
    return f"```yaml\n{found[1]}\n```"


HEAD = """\
# Commands

`threadline COMMAND --help` tells the same. Made from the commands themselves by
`python -m tests.docs.write`.

While a server runs on a data folder, a command with that folder goes through the server's
socket there (`threadline.sock`, its owner's alone), and what it changes is live at once.
Without a server it opens the database itself. Settings are flags or variables, as
[settings.md](settings.md) lists them; flags go first.

| exit code | |
|---|---|
| 0 | done |
| 1 | refused: every problem is on standard error, one a line ([errors.md](errors.md)) |
| 2 | wrong usage |
| 3 | the server or the database cannot be reached |
| 130 | stopped by Ctrl-C |

"""
