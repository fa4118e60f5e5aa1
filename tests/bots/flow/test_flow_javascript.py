"""Code of people who write flows: what it can do, and what it cannot do to anybody."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.bots.flow.conversation import Contact, nodes

from threadline.bots.flow.errands import Failed, Returned, Script
from threadline.bots.flow.javascript.pool import Scripts
from threadline.errors import BotRefused

GIVEN: dict[str, Any] = {"msg": {"payload": {}}, "context": {"n": 1}, "now": 0, "seed": 7}


@pytest.fixture
async def scripts() -> AsyncIterator[Scripts]:
    made = Scripts(seconds=0.3)
    yield made
    await made.close()


def script(code: str, **more: Any) -> Script:
    return Script(code, {**GIVEN, "node": "it"}, **more)


def function(code: str, **more: Any) -> Contact:
    return Contact(
        nodes(
            first={"type": "Function", "code": code, "next": "say", **more},
            say={
                "type": "Dialogue",
                "text": "${msg.x}|${n}|${msg.payload.user.message}",
                "next": "end",
            },
        )
    )


HOSTILE = {
    "an endless loop": "while (true);",
    "a string of a gigabyte": "let s = 'x'; while (true) s += s;",
    "a list without an end": "const a = []; while (true) a.push(new Array(1000));",
    "a deep recursion": "function f() { return f() + 1; } return f();",
    "an endless promise": "const f = () => Promise.resolve().then(f); f(); return msg;",
    "an endless timer": "setInterval(() => {}, 1); return msg;",
    "a regular expression that takes for ever": "return /^(a+)+$/.test('a'.repeat(40) + 'b');",
    "a large answer": "msg.big = 'x'.repeat(300000); return msg;",
    "an answer that is no JSON": "msg.me = msg; return msg;",
    "an import": "return import('os');",
    "a require": "return require('fs');",
    "a way out of the function": "}); (function () { throw new Error(); })(); (function () {",
    "code that is none": "return {{{;",
}


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_code_fails_and_the_next_code_runs(scripts: Scripts, code: str):
    failed = await scripts.run(script(code))
    after = await scripts.run(script("return {ok: 1};"))

    assert isinstance(failed, Failed)
    assert failed.why.endswith(".")
    assert Returned(({"ok": 1},), {"n": 1}) == after


async def test_a_process_that_is_killed_is_replaced(scripts: Scripts):
    await scripts.run(script("return msg;"))
    os.kill(scripts._idle[0]._process.pid, 9)

    assert isinstance(await scripts.run(script("return msg;")), Failed)
    assert isinstance(await scripts.run(script("return msg;")), Returned)


async def test_code_that_takes_long_holds_nobody_else_up(scripts: Scripts):
    slow = asyncio.create_task(scripts.run(script("while (true);")))
    quick = await scripts.run(script("return {quick: 1};"))

    assert not slow.done()
    assert isinstance(quick, Returned)
    assert isinstance(await slow, Failed)


async def test_code_finds_nothing_of_the_server(scripts: Scripts):
    names = await scripts.run(script("return {all: Object.getOwnPropertyNames(globalThis)};"))

    assert isinstance(names, Returned)
    [found] = names.sent
    assert set() == {
        "process",
        "require",
        "global",
        "Buffer",
        "fetch",
        "std",
        "os",
        "print",
        "load",
    } & set(found["all"])


async def test_one_call_leaves_nothing_to_the_next(scripts: Scripts):
    await scripts.run(script("globalThis.left = 1; Array.prototype.map = null; return msg;"))
    after = await scripts.run(script("return {left: typeof left, map: typeof [].map};"))

    assert isinstance(after, Returned)
    assert ({"left": "undefined", "map": "function"},) == after.sent


async def test_an_expression_sees_the_context(scripts: Scripts):
    true = await scripts.run(script("n + 1 === 2 && msg.payload !== null", expression=True))

    assert isinstance(true, Returned)
    assert (True,) == true.sent


def test_the_process_has_no_environment_and_imports_nothing_of_ours():
    worker = Path("src/threadline/bots/flow/javascript/worker.py").read_text()

    assert "threadline" not in worker.replace("of ours", "")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("msg.x = 1; return msg;", "1|5|hi"),
        ("return {x: 2};", "2|5|hi"),
        ("context.set('n', 6); return msg;", "|6|hi"),
        ("flow.set('n', flow.get('n') + 3); return msg;", "|8|hi"),
        ("msg.payload.context.n = 7; return msg;", "|7|hi"),
        ("msg.payload.user.message = 'ho'; return msg;", "|5|hi"),
        ("msg.payload.system.organization = 'evil'; msg.x = 1; return msg;", "1|5|hi"),
        ("node.send({x: 3}); node.send({x: 4});", "3|5|hi"),
        ("setTimeout(() => node.send({x: 'late'}), 60000);", "late|5|hi"),
        ("return Promise.resolve({x: 'soon'});", "soon|5|hi"),
        ("return [[{x: 'first'}, {x: 'second'}]];", "first|5|hi"),
        ("msg.x = new Date().toISOString(); return msg;", "2023-11-14T12:00:00.000Z|5|hi"),
    ],
)
def test_what_code_returns_is_known_afterwards(code: str, said: str):
    contact = function(code)
    contact.context = {"n": 5}

    assert [said, "[end]"] == contact.texts("hi")


def test_code_cannot_change_whose_conversation_it_is():
    code = """
      msg.payload.system = {organization: "evil"};
      msg.payload.context.endpointData = {Address: "evil"};
      return msg;
    """
    contact = Contact(
        nodes(
            first={"type": "Function", "code": code, "next": "say"},
            say={
                "type": "Dialogue",
                "next": "end",
                "text": "${msg.payload.system.organization} ${endpointData.Address}",
            },
        )
    )

    assert ["flowit flowit-sms", "[end]"] == contact.texts("hi")


def test_code_that_sends_nothing_lets_the_flow_rest():
    contact = function("if (msg.payload.user.message !== 'go') return null; return {x: 1};")

    assert [] == contact.texts("hi")
    assert not contact.ended
    assert ["1||go", "[end]"] == contact.texts("go")


def test_code_that_sends_nothing_may_lead_elsewhere():
    assert ["||hi", "[end]"] == function("return;", silent="say").texts("hi")


def test_what_code_keeps_is_there_until_the_session_ends():
    contact = Contact(
        nodes(
            first={"type": "Function", "code": "msg.x = 1; return msg;", "next": "ask"},
            ask={"type": "Input", "text": "Yes?", "next": "say"},
            say={"type": "Dialogue", "text": "x is ${msg.x}", "next": "end"},
        )
    )
    contact.texts("hi")

    assert ["x is 1", "[end]"] == contact.texts("yes")
    assert {} == contact.state


def test_what_code_keeps_is_bounded():
    contact = Contact(
        nodes(
            first={
                "type": "Function",
                "code": "msg.x = 'x'.repeat(20000); return msg;",
                "next": "ask",
            },
            ask={"type": "Input", "text": "Yes?", "next": "end"},
        )
    )

    with pytest.raises(BotRefused, match="What is kept of `msg` has 20"):
        contact.texts("hi")


def test_the_lines_that_code_logs_are_notes():
    said = function("node.warn('size', {a: 1}); console.log('x'); return msg;").texts("hi")

    assert ['[note warn: size {"a":1}]', "[note log: x]"] == said[:2]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("return 3;", "has to return a message"),
        ("return [null, msg];", "sent to output 2; there are 1"),
        ("node.error('no stock');", "The code failed: Error: no stock."),
        ("return Promise.reject(new Error('late'));", "The code failed: Error: late."),
    ],
)
def test_what_is_wrong_with_code_is_told(code: str, why: str):
    with pytest.raises(BotRefused, match=why):
        function(code).texts("hi")
