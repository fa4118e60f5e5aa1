"""The last lines of a run: what each storm did, and what came of it."""

from __future__ import annotations

import pytest

NAME = "chaos"
"""The property of a test that has its line; properties reach the main process of a run."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        one
        for found in terminalreporter.stats.values()
        for one in found
        if isinstance(one, pytest.TestReport) and one.when == "call"
    ]
    found = [str(text) for one in reports for name, text in one.user_properties if name == NAME]
    if found:
        terminalreporter.section("chaos")
    for line in sorted(found):
        terminalreporter.write_line(line)
