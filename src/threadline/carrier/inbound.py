"""Texts from people: kept, answered by the carrier if they are keywords, told in order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from threadline.carrier.dispatch import Dispatch, Told
from threadline.carrier.faults import About, Delay, Drop, Duplicate, Fault
from threadline.carrier.handsets import Handset, Text
from threadline.carrier.outbound import Outbound
from threadline.carrier.state import Message, Number
from threadline.carrier.tasks import Lines, Place
from threadline.model import consent
from threadline.model.segments import count

STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from "
    "this number. Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for "
    "help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


@dataclass(frozen=True, slots=True)
class Inbound:
    """Texts of one handset are told in order; those that wait hold up nobody else's."""

    outbound: Outbound
    dispatch: Dispatch
    lines: Lines

    def take(
        self, handset: Handset, number: Number, body: str, media: tuple[str, ...]
    ) -> tuple[Text, asyncio.Task[Told]]:
        """Keeps the text and tells of it in the background."""
        state = self.outbound.state
        now = state.clock()
        message = Message(
            sid=state.sid("MM" if media else "SM"),
            account=number.account,
            direction="inbound",
            sender=handset.number,
            recipient=number.number,
            body=body,
            segments=count(body),
            status="received",
            created=now,
            updated=now,
            sent=now,
            service=number.service,
            media=media,
        )
        state.add_message(message)
        text = handset.add(
            Text(
                n=0,
                changed=0,
                direction="sent",
                sender=handset.number,
                recipient=number.number,
                body=body,
                status="sent",
                at=now,
                sid=message.sid,
                media=media,
            )
        )
        self._keyword(handset, number, body)
        about = About(message.account, message.sender, message.recipient)
        fault = self.outbound.faults.strike("webhook", about)
        place = None if isinstance(fault, Delay) else self.lines.join(handset.number)
        telling = self._tell(handset, text, message, fault, place)
        return text, self.outbound.tasks.start(telling)

    async def _tell(
        self,
        handset: Handset,
        text: Text,
        message: Message,
        fault: Fault | None,
        place: Place | None,
    ) -> Told:
        if place is None:
            await asyncio.sleep(fault.seconds if isinstance(fault, Delay) else 0)
            told = await self.dispatch.tell(message)
        else:
            async with place:
                match fault:
                    case Drop():
                        told = self.dispatch.unreached(message)
                    case Duplicate(copies):
                        told = await self.dispatch.tell(message)
                        for _ in range(copies):
                            await self.dispatch.tell(message)
                    case _:
                        told = await self.dispatch.tell(message)
        handset.change(text.n, "failed" if told.error else "delivered", told.error)
        return told

    def _keyword(self, handset: Handset, number: Number, body: str) -> None:
        state = self.outbound.state
        match consent.keyword(body):
            case "stop":
                answer = STOPPED if state.block(number, handset.number) else ""
            case "start":
                answer = STARTED if state.unblock(number, handset.number) else ""
            case "help":
                answer = "" if state.blocked(number, handset.number) else HELPED
            case None:
                answer = ""
        if answer:
            handset.add(
                Text(
                    n=0,
                    changed=0,
                    direction="received",
                    sender=number.number,
                    recipient=handset.number,
                    body=answer,
                    status="received",
                    at=state.clock(),
                    automatic=True,
                )
            )
