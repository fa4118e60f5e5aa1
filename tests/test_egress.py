"""What we ask of other people's servers, over real connections, whatever they do."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from threadline import __version__
from threadline.egress import Answer, Client, Egress, forms
from threadline.egress.gates import Anywhere, PublicOnly
from threadline.errors import (
    AnswerTooLarge,
    Forbidden,
    Interrupted,
    Invalid,
    NotSent,
    RequestFailed,
)

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOOPBACK = ("127.0.0.0/8", "::1/128")


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    opened = Egress()
    yield opened
    await opened.close()


@asynccontextmanager
async def server(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on a free port of 127.0.0.1 that talks to each connection as told."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    found = await asyncio.start_server(meet, "127.0.0.1", 0, ssl=tls)
    try:
        yield found.sockets[0].getsockname()[1]
    finally:
        found.close()


async def read(reader: asyncio.StreamReader) -> bytes:
    """One request: its head and the body that its Content-Length announces."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


def answering(answer: bytes, heard: list[bytes] | None = None) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await read(reader)
            if heard is not None:
                heard.append(request)
            writer.write(answer)
            await writer.drain()

    return talk


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def ok(body: bytes = b"fine", more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n%s" % (len(body), more, body)


def closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_a_form_is_posted_with_credentials_and_the_whole_answer_comes_back(
    egress: Egress,
):
    heard: list[bytes] = []
    async with server(answering(ok(b'{"sid":"SM1"}', b"X-Kind: json\r\n"), heard)) as port:
        answer = await egress.provider.request(
            "POST",
            f"http://127.0.0.1:{port}/Messages.json",
            form=[("To", "+15550100000"), ("Body", "naïve & 1+1"), ("To", "b")],
            auth=("AC1", "tøken"),
            headers={"X-Turn": "7"},
        )

    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert Answer(200, {"content-length": "13", "x-kind": "json"}, b'{"sid":"SM1"}') == answer
    assert b"To=%2B15550100000&Body=na%C3%AFve+%26+1%2B1&To=b" == body
    assert head.startswith(b"POST /Messages.json HTTP/1.1\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded\r\n" in head
    assert b"Authorization: Basic QUMxOnTDuGtlbg==\r\n" in head
    assert f"User-Agent: Threadline/{__version__}\r\n".encode() in head
    assert b"X-Turn: 7\r\n" in head


@given(st.lists(st.tuples(st.text(), st.text())))
def test_a_form_is_written_as_pythons_own_encoder_writes_it(form: list[tuple[str, str]]):
    assert urlencode(form, errors="replace").encode() == forms.encode(form)


async def test_half_a_character_does_not_stop_a_form(egress: Egress):
    heard: list[bytes] = []
    async with server(answering(ok(), heard)) as port:
        url = f"http://127.0.0.1:{port}/"
        await egress.provider.request("POST", url, form=[("Body", "a \ud83d")])

    assert heard[0].endswith(b"Body=a+%3F")


async def test_a_connection_serves_many_requests(egress: Egress):
    met: list[int] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(1)
        await answering(ok())(reader, writer)

    async with server(talk) as port:
        for _ in range(5):
            await egress.provider.request("GET", f"http://127.0.0.1:{port}/")

    assert [1] == met


async def test_cookies_are_neither_kept_nor_sent(egress: Egress):
    heard: list[bytes] = []
    async with server(answering(ok(more=b"Set-Cookie: a=b\r\n"), heard)) as port:
        for _ in range(2):
            await egress.provider.request("GET", f"http://127.0.0.1:{port}/")

    assert not [one for one in heard if b"cookie:" in one.lower()]


async def test_the_environment_sends_nothing_through_a_proxy(
    egress: Egress, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    async with server(answering(ok())) as port:
        answer = await egress.provider.request("GET", f"http://127.0.0.1:{port}/")

    assert 200 == answer.status


async def test_an_error_of_the_server_is_an_answer(egress: Egress):
    answer_503 = b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nRetry-After: 7\r\n\r\nbusy"
    async with server(answering(answer_503)) as port:
        answer = await egress.provider.request("GET", f"http://127.0.0.1:{port}/")

    assert (503, "7", b"busy") == (answer.status, answer.headers["retry-after"], answer.body)


async def test_a_refused_port_means_that_nothing_was_sent(egress: Egress):
    with pytest.raises(NotSent, match="could not be reached: connection refused"):
        await egress.provider.request("POST", f"http://127.0.0.1:{closed_port()}/")


async def test_an_unknown_name_means_that_nothing_was_sent(egress: Egress):
    with pytest.raises(NotSent, match="its name does not resolve"):
        await egress.provider.request("POST", f"http://{'a' * 64}.example/")


async def test_a_connection_that_hangs_means_that_nothing_was_sent(egress: Egress):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(NotSent, match=r"could not be reached within 0\.3 s"):
            await egress.provider.request(
                "POST", f"http://127.0.0.1:{full.getsockname()[1]}/", timeout=0.3
            )
        for one in waiting:
            one.close()


async def test_a_hang_while_tls_is_agreed_means_that_nothing_was_sent(egress: Egress):
    async with server(silence) as port:
        with pytest.raises(NotSent, match=r"could not be reached within 0\.3 s"):
            await egress.provider.request("POST", f"https://127.0.0.1:{port}/", timeout=0.3)


async def test_an_untrusted_certificate_means_that_nothing_was_sent(
    egress: Egress, tmp_path: Path
):
    heard: list[bytes] = []
    async with server(answering(ok(), heard), self_signed(tmp_path)) as port:
        with pytest.raises(NotSent, match="its certificate is not trusted"):
            await egress.provider.request("POST", f"https://localhost:{port}/", data=b"x")

    assert [] == heard


async def test_a_server_that_speaks_no_tls_means_that_nothing_was_sent(egress: Egress):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.read()

    async with server(talk) as port:
        with pytest.raises(NotSent, match="does not speak TLS"):
            await egress.provider.request("POST", f"https://127.0.0.1:{port}/")


async def test_waiting_for_a_connection_that_never_gets_free_means_that_nothing_was_sent():
    client = Client(Anywhere(), per_host=1)
    met = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.set()
        await reader.read()

    async with server(talk) as port:
        url = f"http://127.0.0.1:{port}/"
        first = asyncio.create_task(client.request("POST", url))
        await met.wait()
        with pytest.raises(NotSent, match=r"within 0\.3 s"):
            await client.request("POST", url, timeout=0.3)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    await client.close()


async def test_a_connection_closed_before_the_answer_is_an_interruption(egress: Egress):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)

    async with server(talk) as port:
        with pytest.raises(Interrupted, match="the connection broke"):
            await egress.provider.request("POST", f"http://127.0.0.1:{port}/", data=b"x")


async def test_a_connection_closed_before_the_request_was_read_is_an_interruption(
    egress: Egress,
):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with server(talk) as port:
        with pytest.raises(Interrupted, match="the connection broke"):
            await egress.provider.request("POST", f"http://127.0.0.1:{port}/", data=b"x")


async def test_an_answer_cut_in_the_middle_is_an_interruption(egress: Egress):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    async with server(talk) as port:
        with pytest.raises(Interrupted, match="the connection broke"):
            await egress.provider.request("POST", f"http://127.0.0.1:{port}/")


async def test_an_answer_that_is_not_http_is_an_interruption(egress: Egress):
    async with server(answering(b"220 smtp ready\r\n\r\n")) as port:
        with pytest.raises(Interrupted):
            await egress.provider.request("POST", f"http://127.0.0.1:{port}/")


async def test_a_server_that_never_answers_is_an_interruption_in_time(egress: Egress):
    async with server(silence) as port:
        began = monotonic()
        with pytest.raises(Interrupted, match=r"did not answer within 0\.3 s"):
            await egress.provider.request("POST", f"http://127.0.0.1:{port}/", timeout=0.3)

        assert 5 > monotonic() - began


async def test_a_server_that_drips_its_answer_does_not_stretch_the_time(egress: Egress):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        gone = asyncio.ensure_future(reader.read(1))
        while not gone.done():
            writer.write(b".")
            await asyncio.wait([gone], timeout=0.05)

    async with server(talk) as port:
        with pytest.raises(Interrupted, match=r"did not answer within 0\.3 s"):
            await egress.provider.request("GET", f"http://127.0.0.1:{port}/", timeout=0.3)


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 5000", b"Transfer-Encoding: chunked"],
    ids=["announced", "not announced"],
)
async def test_an_answer_past_the_limit_is_not_read_to_its_end(egress: Egress, head: bytes):
    body = b"x" * 5000 if b"Length" in head else b"1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n"
    async with server(answering(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + body)) as port:
        url = f"http://127.0.0.1:{port}/"
        with pytest.raises(AnswerTooLarge, match="more than 4999 bytes"):
            await egress.provider.request("GET", url, limit=4999)
        answer = await egress.provider.request("GET", url, limit=5000)

    assert 5000 == len(answer.body)


async def test_an_answer_that_was_packed_may_not_be_more_once_it_is_unpacked(egress: Egress):
    packed = gzip.compress(b"x" * 1_000_000)
    async with server(answering(ok(packed, b"Content-Encoding: gzip\r\n"))) as port:
        url = f"http://127.0.0.1:{port}/"
        with pytest.raises(AnswerTooLarge, match="more than 10000 bytes"):
            await egress.provider.request("GET", url, limit=10_000)
        answer = await egress.provider.request("GET", url, limit=1_000_000)

    assert 10_000 > len(packed)
    assert 1_000_000 == len(answer.body)


async def test_an_answer_of_no_length_lasts_until_the_connection_ends(egress: Egress):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nall of it")

    async with server(talk) as port:
        answer = await egress.provider.request("GET", f"http://127.0.0.1:{port}/")

    assert b"all of it" == answer.body


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_an_answer_may_be_empty(egress: Egress, method: str):
    async with server(answering(ok(b""))) as port:
        answer = await egress.provider.request(method, f"http://127.0.0.1:{port}/")

    assert (200, b"") == (answer.status, answer.body)


async def test_of_a_header_that_comes_twice_the_last_counts(egress: Egress):
    async with server(answering(ok(more=b"X-A: 1\r\nx-a: 2\r\n"))) as port:
        answer = await egress.provider.request("GET", f"http://127.0.0.1:{port}/")

    assert ("2", 2) == (answer.headers["x-a"], len(answer.headers))
    assert ["content-length", "x-a"] == sorted(answer.headers)
    assert "X-A" not in answer.headers


async def test_a_url_that_was_refused_stays_refused(egress: Egress):
    for _ in range(3):
        with pytest.raises(Forbidden):
            await egress.user.request("POST", "http://10.0.0.1/")
        with pytest.raises(Forbidden):
            egress.user.check("http://10.0.0.1/")

    assert "http://8.8.8.8/" == str(egress.user.check("http://8.8.8.8/"))


async def test_each_client_asks_its_own_gate(egress: Egress):
    inside = "http://10.0.0.1/"

    assert inside == str(egress.provider.check(inside))
    with pytest.raises(Forbidden):
        egress.user.check(inside)
    with pytest.raises(Forbidden):
        egress.media.check(inside)


async def test_each_request_has_its_own_credentials(egress: Egress):
    heard: list[bytes] = []
    async with server(answering(ok(), heard)) as port:
        for auth in (("AC1", "a"), ("AC2", "b"), None, ("AC1", "a")):
            await egress.provider.request("GET", f"http://127.0.0.1:{port}/", auth=auth)

    sent = [re.findall(rb"Authorization: (.+)\r", one) for one in heard]
    assert [[b"Basic QUMxOmE="], [b"Basic QUMyOmI="], [], [b"Basic QUMxOmE="]] == sent


@pytest.mark.parametrize("which", ["provider", "user"])
async def test_a_redirect_is_an_answer(which: str):
    egress = Egress(LOOPBACK)
    elsewhere = f"http://127.0.0.1:{closed_port()}/"
    moved = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n"
    async with server(answering(moved.encode())) as port:
        client: Client = getattr(egress, which)
        answer = await client.request("GET", f"http://127.0.0.1:{port}/")
    await egress.close()

    assert (302, elsewhere) == (answer.status, answer.headers["location"])


async def test_media_follows_a_redirect_and_leaves_the_credentials_behind():
    heard: list[bytes] = []
    async with server(answering(ok(b"picture"), heard)) as far:
        moved = f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{far}/f?s=1\r\n"
        async with server(answering(moved.encode() + b"Content-Length: 0\r\n\r\n")) as near:
            origins = [f"http://127.0.0.1:{port}" for port in (near, far)]
            egress = Egress(media_hosts=origins)
            answer = await egress.media.request("GET", origins[0] + "/m", auth=("AC1", "t"))
            await egress.close()

    assert b"picture" == answer.body
    assert heard[0].startswith(b"GET /f?s=1 ")
    assert b"authorization" not in heard[0].lower()


async def test_media_keeps_the_credentials_on_the_same_host():
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in (b"HTTP/1.1 302 Go\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", ok()):
            heard.append(await read(reader))
            writer.write(answer)

    async with server(talk) as port:
        egress = Egress(media_hosts=[f"http://127.0.0.1:{port}"])
        await egress.media.request("GET", f"http://127.0.0.1:{port}/a", auth=("AC1", "t"))
        await egress.close()

    assert [True, True] == [b"Authorization: Basic" in one for one in heard]


async def test_media_is_not_led_away_from_its_hosts():
    moved = b"HTTP/1.1 302 Go\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    async with server(answering(moved)) as port:
        egress = Egress(media_hosts=[f"http://127.0.0.1:{port}"])
        with pytest.raises(Forbidden, match="not at a host that keeps"):
            await egress.media.request("GET", f"http://127.0.0.1:{port}/a")
        await egress.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/m",
        "https://example.com.evil.example/m",
        "https://notexample.com/m",
        "https://evil.example/example.com",
    ],
)
async def test_media_comes_from_its_hosts_only(url: str):
    egress = Egress(media_hosts=["example.com"])

    with pytest.raises(Forbidden):
        await egress.media.request("GET", url)


