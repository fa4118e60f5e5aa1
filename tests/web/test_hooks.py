"""The door for providers: what is let in, what is turned away, and what it changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from tests.web.provider import EMPTY, Provider, message_of, new_sid, sign
from tests.web.rows import ask, contents, counts, on
from tests.world import ADDRESS, ANN, ECHO, Account, World, document, flow_bot, until, world
from threadline.web import server
from threadline.web.hooks import Hooks

LIMIT = 64 * 1024


@dataclass
class Door:
    """A server with one endpoint whose bot says what it hears, and its provider."""

    here: World
    provider: Provider
    database_url: str

    async def answered(self, *texts: str) -> bool:
        """Whether exactly these texts were answered."""
        return list(texts) == await self.here.until(self.here.received, list(texts))

    async def said(self) -> list[tuple[str, str]]:
        return [message_of(entry) for entry in await self.here.timeline()]


@pytest.fixture
async def door(tmp_path: Path, database_url: str) -> AsyncIterator[Door]:
    async with opened(tmp_path, database_url) as made:
        yield made


@asynccontextmanager
async def opened(data: Path, database_url: str, **fields: Any) -> AsyncIterator[Door]:
    async with world(data, database_url, secret_ttl=0.2, catch_up=0) as here:
        account = Account()
        await here.apply(document(account, flow_bot(ECHO), **fields))
        yield Door(here, Provider(here.egress, here.url, account), database_url)


async def test_a_signed_text_is_acknowledged_as_twilio_wants_and_answered(door: Door):
    answer = await door.provider.text("hi")

    assert (200, EMPTY) == (answer.status, answer.body)
    assert "text/xml" == answer.headers["content-type"].partition(";")[0]
    assert await door.answered("hi")


@pytest.mark.parametrize("rest", ["", "/fallback", "/status?m=1"])
async def test_a_request_that_is_not_signed_by_twilio_changes_nothing(door: Door, rest: str):
    await door.provider.text("hi")
    assert await door.answered("hi")
    assert "delivered" == await door.here.until(lambda: status(door), "delivered")
    before = await contents(door.database_url)
    fields = door.provider.fields("STOP")
    altered = [*fields[:-1], ("ApiVersion", "2010-04-02")]
    good = sign(door.provider.account.token, door.provider.target(rest), altered)
    twisted = {"X-Twilio-Signature": "=" + good["X-Twilio-Signature"][1:]}

    answers = [
        await door.provider.post(fields, rest, headers={}),
        await door.provider.post(fields, rest, headers={"X-Twilio-Signature": ""}),
        await door.provider.post(fields, rest, headers={"X-Twilio-Signature": "x" * 28}),
        await door.provider.post(fields, rest, token="another token"),
        await door.provider.post(fields, rest, token=""),
        await door.provider.post(fields, rest, headers=good),
        await door.provider.post(altered, rest, headers=twisted),
        await door.provider.post([], rest, headers={}),
    ]

    assert [403] * 8 == [answer.status for answer in answers]
    assert before == await contents(door.database_url)


async def held(door: Door) -> dict[str, int]:
    """What is there beside the sender, which comes with the endpoint."""
    found = await counts(door.database_url)
    return {name: n for name, n in found.items() if n and name != "senders"}


async def status(door: Door) -> str:
    return "".join(entry["status"] for entry in await door.here.timeline())


@on("sqlite")
async def test_a_signature_for_another_url_opens_nothing(door: Door):
    fields = door.provider.fields("hi")
    elsewhere = sign(door.provider.account.token, "https://example.com/v1/engage/x", fields)

    answer = await door.provider.post(fields, headers=elsewhere)

    assert 403 == answer.status
    assert not await held(door)


@on("postgres")
async def test_a_text_of_another_account_opens_nothing(door: Door):
    answer = await door.provider.text("hi", AccountSid=f"AC{'0' * 32}")

    assert 403 == answer.status
    assert not await held(door)


@on("sqlite")
async def test_a_text_without_its_id_is_told_what_it_lacks(door: Door):
    fields = [f for f in door.provider.fields("hi") if not f[0].endswith("Sid")]
    fields.append(("AccountSid", door.provider.account.sid))

    answer = await door.provider.post(fields)

    assert (400, b"malformed\n") == (answer.status, answer.body)


async def test_the_same_text_five_times_at_once_is_answered_once(door: Door):
    sid = new_sid()

    answers = await asyncio.gather(*(door.provider.text("hi", sid=sid) for _ in range(5)))
    later = await door.provider.text("hi", sid=sid)
    await door.provider.text("next")

    assert [(200, EMPTY)] * 6 == [(one.status, one.body) for one in (*answers, later)]
    assert await door.answered("hi", "next")
    assert 2 == (await counts(door.database_url))["inbox"]


@on("sqlite")
async def test_an_address_that_nobody_has_is_not_found(door: Door):
    nobody = Provider(door.here.egress, door.here.url, door.provider.account, "nobody")

    found = [(await nobody.text("hi")).status, (await door.provider.post([], "/else")).status]

    assert [404, 404] == found
    assert not await held(door)


@on("postgres")
async def test_a_body_of_more_than_64_kb_is_refused(door: Door):
    big = await door.provider.text("x" * LIMIT)
    fitting = await door.provider.text("y", Padding="x" * (LIMIT - 2_000))

    assert [413, 200] == [big.status, fitting.status]
    assert await door.answered("y")
    assert 1 == (await counts(door.database_url))["inbox"]


@on("sqlite")
async def test_a_body_of_more_than_64_kb_is_refused_though_it_does_not_say_so(door: Door):
    host, port = door.here.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /v1/engage/{ADDRESS} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked"
    writer.write(f"{head}\r\n\r\n".encode())
    for _ in range(9):
        writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        await writer.drain()

    answer = await reader.readline()

    assert b"413" in answer
    writer.close()


@asynccontextmanager
async def impatient(here: World, seconds: float) -> AsyncIterator[tuple[Hooks, str]]:
    """The same door once more, at another port, which waits for no body longer than that."""
    with server.listen("127.0.0.1", 0) as line:
        hooks = Hooks(here.app, patience=seconds)
        serving, task = server.serve_on(line, hooks)
        yield hooks, f"127.0.0.1:{line.getsockname()[1]}"
        serving.should_exit = True
        await task


async def begin(at: str, sent: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request whose body does not come, or not all of it."""
    host, port = at.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /v1/engage/{ADDRESS} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\n\r\n"
    writer.write(head.encode() + sent)
    await writer.drain()
    return reader, writer


