"""
A double of the public Direct Line service, in front of a bot that is real.

Written from the documentation of Direct Line 3.0: clients start conversations, send and fetch
activities; the bot is posted to, and posts its own to the connector's routes. As there, a
client sees messages, its own among them, but neither typing nor updates of the conversation,
and who waits for a slow bot gets a 504, though the bot has the text.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web

from tests.bots.agent import listening

UNSEEN = ("typing", "conversationUpdate")


@dataclass
class Service:
    bot: str
    secret: str
    http: ClientSession
    url: str = ""
    patience: float = 10
    conversations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    fetched: asyncio.Event = field(default_factory=asyncio.Event)
    underway: set[asyncio.Task[int]] = field(default_factory=set)
    silent: bool = False
    """It takes what clients send, and breaks before it has answered them."""

    def routes(self) -> list[web.RouteDef]:
        client, bot = "/v3/directline/conversations", "/v3/conversations/{id}/activities"
        return [
            web.post(client, self.start),
            web.post(f"{client}/{{id}}/activities", self.send),
            web.get(f"{client}/{{id}}/activities", self.fetch),
            web.post(bot, self.answer),
            web.post(f"{bot}/{{reply}}", self.answer),
        ]

    async def start(self, request: web.Request) -> web.Response:
        self.check(request)
        id = f"c{len(self.members) + 1}"
        self.conversations[id], self.members[id] = [], {"bot"}
        body = await request.json() if request.can_read_body else {}
        joining = [user["id"]] if (user := body.get("user")) else []
        self.members[id].update(joining)
        await self.update(id, ["bot", *joining])
        return web.json_response({"conversationId": id, "expires_in": 1800}, status=201)

    async def send(self, request: web.Request) -> web.Response:
        activities = self.find(request)
        id, activity = request.match_info["id"], await request.json()
        user = activity["from"]["id"]
        if user not in self.members[id]:
            self.members[id].add(user)
            await self.update(id, [user])
        sent = self.keep(activities, id, activity)
        task = asyncio.create_task(self.post(id, sent))
        self.underway.add(task)
        try:
            status = await asyncio.wait_for(asyncio.shield(task), self.patience)
        except TimeoutError:
            return web.json_response({"error": {"code": "BotTimedOut"}}, status=504)
        if self.silent:
            assert request.transport is not None
            request.transport.abort()
        if status >= 300:
            return web.json_response({"error": {"code": "BotRejectedActivity"}}, status=502)
        return web.json_response({"id": sent["id"]})

    async def fetch(self, request: web.Request) -> web.Response:
        activities = self.find(request)
        since = int(request.query.get("watermark", "0"))
        self.fetched.set()
        seen = [one for one in activities[since:] if one["type"] not in UNSEEN]
        return web.json_response({"activities": seen, "watermark": str(len(activities))})

    async def answer(self, request: web.Request) -> web.Response:
        """What the bot says."""
        id = request.match_info["id"]
        said = self.keep(self.conversations.get(id, []), id, await request.json())
        return web.json_response({"id": said["id"]})

    async def update(self, id: str, added: list[str]) -> None:
        change = {"type": "conversationUpdate", "id": f"{id}|joined-{added[-1]}"}
        await self.post(id, {**change, "membersAdded": [{"id": one} for one in added]})

    async def post(self, id: str, activity: dict[str, Any]) -> int:
        whole = {
            "from": {"id": id},
            **activity,
            "channelId": "directline",
            "serviceUrl": f"{self.url}/",
            "conversation": {"id": id},
            "recipient": {"id": "bot"},
        }
        async with self.http.post(self.bot, json=whole) as answer:
            return answer.status

    def keep(
        self, activities: list[dict[str, Any]], id: str, activity: dict[str, Any]
    ) -> dict[str, Any]:
        activities.append({**activity, "id": f"{id}|{len(activities):07}"})
        return activities[-1]

    def find(self, request: web.Request) -> list[dict[str, Any]]:
        self.check(request)
        found = self.conversations.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        return found

    def check(self, request: web.Request) -> None:
        self.asked.append((request.method, request.path))
        if request.headers.get("Authorization") != f"Bearer {self.secret}":
            raise web.HTTPForbidden


@asynccontextmanager
async def serving_line(bot: str, secret: str) -> AsyncIterator[Service]:
    """The service in front of the bot that listens there."""
    async with ClientSession(timeout=ClientTimeout(total=20)) as http:
        service, app = Service(bot, secret, http), web.Application()
        app.add_routes(service.routes())
        async with listening(app) as url:
            service.url = url
            yield service
            for task in service.underway:
                task.cancel()
            await asyncio.gather(*service.underway, return_exceptions=True)