INSIDE = """
    http://127.0.0.1/           http://[::1]/               http://[::ffff:127.0.0.1]/
    http://169.254.169.254/     http://10.0.0.1/            http://2130706433/
    http://0x7f.0.0.1/          http://0x7f000001/          http://0177.0.0.1/
    http://127.1/               http://0.0.0.0/             http://[::]/
    http://100.64.0.1/          http://172.16.0.1/          http://192.168.1.1/
    http://224.0.0.1/           http://255.255.255.255/     http://240.0.0.1/
    http://[fe80::1]/           http://[fe80::1%25eth0]/    http://[fc00::1]/
    http://[ff0e::1]/           http://[2002:7f00:1::]/     http://[64:ff9b::7f00:1]/
    http://[64:ff9b::a00:1]/    http://[::7f00:1]/          http://[fec0::1]/
    http://①②⑦.⓪.⓪.①/           http://localhost/           http://LOCALHOST:80/
    http://134744072/           http://198.18.0.1/          https://127.0.0.1:8443/
""".split()


@pytest.mark.parametrize("url", INSIDE)
async def test_what_a_user_wrote_never_leads_inside(egress: Egress, url: str):
    with pytest.raises(Forbidden):
        await egress.user.request("POST", url, timeout=5)


@pytest.mark.parametrize("url", ["http://127.0.0.1", "http://localhost", "http://[::1]"])
async def test_nothing_is_connected_to_that_is_inside(egress: Egress, url: str):
    met: list[int] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(1)

    async with server(talk) as port:
        with pytest.raises(Forbidden, match="THREADLINE_ALLOW_NETWORKS"):
            await egress.user.request("POST", f"{url}:{port}/")

    assert [] == met


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_the_operator_can_open_a_network(host: str):
    egress = Egress(["127.0.0.0/8"])
    async with server(answering(ok())) as port:
        answer = await egress.user.request("GET", f"http://{host}:{port}/")
    await egress.close()

    assert 200 == answer.status


