"""A conversation by text becomes a test that its bot passes."""

from __future__ import annotations

from pathlib import Path

from tests.world import ADDRESS, ANN, Account, document, flow_bot, world
from threadline.model.document import load_all
from threadline.operations import rehearsal, transcript


async def test_what_was_said_by_text_is_a_test_that_the_bot_passes(
    tmp_path: Path, new_database_url: str
):
    async with world(tmp_path, new_database_url) as here:
        await here.apply(document(Account()))
        said: list[str] = []
        for text, answers in (
            ("hi there", ["Hello!", "Tea or coffee?"]),
            ("COFFEE!", ["Out of beans.", "Tea or coffee?"]),
        ):
            await here.text(text)
            said += answers
            assert said == await here.until(here.received, said)
        pieces = await transcript.export(
            here.app, endpoint=ADDRESS, contact=ANN, form="yaml", organization="flowit"
        )
        written = "".join([piece async for piece in pieces])

    [recorded] = load_all(written)
    script = rehearsal.read(recorded.value, "ann.yaml")
    one = rehearsal.Rehearsal([flow_bot()])
    found = await one.run(script)
    await one.close()

    assert found.passed, written
    assert ["hi there", "COFFEE!"] == [each.said for each in script.exchanges]
    assert ANN == script.contact
