"""An app on each engine, and the shortest way to apply documents to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from threadline.app import App, open_app
from threadline.errors import Invalid, Problem
from threadline.operations.apply import apply
from threadline.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings.read(
        data=tmp_path, database_url=database_url, public_url="https://sms.example.com"
    )


@pytest.fixture
async def app(settings: Settings, clock: Calendar) -> AsyncIterator[App]:
    opened = await open_app(settings, clock)
    yield opened
    await opened.close()


async def problems(app: App, *documents: Any) -> list[Problem]:
    """What is refused; nothing may be written then, not even a part."""
    before = await everything(app)
    with pytest.raises(Invalid) as refused:
        await apply(app, documents=list(documents))
    assert before == await everything(app)
    assert all(one.message and one.mend for one in refused.value.problems)
    return list(refused.value.problems)


async def told(app: App, *documents: Any) -> list[tuple[str, str]]:
    """Code and path of what is refused."""
    return [(one.code, one.path) for one in await problems(app, *documents)]


async def everything(app: App) -> list[Any]:
    """All that `apply` writes, for a comparison."""
    store = app.store
    return [
        await store.organizations(),
        await store.bots(),
        await store.endpoints(),
        [(one.srn, one.version, one.sealed) for one in await store.secrets()],
    ]


async def changes(app: App, *documents: Any, dry_run: bool = False) -> list[str]:
    """What was done, such as `+ bot MySmsBot`."""
    signs = {"create": "+", "change": "~", "keep": "="}
    found = await apply(app, documents=list(documents), dry_run=dry_run)
    return [f"{signs[one['action']]} {one['kind']} {one['name']}" for one in found["changes"]]
