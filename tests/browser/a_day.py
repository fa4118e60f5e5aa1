"""A day in the life of the sample organization, so that pages have something to show."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from tests.operations.texting import Texting
from tests.world import Account, document
from threadline.app import open_app
from threadline.bots.flow import samples
from threadline.model.clock import HOUR, MINUTE, SECOND
from threadline.model.document import load
from threadline.model.messages import Status
from threadline.operations.apply import apply
from threadline.settings import Settings

TALKS = (
    ("Hi", "Hello! This is Leaf & Cup, tea by text. What is your name?"),
    ("Ann", "Nice to meet you, Ann. Which tea may we brew: BLACK, GREEN or MINT?"),
    ("green", "Thank you, Ann. Your green tea is ready in 10 minutes."),
    ("Is there cake today?", "There is lemon cake until five, and shortbread all day."),
    ("When do you close?", "We close at seven today. Text HELP for a person."),
    ("Table for two at four please", "A table for two at four is yours. See you then!"),
    ("thanks!", "You are welcome."),
    ("Do you sell loose leaf?", "We do: Assam, Sencha and peppermint, from 100 g on."),
)
HANDSETS = [f"+1555010{n:04}" for n in range(1, 25)]
BUSY = (1, 1, 0, 0, 0, 1, 3, 6, 9, 8, 7, 9, 11, 8, 7, 9, 10, 8, 6, 4, 3, 2, 2, 1)
"""Texts in an hour, from the beginning of the day."""


@dataclass
class Past:
    """A clock that begins some hours ago."""

    now: int

    def __call__(self) -> int:
        return self.now


def organization(account: Account) -> dict[str, object]:
    """As the demo has it."""
    bot = load((samples_folder() / "welcome.yaml").read_text("utf-8")).value
    made = document(account, bot, Name="Leaf & Cup, texts")
    return {**made, "Title": "Leaf & Cup"}


def samples_folder() -> Path:
    [folder] = samples.__path__
    return Path(folder)


async def live_a_day(folder: Path, account: Account) -> None:
    """Texts of the last 24 hours, each with what became of its answer."""
    clock = Past(time.time_ns() // 1000 - 24 * HOUR)
    settings = Settings.read(data=folder, database_url=f"sqlite:///{folder}/threadline.db")
    app = await open_app(settings, clock)
    chance = random.Random(7)  # the same day each time
    try:
        await apply(app, documents=[organization(account)])
        [endpoint] = [one for one in await app.store.endpoints() if one.route]
        texting = Texting(app, endpoint)
        began = clock.now
        for hour in range(24):
            count = BUSY[(began // HOUR + hour) % 24]
            for n in range(count):
                clock.now = began + hour * HOUR + n * HOUR // (count + 1)
                await _talk(texting, clock, chance)
    finally:
        await app.close()


async def _talk(texting: Texting, clock: Past, chance: random.Random) -> None:
    says, answers = chance.choice(TALKS)
    handset = chance.choice(HANDSETS)
    await texting.answered(answers, contact=handset, says=says)
    clock.now += chance.randrange(1, 4) * SECOND
    fate = chance.random()
    if fate > 0.03:
        status = Status.DELIVERED if fate > 0.06 else Status.SENT
        id = f"SM{chance.getrandbits(128):032x}"
        await texting.sends("sent", provider_id=id, status=status)
    else:
        why = (
            ("30003", "Unreachable destination handset")
            if fate > 0.01
            else ("30006", "Landline")
        )
        await texting.sends("failed", provider_code=why[0], code="refused", note=why[1])
    clock.now += MINUTE
