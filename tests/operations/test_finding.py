"""The list of conversations, narrowed by what an operator types."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import ANN, BOB
from threadline.app import App
from threadline.errors import Invalid, NotFound
from threadline.operations import conversations
from threadline.pipeline import digest


@pytest.fixture
async def here(app: App) -> Texting:
    found = await texting(app)
    await found.answered("Your invoice is on its way.", says="Où est ma facture?")
    await found.sends("failed", note="The number is not a mobile.")
    await found.text("Hello there", BOB)
    while (await digest.read_on(app.store, app.clock, "here")).more:
        pass
    return found


async def listed(here: Texting, **asked: Any) -> list[Any]:
    return (await conversations.list_(here.app, organization=ORG, **asked))["data"]


@pytest.mark.parametrize(
    ("asked", "contacts"),
    [
        ({}, [ANN, BOB]),
        ({"number": "+1 (555) 010-0001"}, [ANN]),
        ({"number": "0002"}, [BOB]),
        ({"number": "+1555"}, [ANN, BOB]),
        ({"text": "ou FACTURE"}, [ANN]),
        ({"text": "invoi", "failed": True}, [ANN]),
        ({"text": "hello", "failed": True}, []),
        ({"bot": "MySmsBot"}, [ANN]),
        ({"waiting": True}, [BOB]),
        ({"since": "2030-01-02", "until": "2030-01-02"}, [ANN, BOB]),
        ({"until": "2030-01-01"}, []),
        ({"since": "2030-01-02T13:30:00+01:00"}, [ANN, BOB]),
        ({"since": "2030-01-02T12:31:00Z"}, []),
    ],
)
async def test_all_that_is_typed_has_to_hold(
    here: Texting, asked: dict[str, Any], contacts: list[str]
):
    assert contacts == sorted(one["contact"] for one in await listed(here, **asked))


async def test_a_conversation_is_told_with_its_last_entry_and_what_matched(here: Texting):
    [found] = await listed(here, text="facture")

    assert "Où est ma facture?" == found["matched"]
    assert found["failed"]
    assert not found["opted_out"]
    assert ("system", "The number is not a mobile.") == (
        found["last_author"],
        found["last_text"],
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"number": "123"}, "contact_short"),
        ({"number": "+1x"}, "contact_invalid"),
        ({"text": "?!"}, "words_missing"),
        ({"since": "yesterday"}, "time_invalid"),
        ({"after": "nonsense"}, "cursor_invalid"),
    ],
)
async def test_what_cannot_be_looked_for_is_told(
    here: Texting, clock: Calendar, asked: dict[str, Any], code: str
):
    with pytest.raises(Invalid) as refused:
        await listed(here, **asked)

    assert [code] == [one.code for one in refused.value.problems]


async def test_an_endpoint_that_is_not_there_is_told(here: Texting):
    with pytest.raises(NotFound):
        await listed(here, endpoint="nobody")
