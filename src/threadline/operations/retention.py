"""For how long what was said is kept: what another time would take away."""

from __future__ import annotations

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.model.organization import check_fields
from threadline.model.retention import oldest_kept
from threadline.operations import organizations


async def would_go(app: App, *, organization: str | None, days: int | None) -> int:
    """
    How many texts that are kept now would not be for so many days (None = for good), to the
    hour, those redacted by hand included. Raises `NotFound`, `Invalid`.
    """
    here = await organizations.find(app, organization)
    if found := check_fields({"RetentionDays": days}):
        raise Invalid([Problem(one.code, "days", one.message, one.mend) for one in found])
    if days is None:
        return 0
    now = app.clock()
    since = 0 if here.retention_days is None else oldest_kept(here.retention_days, now)
    until = oldest_kept(days, now)
    return await app.store.texts_between(here.name, since, until) if since < until else 0


def days_of(written: str) -> int | None:
    """A number of days as it was typed; nothing = for good. Raises `Invalid`."""
    plain = written.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 6):
        mend = "Write a whole number, or nothing to keep what was said for good."
        raise Invalid([Problem("field_invalid", "days", "It is no number of days.", mend)])
    return int(plain)
