"""A contact who texts with a flow, as tests see it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from threadline.bots.flow import Flows, language
from threadline.bots.flow.errands import Failed, Outcome, Returned, Script
from threadline.bots.flow.javascript import worker
from threadline.bots.flow.javascript.pool import Scripts
from threadline.bots.flow.language import Flow
from threadline.bots.flow.steps import walk
from threadline.egress import Egress
from threadline.model import dialogue, spans
from threadline.model.clock import SECOND
from threadline.model.document import load
from threadline.model.endpoint import Endpoint
from threadline.model.timeline import (
    Element,
    Media,
    SuggestionPrompt,
)
from threadline.model.turn import Reply, Turn

ENDPOINT = Endpoint(1, "flowit", {"Address": "flowit-sms", "Name": "Tea by text"})
FLOW = Flows(Egress().user, Scripts())
"""Nothing is called or run by it until a flow wants that."""
PRELUDE = Path(worker.__file__).with_name("prelude.js").read_text()
NOON = 1_700_000_000_000_000 // 86_400_000_000 * 86_400_000_000 + 43_200_000_000


def read(text: str) -> Flow:
    """The flow of a YAML text, which has no problems."""
    flow, problems = language.read(load(text).value, "Flow")
    assert flow is not None, "\n".join(map(str, problems))
    return flow


def nodes(**more: Any) -> Flow:
    """A flow from `start` to the node `first`, with an `end`."""
    document = {"start": {"type": "Start", "next": "first"}, **more, "end": {"type": "End"}}
    flow, problems = language.read({"nodes": document}, "Flow")
    assert flow is not None, "\n".join(map(str, problems))
    return flow


def turn(text: str = "hi", **more: Any) -> Turn:
    return Turn(
        id=more.pop("id", "turn"),
        endpoint=ENDPOINT,
        bot="tea",
        conversation=7,
        session="session",
        contact="+15550100001",
        text=text,
        first=more.pop("first", not more.get("state")),
        at=more.pop("at", NOON),
        **more,
    )


def step(flow: Flow, asked: Turn) -> Reply:
    """The reply of a flow that wants nothing done outside but its scripts."""
    steps = walk(flow, asked)
    try:
        errand = next(steps)
        while True:
            assert isinstance(errand, Script), f"The flow wants something done: {errand}"
            errand = steps.send(run(errand))
    except StopIteration as end:
        reply: Reply = end.value
        return reply


def run(script: Script) -> Outcome:
    """In the same engine, without a process around it."""
    asked = {"code": script.code, "expression": script.expression, "given": script.names}
    answer = worker.run(PRELUDE, {**asked, "seconds": 1})
    if "failed" in answer:
        return Failed(answer["failed"])
    done = answer["done"]
    return Returned(tuple(done["sent"]), done["context"], tuple(done["logged"]))


class Contact:
    """Texts one after the other; what the bot remembers is kept in between."""

    def __init__(self, flow: Flow, context: Mapping[str, Any] | None = None) -> None:
        self.flow = flow
        self.state: Mapping[str, Any] = {}
        self.context: Mapping[str, Any] = context or {}
        self.ended = False
        self.now = NOON
        self.wake_at: int | None = None

    def waits(self, span: str) -> list[str]:
        """What the bot says when so long nobody has written."""
        self.now += int(spans.seconds(span) * SECOND)
        due = self.wake_at is not None and self.wake_at <= self.now
        return self.texts("", woken=True) if due else []

    def texts(self, text: str, *media: str, **more: Any) -> list[str]:
        """What the bot says to it, menus left out."""
        asked = turn(
            text,
            at=more.pop("at", self.now),
            state=self.state,
            context=self.context,
            media=tuple(Media(url, "image/png") for url in media),
            **more,
        )
        reply = step(self.flow, asked)
        self.state, self.context, self.ended = reply.state, reply.context, reply.ended
        self.wake_at = reply.wake_at
        spoken = [
            element for element in reply.elements if not isinstance(element, SuggestionPrompt)
        ]
        return [say(element) for element in spoken] + (["[end]"] if reply.ended else [])


def say(element: Element) -> str:
    return "\n".join(dialogue.lines([element]))
