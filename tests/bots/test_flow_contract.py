"""A flow keeps what every bot promises."""

from __future__ import annotations

from typing import ClassVar

import pytest

from tests.bots.contract import BotContract, Documents
from tests.bots.flow.conversation import FLOW
from threadline.model.document import load
from threadline.ports import BotType

GREETING = """
nodes:
  start: {type: Start, next: hello}
  hello: {type: Dialogue, text: Hello!, next: end}
  end: {type: End}
"""

TEA = """
nodes:
  start: {type: Start, next: hello}
  hello: {type: Dialogue, text: "Hello ${name | default: 'there'}!", next: ask}
  ask:
    type: Prompt
    text: Tea or coffee?
    options: {Tea: name, Coffee: end}
    other: ask
    store: drink
  name: {type: Input, text: Your name?, store: name, next: thanks}
  thanks: {type: Dialogue, text: "Thanks, ${name}.", next: end}
  end: {type: End}
"""


class TestContract(BotContract):
    broken: ClassVar = {
        "no flow": {},
        "a text": {"Flow": "hello"},
        "no nodes": {"Flow": {"nodes": {}}},
        "a node of no type": {"Flow": {"nodes": {"start": {"type": "Dance"}}}},
    }

    @pytest.fixture
    def documents(self) -> Documents:
        return [{"Flow": load(text).value} for text in (GREETING, TEA)]

    @pytest.fixture
    def type(self) -> BotType:
        return FLOW
