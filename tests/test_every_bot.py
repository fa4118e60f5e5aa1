"""One bot of each type behind a number of its own, texted from a handset."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from llmock.scenarios import Reply
from starlette.responses import JSONResponse

from tests.bots import agent, directline
from tests.bots.model import serving_model
from tests.bots.server import serving
from tests.world import Account, document, flow_bot, world
from threadline.bots import LABELS

KEY = secrets.token_hex(16)
GREETER = {
    "nodes": {
        "start": {"type": "Start", "next": "say"},
        "say": {"type": "Dialogue", "text": "A flow says hello.", "next": "end"},
        "end": {"type": "End"},
    }
}
INTENTS = [{"name": "welcome", "actions": [{"type": "message", "value": "Welcome."}]}]


async def bots(stack: AsyncExitStack) -> dict[str, tuple[dict[str, Any], str]]:
    """By type: the document, and the last text that it answers `hello` with."""
    microsoft = await stack.enter_async_context(agent.running())
    line = await stack.enter_async_context(directline.serving_line(microsoft.url, KEY))
    stack.callback(microsoft.patience.set)
    model = stack.enter_context(serving_model())
    model.state.scenarios.add(Reply(text="The model says hello.", times=None))
    http = serving(lambda asked: JSONResponse({"messages": [f"You: {asked.turn['text']}"]}))
    rasa = serving(lambda asked: JSONResponse([{"text": f"Rasa: {asked.turn['message']}"}]))
    key = "srn:vault::directline:secret:key"
    return {
        "flow": ({"Flow": GREETER}, "A flow says hello."),
        "intents": ({"Intents": INTENTS}, "Welcome."),
        "http": ({"Url": http}, "You: hello"),
        "directline": (
            {"Url": line.url, "Secret": key, "SettleSeconds": 0.2},
            "You said: hello",
        ),
        "agents": ({"Url": microsoft.url}, "You said: hello"),
        "rasa": ({"Url": rasa}, "Rasa: hello"),
        "openai": ({"Url": model.base_url("openai"), "Model": "tiny"}, "The model says hello."),
        "python": ({"Function": "tests.bots.functions:plain"}, "You said: hello"),
    }


async def test_a_bot_of_every_type_answers_by_text(tmp_path: Path, new_database_url: str):
    async with AsyncExitStack() as stack:
        known = await bots(stack)
        assert set(LABELS) == set(known)
        here = await stack.enter_async_context(
            world(tmp_path, new_database_url, python_bots="tests.bots.functions")
        )
        numbers = {kind: f"+1555010{n:04}" for n, kind in enumerate(known, 5000)}
        documents = []
        for kind, (fields, _said) in known.items():
            bot = {**flow_bot(name="Helper"), "Type": kind, **fields}
            if "Flow" not in fields:
                del bot["Flow"]
            one = document(
                Account(numbers[kind]), bot, organization=kind, address=f"{kind}-sms"
            )
            one["Secrets"].append({"Name": "key", "Type": "secret", "Value": KEY})
            documents.append(one)
        await here.apply(*documents)
        for number in numbers.values():
            await here.text("hello", to=number)

        for kind, (_fields, said) in known.items():

            async def last(kind: str = kind) -> str:
                return "".join((await here.received(ours=numbers[kind]))[-1:])

            assert said == await here.until(last, said), kind
