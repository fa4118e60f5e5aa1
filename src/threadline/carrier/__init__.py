"""
The simulated Twilio: the whole product runs on it with nobody else's servers.

    api, numbers   Twilio's REST API       orders says what is refused, shapes how it looks
    services       its messaging services
    access         who may use it          refusals are Twilio's error answers
    outbound       texts to people         queued, sent, delivered, and status callbacks
    inbound        texts from people       kept, STOP and START, told in order by dispatch
    dispatch       asks the SmsUrl         twiml reads what it answers
    webhooks       signed calls            time-outs, retries, redirects as Twilio has them
    handsets       the phones              phones is their HTTP API
    faults, magic  misbehaviour            on request, or for certain numbers; hangup resets
    state, tasks   what is known           and what goes on in the background
    control, plan  accounts, faults        the carrier's own switches
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from threadline.carrier import plan
from threadline.carrier.api import Messages
from threadline.carrier.control import Control
from threadline.carrier.dispatch import Dispatch
from threadline.carrier.faults import Faults
from threadline.carrier.handsets import Handsets
from threadline.carrier.hangup import remember_transport
from threadline.carrier.inbound import Inbound
from threadline.carrier.magic import Magic
from threadline.carrier.numbers import Numbers
from threadline.carrier.outbound import Outbound
from threadline.carrier.phones import Phones
from threadline.carrier.refusals import refuse
from threadline.carrier.services import Services
from threadline.carrier.state import State
from threadline.carrier.tasks import Lines, Tasks
from threadline.carrier.webhooks import Webhooks
from threadline.egress import Egress

__all__ = ["Carrier", "create"]

LATENCY = 0.1


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


class Carrier:
    """
    One carrier. `accounts` are documents as in `plan.add_account`; `latency` is the seconds
    between two statuses of a text; one `seed` gives the same SIDs every time.

    Raises `ValueError` with a sentence when an account cannot be read.
    """

    def __init__(
        self,
        egress: Egress,
        accounts: Sequence[Mapping[str, Any]] = (),
        *,
        latency: float = LATENCY,
        seed: int | None = None,
        clock: Callable[[], int] = now,
    ) -> None:
        self.state = State(clock, seed)
        self.faults = Faults()
        self.handsets = Handsets()
        self.tasks = Tasks()
        lines = Lines()
        self.outbound = Outbound(
            state=self.state,
            handsets=self.handsets,
            faults=self.faults,
            magic=Magic(),
            webhooks=Webhooks(egress.provider),
            tasks=self.tasks,
            latency=latency,
            lines=lines,
        )
        self.inbound = Inbound(self.outbound, Dispatch(self.outbound), lines)
        for one in accounts:
            plan.add_account(self.state, one)

    async def settle(self) -> None:
        """Returns once every text is delivered and told of."""
        await self.tasks.settle()

    async def stop(self) -> None:
        """Drops deliveries that go on, and lets go of who waits. May be called twice."""
        self.handsets.close()
        await self.tasks.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


class _App(Starlette):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            remember_transport(scope, send)
        await super().__call__(scope, receive, send)


def create(carrier: Carrier) -> Starlette:
    """The carrier as a web application; deliveries stop with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with carrier:
            yield

    routes = [
        *Control(carrier.state, carrier.faults).routes(),
        *Messages(carrier.outbound).routes(),
        *Numbers(carrier.state).routes(),
        *Services(carrier.state).routes(),
        *Phones(carrier.inbound).routes(),
        Route("/2010-04-01/{rest:path}", _unknown, methods=["GET", "POST", "PUT", "DELETE"]),
    ]
    return _App(routes=routes, lifespan=lifespan)


async def _unknown(request: Request) -> Response:
    return refuse(20404, request.url.path).response()
