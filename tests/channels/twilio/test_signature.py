"""Whether it was Twilio: the vectors of Twilio's own SDK, and the SDK itself."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from tests.channels.twilio.payloads import TOKEN, Values
from threadline.channels.twilio import signature
from threadline.errors import Unauthentic

# Made with RequestValidator of twilio-python 9.13.0; "docs_worked_example" and the two named
# "sdk_reference" also stand in Twilio's documentation and in the SDK's own tests.
VECTORS = json.loads((Path(__file__).parent / "signature-vectors.json").read_text())["vectors"]
SHARED_KEY = "webhooks_sharedkey_00000000000000000000000000"
URL = "https://bot.example.com/twilio/sms"


def believes(
    url: str, params: Any, headers: dict[str, str], body: bytes = b"", **keys: Any
) -> bool:
    keys = {"tokens": (TOKEN,), "shared_keys": {}} | keys
    try:
        signature.check(url, params, headers, body, **keys)
    except Unauthentic:
        return False
    return True


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_it_agrees_with_every_vector(vector: dict[str, Any]):
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    form = [] if vector["method"] == "GET" else [(a, b) for a, b in vector["params"] or []]
    expected = vector["correct_implementation_should_accept"]

    believed = believes(
        vector["url"],
        form,
        headers | {"content-type": vector["content_type"] or ""},
        (vector["raw_body"] or "").encode(),
        tokens=(vector["token"],),
        shared_keys={SHARED_KEY: vector["token"]},
    )

    assert expected is believed


def test_there_are_34_vectors():
    assert 34 == len(VECTORS)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
forms = st.lists(st.tuples(words, words), max_size=8)
hosts = st.sampled_from(["bot.example.com", "BOT.example.com", "10.0.0.1"])
ports = st.sampled_from(["", ":80", ":443", ":8443"])
paths = st.lists(st.sampled_from(["a", "%20", "/", "-", "é"]), max_size=4).map("".join)
queries = st.dictionaries(words.filter(bool), words, max_size=3).map(urlencode)


@st.composite
def urls(draw: st.DrawFn) -> str:
    scheme, query = draw(st.sampled_from(["http", "https"])), draw(queries)
    url = f"{scheme}://{draw(hosts)}{draw(ports)}/{draw(paths)}"
    return f"{url}?{query}" if query else url


@given(urls(), forms)
def test_it_signs_as_the_sdk_does(url: str, form: list[tuple[str, str]]):
    expected = RequestValidator(TOKEN).compute_signature(url, Values.of(form))

    assert expected == signature.sign(url, form, TOKEN)


@given(urls(), forms, forms, ports)
def test_it_believes_whatever_the_sdk_believes(
    url: str, form: list[tuple[str, str]], other: list[tuple[str, str]], port: str
):
    """Also when the port was left out, added, or when the form is another one."""
    sdk = RequestValidator(TOKEN)
    host = url.split("/")[2]
    signed_url = url.replace(host, host.partition(":")[0] + port, 1)
    given_signature = sdk.compute_signature(signed_url, Values.of(other or form))
    expected = sdk.validate(url, Values.of(form), given_signature)

    assert expected is believes(url, form, {"x-twilio-signature": given_signature})


@pytest.mark.parametrize("userinfo", ["user:pass@", "user@", "us@er:p@ss@"])
@pytest.mark.parametrize("port", ["", ":8443"])
def test_user_and_password_in_the_url_do_not_count(userinfo: str, port: str):
    said = signature.sign(f"https://bot.example.com{port}/x", [("a", "b")], TOKEN)
    url = f"https://{userinfo}bot.example.com{port}/x#rc=4&rp=ct"

    assert believes(url, [("a", "b")], {"x-twilio-signature": said})


def test_a_host_written_as_an_ipv6_address_keeps_its_colons():
    said = signature.sign("https://[2001:db8::1]/x", [], TOKEN)

    assert believes("https://[2001:db8::1]:443/x", [], {"x-twilio-signature": said})


def test_while_a_token_rotates_both_count():
    said = signature.sign(URL, [], "the next token")
    headers = {"x-twilio-signature": said}

    assert believes(URL, [], headers, tokens=(TOKEN, "the next token"))
    assert not believes(URL, [], headers, tokens=(TOKEN,))


def test_without_any_token_nothing_is_believed():
    said = signature.sign(URL, [], "")

    assert not believes(URL, [], {"x-twilio-signature": said}, tokens=())


@pytest.mark.parametrize(
    "settings",
    [
        "key=webhooks_sharedkey_of_somebody_else,algorithm=HMAC_SHA1",
        f"key={SHARED_KEY},algorithm=HMAC_MD5",
        "algorithm=HMAC_SHA1",
        "nonsense",
    ],
)
def test_a_key_or_algorithm_that_we_do_not_have_is_not_taken(settings: str):
    headers = {
        "x-twilio-signature": signature.sign(URL, [], TOKEN),
        "x-twilio-webhooks-signature-settings": settings,
    }

    assert not believes(URL, [], headers, shared_keys={SHARED_KEY: TOKEN})


def test_a_json_body_counts_by_its_hash_and_not_as_a_form():
    body = b'{"a": "b=c"}'
    url = f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {
        "x-twilio-signature": signature.sign(url, [], TOKEN),
        "content-type": "application/json; charset=utf-8",
    }

    assert believes(url, [('{"a": "b', 'c"}')], headers, body)


def test_json_without_the_hash_of_its_body_is_not_believed():
    headers = {
        "x-twilio-signature": signature.sign(URL, [], TOKEN),
        "content-type": "application/json",
    }

    assert not believes(URL, [], headers, b"{}")


@pytest.mark.parametrize("said", ["", " ", "é", "\ud800", "x" * 10_000])
def test_a_strange_signature_is_a_wrong_one(said: str):
    assert not believes(URL, [], {"x-twilio-signature": said})


def test_what_was_tried_is_named_without_the_password():
    with pytest.raises(Unauthentic, match=r"not match https://bot\.example\.com/x$"):
        signature.check(
            "https://user:pass@bot.example.com/x#rc=1",
            [],
            {"x-twilio-signature": "wrong"},
            b"",
            tokens=(TOKEN,),
            shared_keys={},
        )
