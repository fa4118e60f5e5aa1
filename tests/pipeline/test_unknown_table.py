"""
Was it sent? Each way in which that becomes unknown, and what follows: one table.

`tests/pipeline/test_unknown.py` has the decisions, `test_faults.py` the plain failures; here
are the rows in between, over the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.told import (
    BROKEN,
    DROPPED,
    FOUND,
    LOOKED_UP,
    MAYBE,
    RESENT,
    assert_told,
    become,
    creating,
    echo,
    listing,
    notes,
    statuses,
)
from tests.web.provider import Provider, new_sid
from tests.web.rows import on
from tests.world import ADDRESS, ANN, BOB, OURS, Account, World, world
from threadline.carrier.state import Message
from threadline.model.clock import HOUR, SECOND

NOT_TAKEN = creating("refuse", status=500)
TAKEN = creating("accept_and_refuse")
PARK = {"OnUnknown": "park"}
PARKED = "parked: not known whether it was sent"
AWAY = r"Twilio was not available; the text may have been sent\. " + LOOKED_UP
LATE = r"Twilio did not answer within [\d.]+ s\. " + LOOKED_UP
SEVERAL = r"Several texts at the provider could be this one, so nothing was decided\."
GIVEN_UP = r"Twilio did not give its list: .* It would be too late for this text by now, .*"
LOST_ON_THE_WAY = (
    r"The text was found at the provider: it had been sent, but not delivered \(code 30007\)\."
)
NEVER_TWICE = (
    r"The text is not at the provider after two looks, and this endpoint never sends twice "
    r"\(OnUnknown: park\)\."
)


@dataclass(frozen=True)
class There:
    """A text that Twilio has, so many seconds after the request of ours."""

    body: str = "one"
    after: float = 2
    direction: Any = "outbound-api"
    to: str = ANN
    by: str = OURS


@dataclass(frozen=True)
class Case:
    """How it was lost, what Twilio knows and tells; then what has to come of it."""

    lost: dict[str, Any]
    knows: tuple[There, ...] = ()
    faults: tuple[dict[str, Any], ...] = (DROPPED,)
    config: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    earlier: tuple[str, ...] = ()

    became: str = "queued"
    got: tuple[str, ...] = ("one",)
    attempts: tuple[str, ...] = ("accepted",)
    told: tuple[str, ...] = (MAYBE, FOUND)


SENT_AGAIN = Case(NOT_TAKEN, attempts=("lost", "accepted"), told=(MAYBE, RESENT))
"""Nothing of Twilio's fits, so the text goes once more."""
IT_HAS = Case(TAKEN, became="delivered")
"""It took the text, and its list says so."""
ADOPTED = Case(NOT_TAKEN, got=())
"""What Twilio has is taken for ours, so nothing more goes to the handset."""
PUT_ASIDE = Case(NOT_TAKEN, became=PARKED, got=(), attempts=("unsettled",))
OTHERS = tuple(There(f"{n}", after=HOUR / SECOND) for n in range(60))

