"""
Structured logs: one line per event, on standard error.

What a contact said and who they are is never logged: texts are dropped, numbers are masked
where they are logged.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson
import structlog

PRIVATE = ("text", "body", "params", "secret", "token", "value")


def configure(level: str = "info", form: str = "json", file: BinaryIO | None = None) -> None:
    """For this process. `form` is "json" or "console"; `file` is else standard error."""
    out = file or sys.stderr.buffer
    render: list[Any] = [_line]
    if form == "console":
        colours = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
        render = [stamp, colours, lambda _logger, _name, line: line.encode(errors="replace")]
    structlog.configure(
        processors=[structlog.processors.add_log_level, drop_private, _exception, *render],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.BytesLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)


def _exception(logger: Any, name: str, event: MutableMapping[str, Any]) -> Any:
    return (
        structlog.processors.format_exc_info(logger, name, event)
        if "exc_info" in event
        else event
    )


def _line(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> bytes:
    event["timestamp"] = now = datetime.now(UTC)
    try:
        return orjson.dumps(event, default=repr, option=orjson.OPT_UTC_Z)
    except TypeError:  # half a character, or a number without end: a log never fails for it
        event["timestamp"] = now.isoformat().replace("+00:00", "Z")
        return json.dumps(event, default=repr, skipkeys=True).encode()


class _Forward(logging.Handler):
    """What libraries log goes the same way as our own events."""

    def emit(self, record: logging.LogRecord) -> None:
        told = structlog.get_logger(record.name)
        level = min(record.levelno // 10 * 10, logging.CRITICAL)  # a library may have its own
        told.log(level, "library", said=record.getMessage(), exc_info=record.exc_info)


def drop_private(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A last guard: values under these names never reach a log."""
    for name in PRIVATE:
        event.pop(name, None)
    return event
