"""
The way out: the only place that opens HTTP clients. `gates` says where each may go.

    provider   the base URL that the operator set                  any address
    user       what somebody in an organization wrote in a field   public addresses only
    media      files that the provider keeps                       its hosts only

What a name resolves to is checked, and exactly what was checked is connected to, so a name
cannot pass as public and then turn into something inside.
"""

from __future__ import annotations

from collections.abc import Sequence

from threadline.egress.answers import Answer
from threadline.egress.client import Client
from threadline.egress.gates import Anywhere, ListedHosts, PublicOnly

__all__ = ["Answer", "Client", "Egress"]

CONNECTIONS_PER_USER_HOST = 500
MEDIA_HOPS = 3


class Egress:
    """The three clients. `networks` are opened for `user`; `media_hosts` for `media`."""

    def __init__(self, networks: Sequence[str] = (), media_hosts: Sequence[str] = ()) -> None:
        self.provider = Client(Anywhere())
        self.user = Client(PublicOnly(networks), per_host=CONNECTIONS_PER_USER_HOST)
        self.media = Client(ListedHosts(media_hosts), hops=MEDIA_HOPS)

    async def close(self) -> None:
        for client in (self.provider, self.user, self.media):
            await client.close()
