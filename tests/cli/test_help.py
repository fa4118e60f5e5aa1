"""What `--help` says, and how quickly."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.docs.commands import Command, every_command
from threadline import __version__

COMMANDS = every_command()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_every_command_and_every_part_of_it_is_described(command: Command):
    silent = [one.name for one in command.parts if not one.about.endswith((".", "]"))]

    assert [] == silent
    assert command.about.partition("\n\n")[0].endswith(".")


@pytest.mark.parametrize(
    "command", [["--help"], ["apply", "--help"], ["chat", "--help"]], ids=str
)
def test_help_comes_at_once(command: list[str]):
    """No heavy module is imported for it; by the clock it is about 0.2 s."""
    heavy = "aiohttp asyncpg cryptography phonenumbers prompt_toolkit starlette uvicorn"
    asked = (
        "import sys\n"
        "from threadline.cli import app\n"
        f"app({command!r}, standalone_mode=False)\n"
        f"print(*sorted(set({heavy.split()!r}) & set(sys.modules)), file=sys.stderr)"
    )
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert "" == run.stderr.strip()
    assert 10 > time.monotonic() - began


@pytest.mark.parametrize(
    "start",
    [[str(Path(sys.executable).parent / "threadline")], [sys.executable, "-m", "threadline"]],
)
def test_the_version_is_told(start: list[str]):
    run = subprocess.run([*start, "--version"], capture_output=True, text=True, check=True)

    assert f"threadline {__version__}\n" == run.stdout
