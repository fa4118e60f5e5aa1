"""Texts to people: taken in, sent, delivered, and told about in status callbacks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from threadline.carrier.faults import (
    About,
    Delay,
    Drop,
    Duplicate,
    Failed,
    Fault,
    Faults,
    Reorder,
    Unconfirmed,
    Undelivered,
    Where,
)
from threadline.carrier.handsets import Handsets, Text
from threadline.carrier.magic import Magic
from threadline.carrier.orders import Order
from threadline.carrier.state import Direction, Message, State
from threadline.carrier.tasks import Lines, Place, Tasks
from threadline.carrier.webhooks import Failed as CallFailed
from threadline.carrier.webhooks import Webhooks
from threadline.model.segments import count


@dataclass(frozen=True, slots=True)
class Outbound:
    """
    Everything between the API and the handsets. `latency` is the seconds from one status to
    the next; texts of one pair reach the handset in the order in which they were taken in.
    """

    state: State
    handsets: Handsets
    faults: Faults
    magic: Magic
    webhooks: Webhooks
    tasks: Tasks
    latency: float
    lines: Lines

    def accept(self, order: Order, direction: Direction = "outbound-api") -> Message:
        """Takes the text in; it travels in the background."""
        now = self.state.clock()
        message = Message(
            sid=self.state.sid("MM" if order.media else "SM"),
            account=order.account,
            direction=direction,
            sender=order.sender,
            recipient=order.recipient,
            body=order.body,
            segments=count(order.body),
            status="accepted" if order.service else "queued",
            created=now,
            updated=now,
            service=order.service,
            media=order.media,
            callback=order.callback,
        )
        self.state.add_message(message)
        self.state.stick(message)
        place = self.lines.join((message.sender, message.recipient))
        self.tasks.start(self._deliver(message, place))
        return message

    def strike(self, where: Where, about: About) -> Fault | None:
        """The fault that somebody asked for, else the one in the handset's number."""
        return self.faults.strike(where, about) or self.magic.strike(where, about.recipient)

    async def _deliver(self, message: Message, place: Place) -> None:
        if message.status == "accepted":
            message = self.state.change_message(message, status="queued")
            await self._report(message)
        await asyncio.sleep(self.latency)
        fate = self.strike("delivery", _about(message))
        if isinstance(fate, Failed):
            async with place:
                message = self.state.change_message(message, status="failed", error=fate.code)
            await self._report(message)
            return
        sent = self.state.change_message(message, status="sent", sent=self.state.clock())
        telling = self.tasks.start(self._report(sent))
        await asyncio.sleep(self.latency)
        async with place:
            message = self._arrive(sent, fate)
        held = await telling
        if message.status != "sent":
            await self._report(message)
        if held:
            await self._post(sent)

    def _arrive(self, message: Message, fate: Fault | None) -> Message:
        if isinstance(fate, Undelivered):
            return self.state.change_message(message, status="undelivered", error=fate.code)
        self.handsets[message.recipient].add(
            Text(
                n=0,
                changed=0,
                direction="received",
                sender=message.sender,
                recipient=message.recipient,
                body=message.body,
                status="received",
                at=self.state.clock(),
                sid=message.sid,
                media=message.media,
            )
        )
        if isinstance(fate, Unconfirmed):
            return message
        return self.state.change_message(message, status="delivered")

    async def _report(self, message: Message) -> bool:
        """True means: held back until the next status was told."""
        if not message.callback:
            return False
        times = 1
        match self.strike("callback", _about(message)):
            case Drop():
                return False
            case Reorder() if message.status == "sent":
                return True
            case Duplicate(copies):
                times += copies
            case Delay(seconds):
                await asyncio.sleep(seconds)
        for _ in range(times):
            await self._post(message)
        return False

    async def _post(self, message: Message) -> None:
        """Tells the status that `message` has, whatever has come of the text since."""
        account = self.state.accounts[message.account]
        params = [
            ("AccountSid", message.account),
            ("From", message.sender),
            ("To", message.recipient),
            ("MessageSid", message.sid),
            ("MessageStatus", message.status),
            ("SmsSid", message.sid),
            ("SmsStatus", message.status),
            ("ApiVersion", "2010-04-01"),
        ]
        if message.service:
            params.append(("MessagingServiceSid", message.service))
        if message.error is not None:
            params.append(("ErrorCode", str(message.error)))
        if message.status in ("delivered", "undelivered"):
            done = datetime.fromtimestamp(message.updated / 1_000_000, UTC)
            params.append(("RawDlrDoneDate", done.strftime("%y%m%d%H%M")))
        method, url = message.callback_method, message.callback
        found = await self.webhooks.call(account, method, url, params, self.state.uuid())
        if isinstance(found, CallFailed):
            reason = f"The status {message.status!r} could not be told: {found.reason}"
            self.state.alert(message.account, found.code, reason, found.url, message.sid)


def _about(message: Message) -> About:
    return About(message.account, message.sender, message.recipient, message.status)
