"""
How a command reaches the data, and how it prints: the flags that every command has.

Always through the API and its client: over HTTP with --url, else through the socket of the
server that runs on the data folder, else by opening the database itself.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import typer

from threadline.cli.complaints import said_by
from threadline.cli.options import Json, Quiet
from threadline.errors import NotSent

if TYPE_CHECKING:
    from threadline.client import AsyncThreadline
    from threadline.settings import Settings

T = TypeVar("T")

FLAGS: dict[str, Any] = {
    "org": Annotated[
        str | None,
        typer.Option(
            "--org", help="The organization, where there are several. [THREADLINE_ORG]"
        ),
    ],
    "as_json": Json,
    "quiet": Quiet,
    "data": Annotated[
        Path | None,
        typer.Option("--data", help="Folder for everything kept. [THREADLINE_DATA]"),
    ],
    "database_url": Annotated[
        str | None,
        typer.Option(
            "--database-url",
            help="sqlite:///PATH or postgresql://…; else SQLite in the data folder. "
            "[THREADLINE_DATABASE_URL]",
        ),
    ],
    "url": Annotated[
        str | None,
        typer.Option("--url", help="A server elsewhere, with --key. [THREADLINE_URL]"),
    ],
    "key": Annotated[
        str | None, typer.Option("--key", help="A key to it. [THREADLINE_API_KEY]")
    ],
}
FALSE = ("as_json", "quiet")


@dataclass(frozen=True, slots=True)
class Reach:
    """What the flags said; None = nothing."""

    org: str | None = None
    as_json: bool = False
    quiet: bool = False
    data: Path | None = None
    database_url: str | None = None
    url: str | None = None
    key: str | None = None
    public_url: str | None = None
    """Of the few commands that have it."""

    @property
    def settings(self) -> Settings:
        """With the environment, for what no flag said. Raises `Invalid`."""
        from threadline.settings import Settings

        return Settings.read(
            org=self.org,
            data=self.data,
            database_url=self.database_url,
            url=self.url,
            api_key=self.key,
            public_url=self.public_url,
        )

    def ask(self, do: Callable[[AsyncThreadline], Awaitable[T]], *, served: bool = False) -> T:
        """
        What `do` got from the API, which a server has to answer if it is to be `served`.
        Raises what the API told.
        """

        async def run() -> T:
            async with opened(self.settings, served) as threadline:
                return await do(threadline)

        return asyncio.run(run())

    def tell(self, found: Any, lines: Iterable[str], names: Iterable[str] = ()) -> None:
        """As JSON, or the names alone, or in lines for people, as was asked."""
        if self.as_json:
            import orjson

            print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
            return
        for line in names if self.quiet else lines:
            print(line)

    def warn(self, line: str) -> None:
        """To standard error, unless nothing was to be said."""
        if not self.quiet:
            print(line, file=sys.stderr)


def shared(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose first parameter is a `Reach`, with the flags that make one."""
    hints = get_type_hints(command, include_extras=True)
    _reach, *own = inspect.signature(command).parameters.values()

    def run(**given: Any) -> None:
        flags = {name: given.pop(name) for name in FLAGS}
        command(Reach(**flags), **given)

    common = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False if name in FALSE else None,
            annotation=kind,
        )
        for name, kind in FLAGS.items()
    ]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {one.name: hints[one.name] for one in own} | FLAGS
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [one.replace(kind=one.KEYWORD_ONLY, annotation=hints[one.name]) for one in own] + common
    )
    return run


@asynccontextmanager
async def opened(settings: Settings, served: bool) -> AsyncIterator[AsyncThreadline]:
    """
    The client, connected the way the settings say. Raises `NotSent` if it is to be `served`
    and no server runs.
    """
    import httpx2

    from threadline.client import AsyncThreadline

    org = settings.org or None
    if settings.url:
        key = settings.api_key.get_secret_value() or None
        async with AsyncThreadline(settings.url, key, organization=org) as threadline:
            with said_by(settings.url):
                yield threadline
        return
    if settings.socket.exists():
        # A socket has no certificate, and to read all authorities takes 40 ms.
        line = httpx2.AsyncHTTPTransport(uds=str(settings.socket), verify=False)
        async with AsyncThreadline(organization=org, transport=line) as threadline:
            if url := await _ours(settings, threadline):
                with said_by(url):
                    yield threadline
                return
    if served:
        raise NotSent(
            f"No server runs on {settings.data}, and without one nothing happens. Start "
            "`threadline serve` first, or name one with --url."
        )
    async with _alone(settings) as door:
        transport = httpx2.ASGITransport(door)
        async with AsyncThreadline(organization=org, transport=transport) as threadline:
            yield threadline


async def _ours(settings: Settings, threadline: AsyncThreadline) -> str | None:
    """Where the server is, if it answers on the database that was asked for, if one was."""
    try:
        about = await threadline.server.about()
    except NotSent:  # its socket was left behind by a server that was killed
        return None
    mine = not settings.database_url or about["database"] == settings.database_mark
    return about["url"] if mine else None


@asynccontextmanager
async def _alone(settings: Settings) -> AsyncIterator[Any]:
    """The API without a server, on the database itself."""
    from threadline.app import open_app
    from threadline.web import api

    app = await open_app(settings)
    try:
        yield api.access.owned(api.Api(app))
    finally:
        await app.close()
