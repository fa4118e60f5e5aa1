"""
Makes documents true: organizations with their secrets, bots and endpoints.

Everything is looked at first and every problem told at once; then all of it is written in one
transaction, or nothing. Applying the same documents again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, Taken
from threadline.model.endpoint import Endpoint
from threadline.operations.endpoints import urls
from threadline.operations.plan import Plan


async def apply(app: App, *, documents: Sequence[Any], dry_run: bool = False) -> dict[str, Any]:
    """
    Each document has Organization, Title, Secrets, Bots and Endpoints. Returns the changes,
    what is kept included, and the messaging endpoints to paste. Raises `Invalid`, `Taken`.
    """
    plan = await _checked(app, documents)
    if not dry_run:
        try:
            await plan.carry_out()
        except Taken:  # somebody was faster: now the problem can be told, if there is one
            plan = await _checked(app, documents)
            await plan.carry_out()
    endpoints = [
        {"address": one.address, **urls(app, Endpoint(0, one.organization, one.document))}
        for one in plan.endpoints
    ]
    return {"changes": plan.changes, "applied": not dry_run, "endpoints": endpoints}


async def _checked(app: App, documents: Sequence[Any]) -> Plan:
    plan = await Plan.begin(app)
    for n, document in enumerate(documents):
        plan.add(document, f"documents[{n}]")
    await plan.check()
    if plan.problems:
        raise Invalid(list(dict.fromkeys(plan.problems)))
    return plan
