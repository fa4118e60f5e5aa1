"""The command line as its users have it: real processes, in a folder of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

PATIENCE = 40
CANARY = "canary0123456789abcdefcanary0123"
SID = f"AC{'1' * 32}"
NUMBER = "+15550109999"
KEYS = "srn:vault::flowit:secretdoc:twiliokeys"
ADDRESS = "myorganization-twiliosms"

FLOWIT = f"""\
Organization: flowit
Title: Flow IT
Secrets:
  - Name: twiliokeys
    Value:
      accountSid: {SID}
      authToken: {{FromEnv: TWILIO_TOKEN}}
      phoneNumber: {{FromFile: number.txt}}
Bots:
  - Name: MySmsBot
    Type: flow
    FlowFile: flows/tea.yaml
Endpoints:
  - Address: {ADDRESS}
    Name: MySms
    Status: online
    EngagementType: TwilioSms
    EngagementConfig: {{Secret: "{KEYS}"}}
    TargetBotReference: MySmsBot
"""
TEA = """\
nodes:
  start: {type: Start, next: hello}
  hello: {type: Dialogue, text: Hello!, next: end}
  end: {type: End}
"""


@dataclass
class Done:
    """What a command left behind: its exit code, and what it printed on each side."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.out + self.err, self.err
        assert CANARY not in self.out + self.err


@dataclass
class Desk:
    """A folder with files, a data folder in it, and variables; commands run here."""

    folder: Path
    env: dict[str, str] = field(default_factory=lambda: {"TWILIO_TOKEN": CANARY})

    @property
    def data(self) -> Path:
        return self.folder / "threadline-data"

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def start(self, *args: str, out: int = subprocess.PIPE) -> subprocess.Popen[str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("THREADLINE_")}
        return subprocess.Popen(
            [sys.executable, "-m", "threadline", *args],
            cwd=self.folder,
            env=own | {"COLUMNS": "100"} | self.env,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str, stdin: str = "") -> Done:
        with self.start(*args) as program:
            try:
                out, err = program.communicate(stdin, timeout=PATIENCE)
            finally:
                program.kill()
        return Done(program.returncode, out, err)

    @contextlib.contextmanager
    def serving(self, *args: str) -> Iterator[Server]:
        """`threadline serve` on a free port, until the end of the block."""
        with self.start("serve", "--port", "0", *args) as program:
            try:
                yield Server(program, line_with(program, '"serving"'))
            finally:
                program.kill()


@dataclass
class Server:
    """A running server; `said` is its first line that tells where it serves."""

    program: subprocess.Popen[str]
    said: str

    @property
    def url(self) -> str:
        return str(orjson.loads(self.said)["public_url"])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> Done:
        self.program.send_signal(how)
        out, err = self.program.communicate(timeout=PATIENCE)
        return Done(self.program.returncode, out, err)


def line_with(program: subprocess.Popen[str], words: str) -> str:
    """The next line on its standard error that has these words."""
    assert program.stderr is not None
    read = []
    for line in program.stderr:
        read.append(line)
        if words in line:
            return line
    raise AssertionError(f"It ended, and said: {''.join(read)}")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """With the sample's files, and nothing applied yet."""
    return sample(tmp_path)


def sample(folder: Path) -> Desk:
    found = Desk(folder)
    found.write("flowit.yaml", FLOWIT)
    found.write("number.txt", f"{NUMBER}\n")
    found.write("flows/tea.yaml", TEA)
    return found