TABLE = {
    # When it was lost
    "503, and not taken": replace(
        SENT_AGAIN, lost=creating("refuse", status=503), told=(AWAY, RESENT)
    ),
    "503, and taken": replace(
        IT_HAS, lost=creating("accept_and_refuse", status=503), told=(AWAY, FOUND)
    ),
    "taken, and answered too late": replace(
        IT_HAS,
        lost=creating("slow_after", seconds=3),
        settings={"lease": 0.8},
        told=(LATE, FOUND),
    ),
    "three errors in a row": replace(
        SENT_AGAIN,
        lost=NOT_TAKEN | {"times": 3},
        attempts=("lost", "lost", "lost", "accepted"),
        told=(MAYBE, RESENT) * 3,
    ),
    # What Twilio knows
    "Twilio has it on the second page of its list": replace(ADOPTED, knows=(There(), *OTHERS)),
    "Twilio has it with other words": replace(ADOPTED, knows=(There("0ne"),)),
    "Twilio has it among others": replace(ADOPTED, knows=(There("a"), There(), There("b"))),
    "Twilio has it twice": replace(PUT_ASIDE, knows=(There(), There()), told=(MAYBE, SEVERAL)),
    "Twilio has others, and none with its words": replace(
        PUT_ASIDE, knows=(There("a"), There("b")), told=(MAYBE, SEVERAL)
    ),
    "Twilio has the same text, which is an earlier one of ours": replace(
        SENT_AGAIN,
        earlier=("one",),
        got=("one", "one"),
        attempts=("accepted", "lost", "accepted"),
    ),
    "Twilio has the same text from an hour ago": replace(
        SENT_AGAIN, knows=(There(after=-3600),)
    ),
    "Twilio has the same text from after it can have been made": replace(
        SENT_AGAIN, knows=(There(after=3600),)
    ),
    "Twilio has the same text as an answer in TwiML": replace(
        SENT_AGAIN, knows=(There(direction="outbound-reply"),)
    ),
    "Twilio has the same text from somebody": replace(
        SENT_AGAIN, knows=(There(direction="inbound"),)
    ),
    "Twilio has the same text to somebody else": replace(SENT_AGAIN, knows=(There(to=BOB),)),
    "Twilio has the same text from another number": replace(
        SENT_AGAIN, knows=(There(by="+15550109998"),)
    ),
    "Twilio has it, and could not deliver it": Case(
        TAKEN,
        faults=(DROPPED, {"where": "delivery", "what": "undelivered", "code": 30007}),
        became="failed",
        got=(),
        told=(MAYBE, LOST_ON_THE_WAY),
    ),
    # What its list and its callbacks say
    "its list is down until it is too late": replace(
        PUT_ASIDE,
        faults=(DROPPED, listing(times=None)),
        settings={"expiry": 0.6},
        told=(MAYBE, GIVEN_UP),
    ),
    "its callback comes before the look": Case(
        TAKEN, faults=(), settings={"unknown": 30}, became="delivered", told=(MAYBE,)
    ),
    "its callback comes while its list is down": Case(
        TAKEN,
        faults=(listing(times=None), {"where": "callback", "what": "delay", "seconds": 0.5}),
        became="delivered",
        told=(MAYBE,),
    ),
    # What the endpoint wants
    "never twice, and Twilio has it": replace(IT_HAS, config=PARK),
    "never twice, and Twilio does not have it": replace(
        PUT_ASIDE, config=PARK, told=(MAYBE, NEVER_TWICE)
    ),
    "never twice, and the connection broke": replace(
        PUT_ASIDE,
        lost=creating("reset_before"),
        config=PARK,
        told=(BROKEN + LOOKED_UP, NEVER_TWICE),
    ),
}


def plant(here: World, account: Account, one: There) -> None:
    """Twilio has this text, however it came there."""
    state = here.carrier.state
    at = state.clock() + round(one.after * SECOND)
    names = {"sid": new_sid(), "account": account.sid, "direction": one.direction}
    people = {"sender": one.by, "recipient": one.to, "body": one.body}
    times = {"created": at, "updated": at, "sent": at}
    state.add_message(Message(**names, **people, **times, segments=1, status="queued"))


@pytest.mark.parametrize("case", TABLE)
@on("sqlite")
async def test_a_text_of_which_nobody_knows_whether_it_was_sent_because(
    tmp_path: Path, database_url: str, case: str
):
    row = TABLE[case]
    async with world(tmp_path, database_url, grace=1, **row.settings) as here:
        account = await echo(here, **row.config)
        for body in row.earlier:
            await here.text(body)
            assert ["delivered"] == await become(here, "delivered")
        for one in row.knows:
            plant(here, account, one)
        for fault in (row.lost, *row.faults):
            await here.post("/faults", fault)

        await here.text("one")

        became = [*["delivered"] * len(row.earlier), row.became]
        assert became == await become(here, *became)
        assert_told(list(row.told), await notes(here))
        tried = await here.app.store.attempts(ADDRESS, ANN)
        assert list(row.attempts) == [one["status"] for one in tried]
        # It holds nothing back, and was not sent by anybody later either.
        await here.text("two")
        everything = [*row.got, "two"]
        assert everything == await here.until(here.received, everything)
        assert len(row.attempts) + 1 == len(here.asked)


@pytest.mark.parametrize(
    ("status", "code"), [("delivered", {}), ("failed", {"ErrorCode": "30008"})]
)
async def test_a_callback_that_comes_after_the_text_was_sent_again_belongs_to_the_first_try(
    tmp_path: Path, database_url: str, status: str, code: dict[str, str]
):
    async with world(tmp_path, database_url) as here:
        account = await echo(here)
        await here.post("/faults", NOT_TAKEN)
        await here.text("one")
        assert ["delivered"] == await become(here, "delivered")
        first, second = await here.app.store.attempts(ADDRESS, ANN)
        assert ("lost", "accepted") == (first["status"], second["status"])

        late = new_sid()
        provider = Provider(here.egress, here.url, account)
        assert 200 == (await provider.status(late, status, first["id"], **code)).status

        again, other = await here.app.store.attempts(ADDRESS, ANN)
        assert ("accepted", late, status) == (
            again["status"],
            again["provider_id"],
            again["provider_status"],
        )
        assert second == other
        assert ["delivered"] == await statuses(here)
        assert_told([MAYBE, RESENT], await notes(here))
        await here.text("two")
        assert ["one", "two"] == await here.until(here.received, ["one", "two"])
        assert 3 == len(here.asked)
