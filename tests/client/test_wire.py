"""Whatever answers, and whatever is asked: the clients give it back, or raise what it means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from threadline.client import AsyncThreadline, Threadline
from threadline.errors import (
    Interrupted,
    Invalid,
    Limited,
    NotSent,
    ThreadlineError,
    Unauthenticated,
)

URL = "https://sms.example.com"
PAGE = "<h1>Hello</h1>"


def client(answer: Callable[[httpx2.Request], httpx2.Response]) -> Threadline:
    return Threadline(URL, "threadline_x", transport=httpx2.MockTransport(answer))


def refusal(answer: Callable[[httpx2.Request], httpx2.Response]) -> ThreadlineError:
    """What it is told as, by both clients' common part."""
    with client(answer) as threadline, pytest.raises(ThreadlineError) as told:
        threadline.bots.list()
    return told.value


def answers(status: int, **said: Any) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda _request: httpx2.Response(status, **said)


@pytest.mark.parametrize(
    "said", [{"html": PAGE}, {}, {"json": ["data"]}], ids=["a page", "nothing", "a list"]
)
def test_what_is_no_answer_of_the_api_is_not_taken_for_one(said: dict[str, Any]):
    found = refusal(answers(200, **said))

    assert isinstance(found, Interrupted)
    assert "no Threadline server" in str(found)


@pytest.mark.parametrize("status", [400, 403, 404, 407])
def test_a_page_of_somebody_in_between_is_told_as_such(status: int):
    found = refusal(answers(status, html=PAGE))

    assert isinstance(found, Interrupted)
    assert f"({status}) is no Threadline server" in str(found)


def test_a_proxy_whose_server_is_gone_may_have_passed_it_on():
    found = refusal(answers(502, html=PAGE))

    assert isinstance(found, Interrupted)
    assert "failed (502)" in str(found)


def test_an_address_that_leads_elsewhere_says_where_to():
    found = refusal(answers(308, headers={"Location": "https://other.example.com/"}))

    assert isinstance(found, NotSent)
    assert "https://other.example.com/" in str(found)


def test_a_newer_server_may_say_more_of_a_problem():
    told = {"code": "a", "path": "b", "message": "c", "mend": "d", "severity": "new"}
    found = refusal(answers(422, json={"code": "invalid", "problems": [told, {"code": "e"}]}))

    assert isinstance(found, Invalid)
    assert [("a", "b", "d", None), ("e", "", "", None)] == [
        (one.code, one.path, one.mend, one.line) for one in found.problems
    ]


@pytest.mark.parametrize(
    ("said", "seconds"), [("7", 7), ("Wed, 21 Oct 2026 07:28:00 GMT", 1), ("", 1)]
)
def test_when_to_come_again_is_known_however_it_is_said(said: str, seconds: float):
    told = {"code": "limited", "detail": "Too often."}
    found = refusal(answers(429, json=told, headers={"Retry-After": said}))

    assert isinstance(found, Limited)
    assert seconds == found.retry_after


@pytest.mark.parametrize(
    ("kind", "means"),
    [
        (httpx2.ConnectError, NotSent),
        (httpx2.ConnectTimeout, NotSent),
        (httpx2.PoolTimeout, NotSent),
        (httpx2.ProxyError, NotSent),
        (httpx2.ReadTimeout, Interrupted),
        (httpx2.ReadError, Interrupted),
        (httpx2.WriteError, Interrupted),
        (httpx2.RemoteProtocolError, Interrupted),
    ],
)
def test_whether_anything_has_happened_is_told_apart(
    kind: type[httpx2.TransportError], means: type[ThreadlineError]
):
    asked: list[httpx2.Request] = []

    def broken(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        raise kind("broken", request=request)

    with client(broken) as threadline, pytest.raises(means):
        threadline.optouts.add("flowit-sms", "+15550100001", reason="asked")

    assert 1 == len(asked)  # nobody knows whether it may be sent again


@pytest.mark.parametrize(
    "url", ["", "localhost:8080", "sms.example.com", "ftp://x", "http://x:99999", "http://[x"]
)
def test_what_is_no_address_is_told_before_anything_is_sent(url: str):
    with pytest.raises(NotSent, match="no address of a server"):
        Threadline(url, "threadline_x")
    with pytest.raises(NotSent, match="no address of a server"):
        AsyncThreadline(url, "threadline_x")


def test_a_key_may_come_with_the_end_of_its_line():
    seen: list[str] = []

    def look(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["authorization"])
        return httpx2.Response(200, json={"data": [], "next": None})

    with Threadline(URL, "threadline_x\n", transport=httpx2.MockTransport(look)) as threadline:
        threadline.bots.list()

    assert ["Bearer threadline_x"] == seen


@pytest.mark.parametrize(
    "key", ["threadline_\u00e4", "two words", "x\nX-Other: y", "\u201cx\u201d"]
)
def test_what_can_be_no_key_is_told_before_anything_is_sent(key: str):
    with pytest.raises(Unauthenticated, match="no key has"):
        Threadline(URL, key)


@pytest.mark.parametrize(
    "value", [2**70, "\ud800", object()], ids=["a long number", "half a letter", "no JSON"]
)
def test_what_no_json_can_say_is_told_so(value: Any):
    with client(answers(201, json={})) as threadline, pytest.raises(Invalid) as told:
        threadline.bots.create({"Name": "x", "Type": value})

    assert ["json_invalid"] == [one.code for one in told.value.problems]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_what_is_asked_of_this_machine_goes_through_no_proxy(
    monkeypatch: pytest.MonkeyPatch, host: str
):
    """A key in plain text is nobody else's to read."""
    heard: dict[str, bytes] = {}

    async def listen(name: str) -> asyncio.Server:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard[name] = await reader.readuntil(b"\r\n\r\n")
            body = b'{"data": [], "next": null}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            writer.close()

        return await asyncio.start_server(answer, "127.0.0.1", 0)

    async with await listen("proxy") as proxy, await listen("server") as server:
        ports = [one.sockets[0].getsockname()[1] for one in (proxy, server)]
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{ports[0]}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{ports[0]}")
        async with AsyncThreadline(f"http://{host}:{ports[1]}", "threadline_x") as threadline:
            found = await threadline.bots.list()

    assert {"data": [], "next": None} == found
    assert ["server"] == [*heard]
