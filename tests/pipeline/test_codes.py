"""Every code of Twilio's, as an answer and as a callback: what becomes of text and sender."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Calendar
from tests.pipeline.sending import desk, refusal
from tests.store.samples import BOB
from tests.web.rows import on
from threadline.channels.twilio.codes import CODES
from threadline.egress import Client, Egress
from threadline.store import SqlStore

WAITS, FAILED, STOPPED = "waiting to be sent", "failed", "not sent: opted out"
UNKNOWN = "not known whether it was sent; being looked up"

AT_ONCE = {
    "retry": WAITS,
    "fail": FAILED,
    "stop": STOPPED,
    "config": WAITS,
    "unknown": UNKNOWN,
}
"""What a text is after Twilio's answer, by the class of its code."""
LATER = {"fail": FAILED, "stop": FAILED, "config": WAITS, "unknown": FAILED}
"""The same after a callback; of the class `retry` are those waiting that have a time for it."""

HTTP = {20003: 401, 20404: 404, 20409: 409, 20429: 429, 20503: 503, 21702: 503} | dict.fromkeys(
    (12400, 20500), 500
)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    egress = Egress()
    yield egress.provider
    await egress.close()


@pytest.mark.parametrize("code", sorted(CODES))
@on("sqlite")
async def test_what_an_answer_with_this_code_leads_to(
    store: SqlStore, clock: Calendar, client: Client, code: int
):
    meaning = CODES[code]
    here = await desk(store, clock)
    await here.answers("one")
    await here.answers("from Bob", contact=BOB)
    sending, other = await here.due()

    await here.post(client, sending, refusal(HTTP.get(code, 400), code))
    await here.accept(other)

    assert [AT_ONCE[meaning.then]] == await here.statuses()
    [note] = await here.notes()
    assert note.startswith(meaning.sentence)
    assert (
        str(code) == (await store.attempts("flowit-sms", sending.contact))[0]["provider_code"]
    )
    sender, config = await here.sender(), meaning.then == "config"
    assert config == (sender["paused_until"] > clock())
    assert config == sender["paused_why"].startswith(meaning.sentence)
    assert (meaning.then == "stop") == await store.opted_out(sending)


@pytest.mark.parametrize("code", sorted(CODES))
@on("sqlite")
async def test_what_a_callback_with_this_code_leads_to(
    store: SqlStore, clock: Calendar, code: int
):
    meaning = CODES[code]
    here = await desk(store, clock)
    await here.answers("one")
    [sending] = await here.due()
    await here.accept(sending)

    assert await here.report(sending, "undelivered", code)

    again = meaning.then == "retry" and meaning.tries > 0
    assert [WAITS if again else LATER.get(meaning.then, FAILED)] == await here.statuses()
    [note] = await here.notes()
    assert note.startswith(meaning.sentence)
    sender, config = await here.sender(), meaning.then == "config"
    assert (meaning.sentence if config else "") == sender["paused_why"]
    assert config == (sender["paused_until"] > clock())
    assert (meaning.then == "stop") == await store.opted_out(sending)
    clock.skip(meaning.wait - 1 if again else 0)
    assert [] == await here.goes()
    clock.skip(1)
    assert (["one"] if again else []) == await here.goes()
