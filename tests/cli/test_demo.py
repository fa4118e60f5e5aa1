"""`threadline demo`: everything on one machine, texted from another terminal."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import ADDRESS, PATIENCE, Desk, Done

PORTS = ("--port", "0", "--carrier-port", "0")


@dataclass
class Demo:
    """A running demo and what it printed first."""

    program: subprocess.Popen[str]
    screen: str

    def url(self, of: str) -> str:
        found = re.search(rf"^{of} +(http://\S+)", self.screen, re.MULTILINE)
        assert found
        return found[1]

    def stop(self) -> Done:
        answers(self.url("Threadline"))
        self.program.send_signal(signal.SIGTERM)
        out, err = self.program.communicate(timeout=PATIENCE)
        return Done(self.program.returncode, out, err)


def answers(url: str) -> None:
    """Comes back once the server is at work, and so listens to signals."""
    with urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE) as answer:
        assert 200 == answer.status


@contextlib.contextmanager
def demo(desk: Desk) -> Iterator[Demo]:
    with desk.start("demo", "--serve", *PORTS, "--data", "demo") as program:
        try:
            assert program.stdout is not None
            screen = ""
            while "Ctrl-C stops it." not in screen:
                line = program.stdout.readline()
                assert line, program.stderr and program.stderr.read()
                screen += line
            yield Demo(program, screen)
        finally:
            program.kill()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder, as a newcomer has it."""
    return Desk(tmp_path, {})


def test_a_newcomer_texts_the_bot_and_reads_what_was_said(desk: Desk):
    with demo(desk) as here:
        texted = desk.run(
            *("chat", "--carrier", here.url("Carrier")), stdin="hello\nAda\nGreen\n"
        )
        show = re.search(r"threadline (conversation show .+)", here.screen)
        assert show
        shown = desk.run(*show[1].split())
        listed = desk.run("conversation", "list", "--org", "flowit", "--data", "demo")
        stopped = here.stop()

    log = (desk.folder / "demo" / "demo.log").read_text()
    assert (0, "") == (texted.code, texted.err)
    assert "You are +15550100001 and text +15550109999." in texted.out
    for text in (
        "Hello! This is Leaf & Cup, tea by text.",
        "What is your name?",
        "Nice to meet you, Ada.",
        "Thank you, Ada. Your green tea is ready in 10 minutes.",
    ):
        assert f"+15550109999  {text}\n" in texted.out
    assert "contact  hello" in shown.out
    assert "[delivered]" in shown.out
    assert ADDRESS in listed.out
    assert (0, "") == (stopped.code, stopped.err)
    assert "Traceback" not in log
    assert "stopped" == json.loads(log.splitlines()[-1])["event"]
    assert "hello" not in log
    assert "+15550100001" not in log


def test_a_demo_keeps_what_it_had(desk: Desk):
    with demo(desk) as here:
        desk.program("chat", "--carrier", here.url("Carrier"), stdin="hello\n")
        here.stop()
    with demo(desk) as here:
        again = desk.program("chat", "--carrier", here.url("Carrier"), stdin="Ada\n")
        here.stop()

    assert "Nice to meet you, Ada." in again.out


def test_a_second_demo_on_the_same_folder_says_what_to_do(desk: Desk):
    with demo(desk) as here:
        second = desk.program("demo", "--serve", *PORTS, "--data", "demo")
        still = desk.run("endpoint", "list", "--org", "flowit", "--data", "demo")
        stopped = here.stop()

    assert (1, "") == (second.code, second.out)
    assert second.err.startswith("busy: Another process works on demo/threadline.db. Stop it")
    assert [0, 0] == [still.code, stopped.code]


@pytest.mark.parametrize("flag", ["--port", "--carrier-port"])
def test_a_port_that_is_taken_says_what_to_do(desk: Desk, flag: str):
    with socket.create_server(("127.0.0.1", 0)) as line:
        taken = str(line.getsockname()[1])
        done = desk.program("demo", "--serve", *PORTS, flag, taken, "--data", "demo")

    assert (1, "") == (done.code, done.out)
    assert f"busy: Cannot listen on 127.0.0.1:{taken}" in done.err


def test_a_demo_without_a_terminal_serves(desk: Desk):
    """`threadline demo < /dev/null` has nobody to hand a phone to."""
    with desk.start("demo", *PORTS, "--data", "demo") as program:
        assert program.stdout is not None
        first = program.stdout.readline()
        answers(first.split()[1])
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=PATIENCE)

    assert first.startswith("Threadline   http://127.0.0.1:")
    assert 0 == program.returncode
