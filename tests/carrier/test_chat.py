"""`threadline chat`: a phone in the terminal, in front of a carrier and somebody's server."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.responses import Response

from tests.carrier.world import ANN, BOT, PATIENCE, World, twiml
from threadline.cli.handset import run_handset


async def piped(world: World, lines: str) -> str:
    """What is printed when lines are piped in."""
    said = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        patch.setattr(sys, "stdin", io.StringIO(lines))
        async with asyncio.timeout(PATIENCE * 2):
            await run_handset(world.url, ANN, BOT, banner="Hello.", quiet_after=0.3)
    return said.getvalue()


class Terminal:
    """What a person types and sees."""

    def __init__(self, fd: int, reader: asyncio.StreamReader) -> None:
        self._fd, self._reader = fd, reader
        self._unread = self.seen = ""

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    async def sees(self, words: str) -> bool:
        """Returns once `words` were shown after what was seen before."""
        async with asyncio.timeout(PATIENCE * 2):
            while words not in self._unread:
                read = (await self._reader.read(65_536)).decode(errors="replace")
                if "\x1b[6n" in read:  # the program asks where the cursor is
                    os.write(self._fd, b"\x1b[1;1R")
                self._unread += read
                self.seen += read
        self._unread = self._unread.partition(words)[2]
        return True


@asynccontextmanager
async def terminal(
    *arguments: str,
) -> AsyncIterator[tuple[Terminal, asyncio.subprocess.Process]]:
    """`threadline chat` in a terminal."""
    ours, theirs = os.openpty()
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "threadline", "chat", *arguments),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "30"},
    )
    os.close(theirs)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    pipe, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours, "rb", buffering=0)
    )
    try:
        yield Terminal(ours, reader), program
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()
        pipe.close()


async def test_a_person_types_and_reads_the_reply(world: World) -> None:
    world.receiver.usual = twiml("<Message>hello Ann</Message>")

    async with terminal("--carrier", world.url) as (screen, program):
        await screen.sees(f"You are {ANN} and text {BOT}")
        await screen.sees(">")
        screen.type("hi\r")
        await screen.sees("hello Ann")
        await screen.sees(">")
        screen.type("\x04")
        async with asyncio.timeout(PATIENCE):
            await program.wait()

    assert ("hi", 0) == ((await world.receiver.next()).params["Body"], program.returncode)


async def test_a_person_sees_the_ticks(world: World) -> None:
    async with terminal("--carrier", world.url) as (screen, _):
        await screen.sees(">")
        screen.type("hi\r")

        assert await screen.sees("✓ delivered")


async def test_a_person_sees_why_a_text_was_not_delivered(world: World) -> None:
    world.receiver.usual = Response(status_code=500)

    async with terminal("--carrier", world.url) as (screen, _):
        await screen.sees(">")
        screen.type("hi\r")

        assert await screen.sees("/sms answered with HTTP 500. (11200)")


async def test_lines_from_a_pipe_are_sent_one_by_one(world: World) -> None:
    world.receiver.script = [twiml("<Message>one</Message>"), twiml("<Message>two</Message>")]

    said = await piped(world, "first\n\nsecond\n")

    assert ["first", "second"] == [call.params["Body"] for call in world.receiver.rest()]
    assert ["Hello.", f"{BOT}  one", f"{BOT}  two"] == said.split("\n")[:-1]


async def test_the_carriers_own_answers_are_shown_as_such(world: World) -> None:
    said = await piped(world, "HELP\n")

    assert "     carrier  Reply STOP to unsubscribe." in said


async def test_texts_of_several_lines_stay_under_their_sender(world: World) -> None:
    world.receiver.usual = twiml("<Message><Body>one\ntwo</Body></Message>")

    said = await piped(world, "hi\n")

    assert f"{BOT}  one\n              two\n" in said


async def test_a_text_cannot_command_the_terminal(world: World) -> None:
    await world.text("hi")
    await world.carrier.settle()
    world.receiver.usual = twiml("<Message>a\u009b31mb\u202ec</Message>")

    said = await piped(world, "hi\n")

    assert "a31mbc" in said


async def test_media_are_attached(world: World) -> None:
    await piped(world, "/media https://example.com/cat.jpg look at this\n")
    call = await world.receiver.next()

    assert ("look at this", "https://example.com/cat.jpg") == (
        call.params["Body"],
        call.params["MediaUrl0"],
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [("/help", "/media URL"), ("/nonsense", "/nonsense is not a command"), ("/media", "/help")],
)
async def test_commands_are_explained_and_not_sent(world: World, line: str, shown: str) -> None:
    said = await piped(world, f"{line}\n")

    assert shown in said
    assert [] == world.receiver.rest()


async def test_quit_leaves_at_once(world: World) -> None:
    await piped(world, "/quit\nnever sent\n")

    assert [] == world.receiver.rest()


async def test_without_a_carrier_it_says_what_to_start() -> None:
    async with terminal("--carrier", "http://127.0.0.1:9") as (screen, program):
        await screen.sees("threadline demo --serve")
        async with asyncio.timeout(PATIENCE):
            code = await program.wait()

    assert (3, False) == (code, "Traceback" in screen.seen)


async def test_somebody_elses_server_is_not_taken_for_the_carrier(world: World) -> None:
    async with terminal("--carrier", world.receiver.url) as (screen, program):
        await screen.sees("is not the carrier")
        async with asyncio.timeout(PATIENCE):
            code = await program.wait()

    assert 1 == code


async def test_a_number_that_the_carrier_does_not_have_is_explained(world: World) -> None:
    async with terminal("--carrier", world.url, "--to", "+15559999999") as (screen, _):
        await screen.sees(">")
        screen.type("hi\r")

        assert await screen.sees("is no number of this carrier")