@on("sqlite")
async def test_who_does_not_send_the_body_is_not_waited_for(door: Door):
    async with impatient(door.here, 0.3) as (_, at):
        began = asyncio.get_running_loop().time()
        pairs = [await begin(at, sent) for sent in (b"", b"From=", b"")]
        answers = await asyncio.gather(*(reader.read() for reader, _ in pairs))
        took = asyncio.get_running_loop().time() - began
        for _, writer in pairs:
            writer.close()

    assert [True] * 3 == [one.startswith(b"HTTP/1.1 408 ") for one in answers]
    assert 0.25 < took < 5


async def test_who_waits_for_a_body_keeps_no_place_for_ever(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url, max_in_flight=2) as here:
        account = Account()
        await here.apply(document(account, flow_bot(ECHO)))
        async with impatient(here, 1.5) as (hooks, at):
            pairs = [await begin(at, b"") for _ in range(2)]
            provider = Provider(here.egress, f"http://{at}", account)

            async def held() -> int:
                return hooks.in_flight

            assert 2 == await here.until(held, 2)
            busy = (await provider.text("hi")).status
            answers = await asyncio.gather(*(reader.readline() for reader, _ in pairs))
            # The URL that is signed is the public one, and this door has another.
            later = (await provider.text("hi")).status
            for _, writer in pairs:
                writer.close()

    assert [b"HTTP/1.1 408 Request Timeout\r\n"] * 2 == answers
    assert (503, 403) == (busy, later)


@on("sqlite")
async def test_a_body_that_comes_in_pieces_is_whole(door: Door):
    fields = door.provider.fields("hi")
    form = urlencode(fields).encode()
    signed = sign(door.provider.account.token, door.provider.target(), fields)
    host, port = door.here.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = [
        f"POST /v1/engage/{ADDRESS} HTTP/1.1",
        f"Host: {host}",
        f"Content-Length: {len(form)}",
    ]
    head += [f"{name}: {value}" for name, value in signed.items()]
    writer.write("\r\n".join([*head, "", ""]).encode())
    for n in range(0, len(form), 100):
        writer.write(form[n : n + 100])
        await writer.drain()
        await asyncio.sleep(0)

    assert b"HTTP/1.1 200 OK\r\n" == await reader.readline()
    assert await door.answered("hi")
    writer.close()


@on("sqlite")
async def test_what_is_ordinary_takes_no_line_in_the_log(door: Door):
    sid = new_sid()
    with capture_logs() as log:
        await door.provider.text("hi", sid=sid)
        assert await door.answered("hi")
        assert "delivered" == await door.here.until(lambda: status(door), "delivered")
        await door.provider.text("hi", sid=sid)
        await door.provider.text("hi", To="+15550108888")
        await door.provider.text("STOP")
        await door.provider.post(
            [*door.provider.fields(""), ("MessageStatus", "sent")], "/status"
        )

    told = [(one["event"], one["log_level"]) for one in log]
    assert [("inbound", level) for level in ("debug", "info", "info", "info")] == [
        one for one in told if one[0] == "inbound"
    ]
    receipts = [level for event, level in told if event == "receipt"]
    assert {"debug"} == set(receipts[:-1])
    assert "info" == receipts[-1]


