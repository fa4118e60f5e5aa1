"""Organizations, bots, endpoints and sealed secrets: few rows, changed by people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadline.model.rows import SecretRow
from threadline.store.script import Moment, Run, Script


@dataclass(frozen=True, slots=True)
class Change:
    """One statement that changes the catalog, with its values."""

    name: str
    values: Mapping[str, Any]


def change(moment: Moment, items: Sequence[Change]) -> Script:
    """Each result is the rows that the statement gave back."""
    results = []
    for item in items:
        values = dict(item.values)
        if "document" in values:
            values["document"] = json.dumps(values["document"])
        results.append((yield Run(item.name, {"now": moment.now, **values})))
    return results


def save_secrets(moment: Moment, items: Sequence[SecretRow]) -> Script:
    """New secrets, and new versions of old ones."""
    rows = [
        (
            r.srn,
            r.organization,
            r.type,
            r.alias,
            r.version,
            r.sealed,
            r.fingerprint,
            r.created_at,
        )
        for r in sorted(items, key=lambda one: one.srn)
    ]
    yield Run("save_secret", {}, rows)
    return [True for _row in rows]


def ping(moment: Moment, items: Sequence[object]) -> Script:
    """A write that changes nothing, to see whether writes are taken."""
    yield Run("touch", {})
    return [True for _item in items]
