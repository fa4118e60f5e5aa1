"""Where a client may go: decided about the URL, then about what its name resolved to."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Protocol

from yarl import URL

from threadline.errors import Forbidden, Invalid, Problem

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")


class Gate(Protocol):
    """Says where one client may go."""

    def check(self, url: URL) -> None:
        """Raises `Forbidden`."""
        ...

    def admits(self, address: str) -> bool:
        """Whether an address that a name resolved to may be connected to."""
        ...


class Anywhere:
    """The operator wrote the address, so it is meant."""

    def check(self, url: URL) -> None:
        """Every URL passes."""

    def admits(self, address: str) -> bool:
        return True


class PublicOnly:
    """
    Public addresses, and those in the networks that the operator opened. Raises `Invalid`
    for what is not a network.
    """

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [_network(one.strip()) for one in networks]
        self._admits = lru_cache(maxsize=10_000)(self._decide)

    def check(self, url: URL) -> None:
        host = url.raw_host or ""
        if ":" in host:
            if self.admits(host.partition("%")[0]):
                return
        else:
            try:
                plain = socket.inet_ntoa(socket.inet_aton(host))
            except OSError:
                return  # a name: `admits` is asked for what it resolves to
            if plain != host:
                raise Forbidden(f"{place(url)} spells an address unusually; write {plain}.")
            if self.admits(plain):
                return
        raise Forbidden(inside(url))

    def admits(self, address: str) -> bool:
        return self._admits(address)

    def _decide(self, address: str) -> bool:
        try:
            given = ip_address(address)
        except ValueError:
            return False
        meant = embedded(given) if isinstance(given, IPv6Address) else given
        if any(one in network for network in self._networks for one in (given, meant)):
            return True
        local = isinstance(meant, IPv6Address) and meant.is_site_local
        return meant.is_global and not (meant.is_multicast or meant.is_reserved or local)


class ListedHosts:
    """
    Hosts by name: `example.com` stands for itself and all below it, over https;
    `http://127.0.0.1:8080` for just that origin.
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        self._origins = {URL(one).origin() for one in hosts if "://" in one}
        self._names = tuple(one.lower().strip(".") for one in hosts if "://" not in one)

    def check(self, url: URL) -> None:
        host = (url.raw_host or "").lower().rstrip(".")
        named = any(host == name or host.endswith(f".{name}") for name in self._names)
        if (named and url.scheme == "https") or url.origin() in self._origins:
            return
        raise Forbidden(f"{place(url)} is not at a host that keeps the provider's media.")

    def admits(self, address: str) -> bool:
        return True


def parse(url: str) -> URL:
    """Raises `Forbidden` unless it is an http(s) URL without credentials in it."""
    try:
        found = URL(url)
    except ValueError:
        raise Forbidden("It is not a URL; write https://host/path.") from None
    if found.scheme not in ("http", "https") or not found.raw_host:
        raise Forbidden("Only URLs that begin with https:// or http:// can be called.")
    if found.raw_user is not None or found.raw_password is not None:
        raise Forbidden(f"{place(found)} has credentials in the URL; put them elsewhere.")
    return found


def place(url: URL) -> str:
    """What of a URL may be shown: neither credentials nor the query."""
    host = f"[{url.raw_host}]" if ":" in (url.raw_host or "") else url.raw_host
    port = "" if url.explicit_port is None else f":{url.explicit_port}"
    return f"{url.scheme}://{host}{port}{url.raw_path}"


def inside(url: URL) -> str:
    """The sentence for an address that is not public."""
    return (
        f"{place(url)} is inside a network that is not public. If it is meant to be called, "
        "the operator opens the network with THREADLINE_ALLOW_NETWORKS."
    )


def embedded(address: IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address leads to, or itself. Pure."""
    if found := address.ipv4_mapped or address.sixtofour:
        return found
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        message = f"{text!r} is not a network."
        mend = "Write networks such as 10.1.0.0/16, separated by commas."
        found = Problem("network_invalid", "THREADLINE_ALLOW_NETWORKS", message, mend)
        raise Invalid([found]) from None
