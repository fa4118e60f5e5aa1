"""What README.md tells a newcomer to type exists, and its examples run."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.world import Account, document, world
from threadline.cli import app, demo
from threadline.cli.documents import Batch
from threadline.model.document import load
from threadline.model.endpoint import ENGAGE, RETRIES
from threadline.settings import Settings

README = Path("README.md")
NAMES = ("go-live", "operate", "api", "portal", "messenger")
HOW_TO = [Path(f"docs/howto/{name}.md") for name in NAMES]
PAGES = [README, *HOW_TO, Path("CONTRIBUTING.md")]
ADDRESS = "flowit-sms"


def blocks(language: str, page: Path = README) -> list[str]:
    """Code blocks, without the indent of a list that they stand in."""
    found = re.findall(
        rf"^( *)```{language}\n(.*?)^ *```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def commands(page: Path) -> list[list[str]]:
    """Every call of threadline in a block of shell or between backticks, as words."""
    text = page.read_text("utf-8")
    lines = "\n".join(blocks("sh", page)).replace("\\\n", " ").splitlines()
    spans = re.findall(r"`([^`\n]+)`", text)
    called = re.compile(r"(?:^|[ /])threadline ([a-z].*)$")
    found = (called.search(one.partition("#")[0].strip()) for one in [*lines, *spans])
    return [one[1].split() for one in found if one]


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.stem)
def test_every_threadline_command_exists(page: Path):
    for words in commands(page):
        command: Any = typer.main.get_command(app)
        rest = list(words)
        while rest and hasattr(command, "commands"):
            name = rest.pop(0)
            assert name in command.commands, " ".join(words)
            command = command.commands[name]
        flags = {flag for param in command.params for flag in param.opts}
        assert set() == {one for one in rest if one.startswith("--")} - flags


def test_the_commands_are_found():
    said = [words[0] for words in commands(README)]

    assert {"demo", "chat", "apply", "serve", "conversation", "key"} == set(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.stem)
def test_every_make_target_and_script_exists(page: Path):
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^(\w+):", Path("Makefile").read_text("utf-8"), re.MULTILINE))

    assert set() == set(re.findall(r"(?:^|`)make (\w+)", text, re.MULTILINE)) - targets
    assert [] == [one for one in re.findall(r"scripts/\w+", text) if not Path(one).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.stem)
def test_every_setting_exists(page: Path):
    named = set(re.findall(r"THREADLINE_[A-Z_]+", page.read_text("utf-8")))
    known = {f"THREADLINE_{name.upper()}" for name in Settings.model_fields}

    assert set() == named - known


@pytest.mark.parametrize(
    "page", [*PAGES, *Path("docs").glob("*.md"), Path("CHANGELOG.md")], ids=lambda one: one.stem
)
def test_every_link_leads_somewhere(page: Path):
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        if anchor:
            titles = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in titles]
            assert anchor in slugs, link


async def test_the_document_is_applied_and_a_text_answered(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    account = Account()
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", account.sid)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", account.token)
    [file] = [one for one in blocks("yaml") if "Endpoints:" in one]
    (tmp_path / "flowit.yaml").write_text(file, "utf-8")
    batch = Batch(Settings.read())
    batch.read(tmp_path / "flowit.yaml")
    async with world(tmp_path / "data", database_url) as here:
        await here.apply(*batch.values)
        for text in ("hi", "Ann"):
            await here.text(text)
        said = ["Hello! What is your name?", "Nice to meet you, Ann."]

        assert [] == batch.problems
        assert said == await here.until(here.received, said)

    url = f"https://sms.example.com{ENGAGE}{ADDRESS}{RETRIES}"
    assert url in README.read_text("utf-8")


async def test_your_own_bot_answers(tmp_path: Path, bot: dict[str, Any]):
    async with world(tmp_path / "data", f"sqlite:///{tmp_path}/threadline.db") as here:
        await here.apply(document(Account(), bot))
        await here.text("hello")

        assert ["You said: hello"] == await here.until(here.received, ["You said: hello"])


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The page's program, running on a free port, and its document with that port."""
    [program] = blocks("python")
    [file] = [one for one in blocks("yaml") if "Type: http" in one]
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = str(line.getsockname()[1])
    (tmp_path / "bot.py").write_text(program.replace("8000", port), "utf-8")
    running = subprocess.Popen([sys.executable, tmp_path / "bot.py"], stderr=subprocess.DEVNULL)
    try:
        _wait_for(int(port))
        yield load(file.replace("8000", port)).value["Bots"][0]
    finally:
        running.terminate()
        running.wait()


def _wait_for(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the program of the page does not listen")


def test_the_demo_shows_what_the_page_shows():
    sample = resources.files("threadline.bots.flow") / "samples" / "welcome.yaml"
    names = {"public": "http://127.0.0.1:8080", "carrier": "http://127.0.0.1:8081"}
    names |= {"portal": "http://127.0.0.1:8080/join?code=…"}
    names |= {"number": demo.NUMBER, "handset": demo.HANDSET, "data": "threadline-data/demo"}
    banner = demo.SERVING + demo.HANDS_ON
    text = README.read_text("utf-8")
    said = re.findall(rf"^{re.escape(demo.NUMBER)}  (.*)$", text, re.MULTILINE)

    assert banner.format(**names, log="threadline-data/demo/demo.log") in text
    assert said[:2] == re.findall(r'text: "(Hello.*?|What is.*?)"', sample.read_text("utf-8"))
