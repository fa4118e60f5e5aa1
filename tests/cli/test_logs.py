"""The log: one line per event, and nothing of what was said or of what is secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from threadline import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Logs are a process's own; the other tests have theirs."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def written(form: str = "json", level: str = "info") -> tuple[io.BytesIO, Any]:
    file = io.BytesIO()
    logs.configure(level, form, file)
    return file, structlog.get_logger("test")


def test_an_event_is_one_line_of_json():
    file, log = written()
    log.info("inbound", endpoint="flowit-sms", new=True)

    [line] = file.getvalue().splitlines()
    found = json.loads(line)
    assert ("inbound", "info", True) == (found["event"], found["level"], found["new"])
    assert found["timestamp"].endswith("Z")


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("name", logs.PRIVATE)
def test_what_is_private_never_reaches_the_log(form: str, name: str):
    file, log = written(form)
    log.warning("slip", **{name: "canary"})

    assert b"slip" in file.getvalue()
    assert b"canary" not in file.getvalue()


def test_the_level_decides_what_is_written():
    file, log = written(level="warning")
    log.info("inbound")
    log.warning("hook_rejected")

    assert ["hook_rejected"] == [
        json.loads(one)["event"] for one in file.getvalue().splitlines()
    ]


@pytest.mark.parametrize(
    ("level", "named"), [(30, "warning"), (35, "warning"), (99, "critical")]
)
def test_a_library_logs_the_same_way_at_whatever_level(level: int, named: str):
    file, _log = written()
    logging.getLogger("library").log(level, "lost %s", "it")

    found = json.loads(file.getvalue())
    assert ("library", "lost it", named) == (found["event"], found["said"], found["level"])


def test_an_exception_is_told_in_the_same_line():
    file, log = written()
    try:
        raise ValueError("odd")
    except ValueError:
        log.exception("failed")

    [line] = file.getvalue().splitlines()
    assert "ValueError: odd" in json.loads(line)["exception"]


@pytest.mark.parametrize("odd", ["plain", "half \ud83d"], ids=ascii)
def test_a_line_tells_when_it_was_to_the_microsecond(odd: str):
    file, log = written()
    before = datetime.now(UTC)
    log.info("now", what=odd)

    found = json.loads(file.getvalue())["timestamp"]
    assert "Z" == found[-1]
    assert before <= datetime.fromisoformat(found) <= datetime.now(UTC)


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("odd", ["half \ud83d", 2**80, Path("x"), b"\xff", {1: 2}], ids=ascii)
def test_whatever_is_logged_the_log_does_not_fail(form: str, odd: Any):
    file, log = written(form)
    log.info("odd", what=odd)

    assert b"odd" in file.getvalue()
