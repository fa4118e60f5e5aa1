"""Function: runs JavaScript, which changes what is known and chooses where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from threadline.bots.flow.errands import Outcome, Returned
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import ErrandNode, Stop, Then
from threadline.bots.flow.talk import Talk
from threadline.model.timeline import Note

MAX_CODE = 20_000


@dataclass(frozen=True, slots=True)
class Function(ErrandNode):
    """
    The code sends a message to one of `outputs`, by returning it (in an array, for others than
    the first). If it sends none the flow goes to `silent`, or rests if that is empty.
    """

    code: str
    outputs: tuple[str, ...]
    silent: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            code=_code(fields),
            outputs=_outputs(fields),
            silent=fields.wire("silent", default=""),
        )

    @property
    def summary(self) -> str:
        return " ".join(self.code.split())

    @property
    def wires(self) -> Mapping[str, str]:
        if len(self.outputs) == 1:
            ports = {"next": self.outputs[0]}
        else:
            ports = {f"output {number}": to for number, to in enumerate(self.outputs, 1)}
        return ports | ({"silent": self.silent} if self.silent else {})

    @property
    def labels(self) -> Mapping[str, str]:
        return {"silent": "nothing is sent"}

    def enter(self, talk: Talk) -> Then:
        return talk.script(self.code)

    def done(self, talk: Talk, outcome: Outcome) -> Then:
        if not isinstance(outcome, Returned):
            talk.fail(outcome)
        for line in outcome.logged:
            talk.add(Note(line, "logged"))
        port, message = _sent(outcome.sent)
        before = talk.context
        if isinstance(message, Mapping):
            talk.put(message)
        talk.context_is(outcome.context, before)
        if message is None:
            return self.silent or Stop.WAIT
        if not isinstance(message, Mapping):
            talk.refuse("The code has to return a message, which is an object such as `msg`.")
        if port >= len(self.outputs):
            talk.refuse(f"The code sent to output {port + 1}; there are {len(self.outputs)}.")
        return self.outputs[port]


def _code(fields: Fields) -> str:
    code = fields.plain("code")
    if len(code) > MAX_CODE:
        message = f"The code has {len(code)} characters; {MAX_CODE} are allowed."
        fields.wrong("code_too_long", "code", message, "Divide it into several nodes.")
    return code


def _outputs(fields: Fields) -> tuple[str, ...]:
    several = fields.wires("outputs")
    return several or (fields.wire("next"),)


def _sent(sent: tuple[Any, ...]) -> tuple[int, Any]:
    """The first message, and the number of the output that it goes to, from 0."""
    for one in sent:
        for port, message in enumerate(one if isinstance(one, list) else [one]):
            first = message[0] if isinstance(message, list) and message else message
            if first is not None and first != []:
                return port, first
    return 0, None
