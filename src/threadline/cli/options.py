"""Flags that several commands have; each is a setting of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Folder for everything kept. [THREADLINE_DATA]"),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        help="sqlite:///PATH or postgresql://…; else SQLite in the data folder. "
        "[THREADLINE_DATABASE_URL]",
    ),
]
Host = Annotated[
    str | None, typer.Option("--host", help="Address to listen on. [THREADLINE_HOST]")
]
Port = Annotated[
    int | None, typer.Option("--port", help="Port to listen on. [THREADLINE_PORT]")
]
PublicUrl = Annotated[
    str | None,
    typer.Option(
        "--public-url",
        help="How Twilio reaches this server, https://sms.example.com. [THREADLINE_PUBLIC_URL]",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print names only, or nothing.")]
Organization = Annotated[str, typer.Option("--org", help="The organization, such as flowit.")]
Address = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS", help="The endpoint's address, such as myorganization-twiliosms."
    ),
]
Contact = Annotated[
    str, typer.Argument(metavar="CONTACT", help="Who texts, such as +15550100001.")
]
Reason = Annotated[
    str, typer.Option("--reason", help="Why, for who reads it later. It is kept.")
]
