"""Runs the carrier alone: `python -m threadline.carrier --port 8081 --config FILE.json`."""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import uvicorn
import uvloop

from threadline.carrier import LATENCY, Carrier, create
from threadline.egress import Egress

GRACE = 1


def read(config: Path | None) -> dict[str, Any]:
    """Raises `ValueError` with a sentence, and `OSError`."""
    found = orjson.loads(config.read_bytes()) if config else {}
    if not isinstance(found, dict):
        raise ValueError(f"{config} is a JSON object: accounts, latency, seed.")
    if not isinstance(found.get("accounts", []), list):
        raise ValueError("`accounts` is a list.")
    if not isinstance(found.get("latency", LATENCY), (int, float)):
        raise ValueError("`latency` is a number: seconds from one status to the next.")
    return found


async def serve(line: socket.socket, config: Mapping[str, Any]) -> None:
    """Serves on a socket that listens already, until it is told to end."""
    egress = Egress()
    try:
        carrier = Carrier(
            egress,
            config.get("accounts", []),
            latency=config.get("latency", LATENCY),
            seed=config.get("seed"),
        )
        server = uvicorn.Server(
            uvicorn.Config(
                create(carrier), log_level="warning", timeout_graceful_shutdown=GRACE
            )
        )
        await server.serve([line])
    finally:
        await egress.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m threadline.carrier", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--config", type=Path, help="JSON: accounts, latency, seed")
    given = parser.parse_args()
    try:
        config = read(given.config)
        line = socket.create_server((given.host, given.port))
    except (OSError, ValueError) as why:
        sys.exit(f"The carrier cannot start: {why}")
    with line:
        host, port = line.getsockname()[:2]
        sys.stdout.write(f"http://{host}:{port}\n")
        sys.stdout.flush()
        try:
            with suppress(KeyboardInterrupt):
                uvloop.run(serve(line, config))
        except ValueError as why:
            sys.exit(f"The carrier cannot start: {why}")


if __name__ == "__main__":
    main()
