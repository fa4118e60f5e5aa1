"""Set Policy: says how long this session is to last, and the flow goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.model import policy as policies
from threadline.model.policy import Policy


@dataclass(frozen=True, slots=True)
class SetPolicy(Node):
    policy: Policy
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        wanted, problems = fields.mapping("policy"), len(fields.problems)
        policies.check(wanted, "policy", fields.wrong)
        good = len(fields.problems) == problems
        return cls(policy=policies.read(wanted) if good else Policy(), next=fields.wire("next"))

    @property
    def summary(self) -> str:
        idle, most = self.policy.session_minutes, self.policy.max_minutes
        parts = (f"{idle:g} min idle" if idle else "", f"{most:g} min at most" if most else "")
        return ", ".join(filter(None, parts))

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        talk.policy = self.policy
        return self.next
