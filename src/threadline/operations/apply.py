"""
Makes documents true: organizations with their secrets, bots and endpoints.

Everything is looked at first and every problem told at once; then all of it is written in one
transaction, or nothing. Applying the same documents again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, Outdated, OutOfScope, Taken
from threadline.model.catalog import SaveOrganization
from threadline.model.document import MAX_PROBLEMS
from threadline.model.endpoint import Endpoint
from threadline.model.resources.configuration import Applied
from threadline.model.versions import Made
from threadline.operations.endpoints import urls
from threadline.operations.plan import Plan

TRIES = 20
"""How often others may be faster. Each time one of them was done."""


async def apply(
    app: App,
    *,
    documents: Sequence[Any],
    dry_run: bool = False,
    organization: str | None = None,
    renames: bool = True,
    by: str = "",
) -> Applied:
    """
    Each document has Organization, Title, RetentionDays, Secrets, Bots and Endpoints; with
    `organization` they may only be of that one, and without `renames` its title and days have
    to stay. New versions of bots are made `by` somebody. Returns the changes, what is kept
    included, and the messaging endpoints to paste. Raises `Invalid`, `Taken`, `Outdated`,
    `OutOfScope`.
    """

    def wanted(plan: Plan) -> None:
        plan.made = Made(by)
        for n, document in enumerate(documents):
            plan.add(document, f"documents[{n}]")
        if not renames and any(isinstance(one, SaveOrganization) for one in plan.steps):
            raise OutOfScope(
                "The Title or RetentionDays is another one, and the key has no scope 'admin'. "
                "Leave them out, or use a key that has it."
            )

    if dry_run:
        plan = await _checked(app, wanted, organization)
    else:
        plan = await carry_out(app, wanted, organization)
    return {
        "changes": plan.changes,
        "applied": not dry_run,
        "endpoints": [
            {"address": one.address, **urls(app, Endpoint(0, one.organization, one.document))}
            for one in plan.endpoints
        ],
    }


async def carry_out(app: App, wanted: Callable[[Plan], None], only: str | None = None) -> Plan:
    """
    What `wanted` adds to a plan, once it is made true. It is asked again, about what is there
    then, if somebody was faster. Raises what it raises, `Invalid`, `Taken`, `Outdated`.
    """
    async with app.changing:
        for left in reversed(range(TRIES)):
            plan = await _checked(app, wanted, only)
            try:
                await plan.carry_out()
                return plan
            except (Taken, Outdated):  # on another node; now it can be told what of it is wrong
                if not left:
                    raise
    raise AssertionError("unreachable")


async def _checked(app: App, wanted: Callable[[Plan], None], only: str | None) -> Plan:
    plan = await Plan.begin(app, only)
    wanted(plan)
    await plan.check()
    if plan.problems:
        raise Invalid(list(dict.fromkeys(plan.problems))[:MAX_PROBLEMS])
    return plan
