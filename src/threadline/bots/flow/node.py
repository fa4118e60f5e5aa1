"""What every node of a flow is: fields, ports with wires, and what it does in a turn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import Enum
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.talk import Talk


class Stop(Enum):
    """A turn ends here: the flow waits for an answer, or the session is over."""

    WAIT = "wait"
    END = "end"


Then = str | Stop
"""The id of the node to go on with, or why not."""


class Node(ABC):
    """Frozen data. A node that waits for an answer is a `WaitingNode`."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields) -> Self:
        """From its fields, which note what is wrong with them; then the result is not used."""

    @property
    @abstractmethod
    def wires(self) -> Mapping[str, str]:
        """Port to node id, in the order of the document."""

    @property
    @abstractmethod
    def summary(self) -> str:
        """What it does in a few words, for who looks at the flow; "" if its type says it."""

    @property
    def labels(self) -> Mapping[str, str]:
        """What a port is for, where its name does not tell."""
        return {}

    @abstractmethod
    def enter(self, talk: Talk) -> Then:
        """The flow came here. Raises `BotRefused`."""


class WaitingNode(Node):
    __slots__ = ()

    @abstractmethod
    def answer(self, talk: Talk) -> Then:
        """The contact answered. Raises `BotRefused`."""
