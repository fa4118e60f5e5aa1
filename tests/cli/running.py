"""The command line in this very process, for tests that run all of it."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass

import pytest

from threadline.cli import main

CANARY = "canary0123456789abcdefcanary0123"


@dataclass
class Done:
    """What a command left behind: its exit code, and what it printed on each side."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.out + self.err, self.err
        assert CANARY not in self.out + self.err


def run(patch: pytest.MonkeyPatch, *args: str) -> Done:
    """What `threadline ARGS` leaves behind."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.context() as own,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        own.setattr(sys, "argv", ["threadline", *args])
        try:
            main()
        except SystemExit as why:
            code = why.code if isinstance(why.code, int) else 1
    return Done(code, out.getvalue(), err.getvalue())
