"""What every node of a flow is: fields, ports with wires, and what it does in a turn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import Enum
from typing import Self

from threadline.bots.flow.errands import Errand, Outcome
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.talk import Talk


class Stop(Enum):
    """
    A turn ends here: the flow waits for an answer, the session is over, or somebody else goes
    on with it (`Talk.then`).
    """

    WAIT = "wait"
    END = "end"
    HAND = "hand"


Then = str | Stop | Errand
"""The id of the node to go on with, or why not, or what has to be done first."""


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


class ErrandNode(Node):
    """A node that wants something done outside of the flow."""

    __slots__ = ()

    @abstractmethod
    def done(self, talk: Talk, outcome: Outcome) -> Then:
        """It was done, or could not be. Raises `BotFailed`."""


class WaitingNode(Node):
    """
    `talk.held` is what it wants to know when the answer comes; who else has come to it in the
    meantime finds it empty.
    """

    __slots__ = ()

    @abstractmethod
    def answer(self, talk: Talk) -> Then:
        """The contact answered. Raises `BotRefused`."""

    def woken(self, talk: Talk) -> Then:
        """The time has come that it asked for. Raises `BotRefused`."""
        return Stop.WAIT
