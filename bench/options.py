"""What was asked of the bench, and where it works."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from bench import certificate
from bench.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; times in seconds. The second one is for `--quick`."""

    seconds: float = 5.0
    runs: int = 3
    people: int = 64
    backlog: int = 100_000
    stored: int = 1_000_000
    conversations: int = 100_000
    endpoints: int = 1_000


QUICK = Size(1.5, 1, 64, 4_000, 20_000, 2_000, 20)
HELP = {
    "seconds": "of each run",
    "runs": "of each program, in turn",
    "people": "who text at the same time",
    "backlog": "texts that wait when the program starts",
    "stored": "messages that are stored already, texts and answers",
    "conversations": "that they belong to",
    "endpoints": "that those belong to",
}


@dataclass(frozen=True, slots=True)
class Options:
    """`folder` is deleted afterwards; with `tls` the provider speaks HTTPS."""

    size: Size
    bot: str
    folder: Path
    provider_port: int
    tls: Certificate | None

    @property
    def provider(self) -> str:
        """Where the programs find the provider."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.provider_port}"

    @property
    def trust(self) -> dict[str, str]:
        """What the programs need in their environment to believe the provider."""
        return {"SSL_CERT_FILE": str(self.tls.authority)} if self.tls else {}


def parser(scenarios: Sequence[str], about: str | None) -> argparse.ArgumentParser:
    """Any number of scenarios may be named, or all of them."""
    found = argparse.ArgumentParser(prog="scripts/bench", description=about)
    words = [*scenarios, "all"]

    def known(word: str) -> str:  # `choices` would refuse that none is named
        if word in words:
            return word
        raise argparse.ArgumentTypeError(f"{word!r} is none of: {', '.join(words)}")

    found.add_argument("scenario", nargs="*", type=known, help=", ".join(words))
    for one in fields(Size):
        kind = type(one.default)
        text = f"{HELP[one.name]} ({one.default:,})"
        found.add_argument(f"--{one.name}", type=kind, help=text, metavar="N")
    found.add_argument("--bot", choices=("flow", "http"), default="flow", help="what echoes")
    found.add_argument("--tls", action="store_true", help="the provider speaks HTTPS")
    found.add_argument("--quick", action="store_true", help="little of everything, once")
    return found


def chosen(given: argparse.Namespace, folder: Path) -> Options:
    """What was not said is as in `Size`, or as in `QUICK`."""
    plain = QUICK if given.quick else Size()
    said = {one.name: getattr(given, one.name) for one in fields(Size)}
    size = Size(**{k: getattr(plain, k) if v is None else v for k, v in said.items()})
    tls = certificate.make(folder) if given.tls else None
    return Options(size, given.bot, folder, free_port(), tls)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])
