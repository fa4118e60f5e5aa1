"""Settings: the organization, its people, its keys, who changed what, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.model.access import MEANINGS, SCOPES
from threadline.operations import audit, keys, retention, tenants, users
from threadline.web.portal.page import Act, Again, Go, Page, Visit

TABS = {
    "organization": "Organization",
    "users": "Users",
    "keys": "API keys",
    "audit": "Audit log",
    "data": "Data",
}
OWNERS = ("users", "keys", "audit")
"""What only an owner sees."""


async def show(visit: Visit) -> Mapping[str, Any]:
    tab = visit.query.get("tab", "organization")
    tab = tab if tab in TABS else "organization"
    values: dict[str, Any] = {
        "tab": tab,
        "tabs": TABS,
        "closed": tab in OWNERS and not visit.may("owner"),
        "made": None,
        "found": [],
        "next": None,
        "scopes": [(one, MEANINGS[one]) for one in SCOPES],
    }
    if tab == "data":
        found = await tenants.describe(visit.app, name=visit.organization)
        return {**values, "days": found["retention_days"], "asked": None}
    if values["closed"] or tab not in OWNERS:
        return values
    here, after = visit.organization, visit.query.get("after")
    if tab == "users":
        page_of_users = await users.list_(visit.app, organization=here, after=after)
        return {**values, "found": page_of_users["data"], "next": page_of_users["next"]}
    if tab == "keys":
        page_of_keys = await keys.list_(visit.app, organization=here, after=after)
        return {**values, "found": page_of_keys["data"], "next": page_of_keys["next"]}
    changes = await audit.list_(visit.app, organization=here, after=after)
    return {**values, "found": changes["data"], "next": changes["next"]}


async def rename(visit: Visit) -> Go:
    await tenants.rename(
        visit.app,
        name=visit.organization,
        title=visit.form.get("title"),
        organization=visit.organization,
    )
    return Go(said="The organization has its new title.")


async def invite(visit: Visit) -> Again:
    made = await users.invite(
        visit.app,
        organization=visit.organization,
        email=visit.form.get("email"),
        role=visit.form.get("role"),
    )
    return Again({"made": made})


async def change_role(visit: Visit) -> Go:
    found = await users.change_role(
        visit.app,
        organization=visit.organization,
        id=visit.form.get("id"),
        role=visit.form.get("role"),
    )
    return Go(said=f"{found['email']} has the role {found['role']} now.")


async def remove_user(visit: Visit) -> Go:
    found = await users.remove(
        visit.app, organization=visit.organization, id=visit.form.get("id")
    )
    return Go(said=f"{found['email']} sees nothing of {visit.title} any more.")


async def create_key(visit: Visit) -> Again:
    expires = visit.form.get("expires")
    made = await keys.create(
        visit.app,
        organization=visit.organization,
        name=visit.form.get("name"),
        scopes=visit.form.all("scope"),
        expires=f"{expires}T23:59:59Z" if expires else None,
    )
    return Again({"made": made})


async def revoke_key(visit: Visit) -> Go:
    found = await keys.revoke(
        visit.app, organization=visit.organization, id=visit.form.get("id")
    )
    return Go(said=f"The key of {found['name']} opens nothing any more.")


async def ask_to_keep(visit: Visit) -> Again:
    """What it would take away, before anything is."""
    days = retention.days_of(visit.form.get("days"))
    texts = await retention.would_go(visit.app, organization=visit.organization, days=days)
    return Again({"asked": {"days": days, "texts": texts}})


async def keep(visit: Visit) -> Go:
    days = retention.days_of(visit.form.get("days"))
    here = visit.organization
    await tenants.change(
        visit.app, name=here, fields={"retention_days": days}, organization=here
    )
    told = "for good" if days is None else f"for {days:,} day{'' if days == 1 else 's'}"
    return Go(said=f"What was said is kept {told} from now on.")


page = Page(
    "/settings",
    "Settings",
    "settings.html",
    show,
    section="settings",
    acts={
        "rename": Act("owner", rename),
        "invite": Act("owner", invite),
        "change_role": Act("owner", change_role),
        "remove_user": Act("owner", remove_user),
        "create_key": Act("owner", create_key),
        "revoke_key": Act("owner", revoke_key),
        "ask_to_keep": Act("owner", ask_to_keep, quiet=True),
        "keep": Act("owner", keep),
    },
)
