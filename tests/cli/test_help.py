"""What `--help` says, and how quickly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.commands import Command, every_command
from threadline import __version__

COMMANDS = every_command()
PROGRAM = str(Path(sys.executable).parent / "threadline")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_every_command_and_every_part_of_it_is_described(command: Command):
    silent = [one.name for one in command.parts if not one.about.endswith((".", "]"))]

    assert [] == silent
    assert command.about.partition("\n\n")[0].endswith(".")


HEAVY = (
    "aiohttp anyio asyncpg cryptography fastapi httpx2 orjson phonenumbers "
    "prompt_toolkit pydantic sqlite3 starlette structlog uvicorn yaml"
).split()


def test_help_comes_at_once():
    """No heavy module is imported for any of it; by the clock it is about 0.2 s."""
    names = [one.name.split()[1:] for one in COMMANDS]
    asked = (
        "import sys\n"
        "from threadline.cli import app\n"
        f"for words in {names!r}:\n"
        "    app([*words, '--help'], standalone_mode=False)\n"
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert "" == run.stderr.strip()
    assert len(COMMANDS) <= run.stdout.count("Usage: ")


def test_the_program_imports_nothing_heavy_before_it_knows_what_is_wanted():
    """As `python -X importtime` tells it, of the program as it is started."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "threadline", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}

    assert "typer" in imported
    assert set() == set(HEAVY) & imported


@pytest.mark.parametrize(
    "start",
    [[PROGRAM], [sys.executable, "-m", "threadline"]],
)
def test_the_version_is_told(start: list[str]):
    run = subprocess.run([*start, "--version"], capture_output=True, text=True, check=True)

    assert f"threadline {__version__}\n" == run.stdout


def completed(*words: str) -> list[str]:
    """What the shell is offered after these words, the last one of which is begun."""
    own = {
        "_THREADLINE_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["threadline", *words]),
        "COMP_CWORD": str(len(words)),
    }
    run = subprocess.run(
        [PROGRAM], capture_output=True, text=True, check=False, env=os.environ | own
    )
    return run.stdout.split()


def test_the_shell_completes_nouns_and_verbs():
    nouns = {one.name.split()[1] for one in COMMANDS if len(one.name.split()) > 1}

    assert nouns == set(completed(""))
    assert ["optout"] == completed("opt")
    assert ["list", "add", "remove", "history"] == completed("optout", "")
    assert ["--scope"] == completed("key", "create", "--sc")


def test_the_shell_completes_codes():
    assert ["unknown_address"] == completed("explain", "unknown_a")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_shown_for_the_shell_in_use(shell: str, tmp_path: Path):
    """The shell is the process that started it, by its name."""
    (tmp_path / shell).symlink_to("/bin/sh")
    run = subprocess.run(
        [tmp_path / shell, "-c", f"{PROGRAM} --show-completion; true"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "_THREADLINE_COMPLETE" in run.stdout
    assert shell in run.stdout


def test_what_is_printed_into_a_file_has_no_colours():
    own = {"FORCE_COLOR": "", "TERM": "xterm-256color"}
    for words in (["--help"], ["nothing"], ["optout", "list", "--limit", "0"]):
        run = subprocess.run(
            [PROGRAM, *words], capture_output=True, text=True, check=False, env=os.environ | own
        )
        assert "\x1b" not in run.stdout + run.stderr
