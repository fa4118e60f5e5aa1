"""The command line in a folder of its own, in this process or in one of its own."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from tests.cli.running import CANARY, Done, run

PATIENCE = 40
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
    EngagementConfig: {{Secret: "{KEYS}", MessagesPerSecond: 1000}}
    TargetBotReference: MySmsBot
"""
TEA = """\
nodes:
  start: {type: Start, next: hello}
  hello: {type: Dialogue, text: Hello!, next: end}
  end: {type: End}
"""


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

    @property
    def _variables(self) -> dict[str, str]:
        return {"COLUMNS": "100"} | self.env

    def run(self, *args: str, stdin: str = "") -> Done:
        """
        A command, in this process, which takes a tenth of the time. What ends by a signal or
        listens has to be a `program`.
        """
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name in _others():
                patch.delenv(name)
            for name, value in self._variables.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            return run(patch, *args)

    def start(self, *args: str, out: int = subprocess.PIPE) -> subprocess.Popen[str]:
        """`python -m threadline`, in a process of its own."""
        inherited = {name: os.environ[name] for name in os.environ.keys() - _others()}
        return subprocess.Popen(
            [sys.executable, "-m", "threadline", *args],
            cwd=self.folder,
            env=inherited | self._variables,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
        )

    def program(self, *args: str, stdin: str = "") -> Done:
        """A command as its users have it, in a process of its own, until it ends."""
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


def _others() -> set[str]:
    """Settings of whoever runs the tests."""
    return {name for name in os.environ if name.startswith("THREADLINE_")}


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
