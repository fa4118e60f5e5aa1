"""
Structured logs: one line per event, on standard error.

What a contact said and who they are is never logged: texts are dropped, numbers are masked
where they are logged.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

PRIVATE = ("text", "body", "params", "secret", "token", "value")


def configure(level: str = "info", form: str = "json", file: TextIO | None = None) -> None:
    """For this process. `form` is "json" or "console"; `file` is else standard error."""
    renderer: Any = structlog.processors.JSONRenderer()
    if form == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_private,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file or sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)


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
