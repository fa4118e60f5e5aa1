"""A server that speaks OpenAI's protocol, as quiet as the other servers of the tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from llmock.testing import LLMockServer


@contextmanager
def serving_model() -> Iterator[LLMockServer]:
    """It sets the level of what all servers in the process log, so that is set back."""
    with LLMockServer() as server:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        yield server