async def receipts(log: list[Any]) -> list[tuple[str, str]]:
    """Each status callback that was told, and how loudly."""
    return [(one["status"], one["log_level"]) for one in log if one["event"] == "receipt"]


@on("sqlite")
async def test_a_text_that_failed_takes_a_line(door: Door):
    await door.here.post(
        "/faults", {"where": "delivery", "what": "undelivered", "code": 30007, "to": ANN}
    )
    with capture_logs() as log:
        await door.provider.text("hi")
        assert "failed" == await door.here.until(lambda: status(door), "failed")
        last = await until(lambda: receipts(log), lambda told: told[-1][0] == "undelivered")

    assert ("undelivered", "info") == last[-1]


@on("sqlite")
async def test_only_post_and_get_are_taken(door: Door):
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        answer = await door.here.ask(method, door.provider.target())

        assert (method, 405) == (method, answer.status)


@on("sqlite")
async def test_a_webhook_by_get_is_as_good(door: Door):
    answer = await door.provider.get(door.provider.fields("hi & bye"))
    forged = await door.provider.get(door.provider.fields("no"), token="another token")

    assert [200, 403] == [answer.status, forged.status]
    assert await door.answered("hi & bye")


@on("postgres")
async def test_the_fallback_is_the_same_door_and_keeps_why_it_was_used(door: Door):
    why = {"ErrorCode": "11200", "ErrorUrl": door.provider.target()}
    sid = new_sid()

    answer = await door.provider.post(door.provider.fields("hi", sid=sid, **why), "/fallback")
    twice = await door.provider.text("hi", sid=sid)
    await door.provider.text("next")

    assert [(200, EMPTY)] * 2 == [(one.status, one.body) for one in (answer, twice)]
    assert await door.answered("hi", "next")
    rows = await ask(door.database_url, "SELECT params FROM inbox ORDER BY id")
    kept = dict(json.loads(rows[0][0]))
    assert why == {name: kept[name] for name in why}
    assert "" == kept["FromCity"]


@on("postgres")
async def test_a_picture_without_words_is_kept_with_its_address(door: Door):
    url, kind = "https://api.twilio.com/Media/ME1", "image/jpeg"

    answer = await door.provider.text("", NumMedia="1", MediaUrl0=url, MediaContentType0=kind)

    assert 200 == answer.status
    [entry, *_] = await door.here.timeline()
    assert {"type": "media", "url": url, "contentType": kind} == entry["element"]


@pytest.mark.parametrize(
    ("encoded", "decoded", "kept"),
    [
        ("a%00b", "a\0b", "a\ufffdb"),
        ("a%ED%A0%BDb", "a\ufffd\ufffd\ufffdb", "a\ufffd\ufffd\ufffdb"),
        ("caf%C3%A9+%F0%9F%AB%96", "café 🫖", "café 🫖"),
    ],
    ids=["NUL", "half a surrogate pair", "emoji"],
)
async def test_every_character_survives_or_becomes_a_box(
    door: Door, encoded: str, decoded: str, kept: str
):
    fields = door.provider.fields(decoded)
    signed = sign(door.provider.account.token, door.provider.target(), fields)
    form = "&".join(f"{n}={v.replace('+', '%2B')}" for n, v in fields if n != "Body")
    answer = await door.here.egress.provider.request(
        *("POST", door.provider.target()),
        data=f"{form}&Body={encoded}".encode(),
        content_type="application/x-www-form-urlencoded",
        headers=signed,
    )

    assert 200 == answer.status
    assert await door.answered(kept)
    assert [("contact", kept), ("bot", kept)] == await door.said()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"To": "+15550108888"}, "not the number in this endpoint's secret"),
        ({"From": "+15550109999"}, "from our own number"),
        ({"From": "MyBank"}, "a sender name that cannot be texted back"),
    ],
    ids=["to another number", "from our own number", "from a sender name"],
)
@on("sqlite")
async def test_a_text_that_must_not_be_answered_is_kept_and_says_why(
    door: Door, more: dict[str, str], why: str
):
    answer = await door.provider.text("hi", **more)

    async def kept() -> list[tuple[str, str]]:
        return [message_of(e) for e in await door.here.timeline(more.get("From", ANN))]

    found = await door.here.until(lambda: length(kept), 2)
    assert (200, 2) == (answer.status, found)
    [text, note] = await kept()
    assert ("contact", "hi") == text
    assert "system" == note[0]
    assert why in note[1]
    assert 0 == (await counts(door.database_url))["outbox"]


async def length(what: Any) -> int:
    return len(await what())


@on("postgres")
async def test_it_is_alive_and_ready(door: Door):
    alive = await door.here.ask("GET", f"{door.here.url}/healthz")
    ready = await door.here.ask("GET", f"{door.here.url}/readyz")

    assert [200, 200] == [alive.status, ready.status]
    assert {"store": "ok"} == json.loads(ready.body)["parts"]