async def test_an_opened_network_opens_no_other():
    egress = Egress(["127.0.0.0/8"])

    with pytest.raises(Forbidden):
        await egress.user.request("GET", "http://10.0.0.1/")
    await egress.close()


def test_a_network_that_is_none_is_told_to_the_operator():
    with pytest.raises(Invalid, match=r"network_invalid: THREADLINE_ALLOW_NETWORKS: '10\.0/8'"):
        Egress(["127.0.0.0/8", "10.0/8"])


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_admitted(address: str):
    admitted = PublicOnly([]).admits(address)

    assert True is admitted


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "example.com",
        "",
        "http:///x",
        "http://h:9x/",
    ],
)
@pytest.mark.parametrize("which", ["provider", "user", "media"])
async def test_only_web_addresses_are_called(egress: Egress, which: str, url: str):
    client: Client = getattr(egress, which)

    with pytest.raises(Forbidden):
        await client.request("GET", url)


async def test_credentials_in_a_url_are_refused_and_not_repeated(egress: Egress):
    with pytest.raises(Forbidden, match="credentials in the URL") as refused:
        await egress.provider.request("GET", "https://joe:canary@example.com/")

    assert "canary" not in str(refused.value)


async def test_a_header_that_is_none_is_not_sent(egress: Egress):
    heard: list[bytes] = []
    async with server(answering(ok(), heard)) as port:
        with pytest.raises(NotSent, match="'X' is no HTTP header"):
            await egress.provider.request(
                "GET", f"http://127.0.0.1:{port}/", headers={"X": "a\r\nY: canary"}
            )

    assert [] == heard


async def test_no_error_tells_credentials_or_the_query_or_the_body(egress: Egress):
    secret = "-".join(("canary", "7"))

    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{secret}".encode())

    told: list[str] = []
    async with (
        server(broken) as cut,
        server(answering(f"{secret}\r\n\r\n".encode())) as odd,
        server(silence) as hung,
        server(answering(ok(secret.encode() * 9))) as big,
    ):
        for port in (cut, odd, hung, big, closed_port()):
            try:
                await egress.provider.request(
                    "POST",
                    f"http://127.0.0.1:{port}/path?q={secret}",
                    data=secret.encode(),
                    auth=(secret, secret),
                    headers={"X-Key": secret},
                    timeout=0.2,
                    limit=20,
                )
            except RequestFailed as why:
                told += [str(why), repr(why), traceback.format_exc()]

    assert 15 == len(told)
    assert not [one for one in told if secret in one]


async def test_a_closed_egress_sends_nothing_more(egress: Egress):
    await egress.close()
    await egress.close()

    with pytest.raises(NotSent, match="Threadline is stopping"):
        await egress.provider.request("GET", "http://127.0.0.1/")


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "self.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context
