"""Texts of bots, looked over before they are bots."""

from __future__ import annotations

from threadline.client.aio.connection import AsyncNoun
from threadline.model.resources.flows import FlowLooked


class AsyncFlows(AsyncNoun):
    async def look(self, source: str, *, bot: str | None = None) -> FlowLooked:
        """
        Everything that is wrong with it, to the character, and its flow as it would be drawn.
        `bot` is the one that it is to be, if there is one.
        """
        body = {"source": source} | ({} if bot is None else {"bot": bot})
        found: FlowLooked = await self._post("flows", "look", body=body)
        return found
