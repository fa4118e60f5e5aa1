"""One message, all the way round. Read this first."""

from __future__ import annotations

from pathlib import Path

from tests.world import ADDRESS, ANN, BOB, Account, document, world


async def test_a_person_texts_a_number_and_the_bot_answers(
    tmp_path: Path, new_database_url: str
):
    async with world(tmp_path, new_database_url) as here:
        # An operator makes an organization with a secret, a bot and an endpoint.
        account = Account()
        await here.apply(document(account))

        # Ann texts the number. The webhook is answered at once; the bot's words follow.
        await here.text("hi there")
        greeting = ["Hello!", "Tea or coffee?"]
        assert greeting == await here.until(here.received, greeting)

        # She answers in her own way; Bob's conversation is his own.
        await here.text("COFFEE!")
        await here.text("hello", handset=BOB)
        sorry = [*greeting, "Out of beans.", "Tea or coffee?"]
        assert sorry == await here.until(here.received, sorry)
        assert greeting == await here.until(lambda: here.received(BOB), greeting)

        # The operator reads what was said, and that it arrived.
        async def told() -> list[str]:
            return [entry["status"] for entry in await here.timeline() if entry["status"]]

        assert ["delivered"] * 4 == await here.until(told, ["delivered"] * 4)
        said = [
            (entry["author"], entry["element"].get("message"))
            for entry in await here.timeline()
            if entry["element"]["type"] == "message"
        ]
        assert [
            ("contact", "hi there"),
            ("bot", "Hello!"),
            ("bot", "Tea or coffee?"),
            ("contact", "COFFEE!"),
            ("bot", "Out of beans."),
            ("bot", "Tea or coffee?"),
        ] == said

        # What the phone cannot show is kept, with the reason.
        kind = "suggestionPrompt"
        menu = next(e for e in await here.timeline() if e["element"]["type"] == kind)
        assert "cannot be shown by SMS" in menu["discarded"]

        # Somebody who is not the provider changes nothing.
        forged = await here.ask("POST", f"{here.url}/v1/engage/{ADDRESS}", {"Body": "forged"})
        assert 403 == forged.status
        nobody = await here.ask("POST", f"{here.url}/v1/engage/nobody", {})
        assert 404 == nobody.status
        assert 8 == len(await here.timeline(ANN))
