"""What a sealed secret gives away, and what it refuses."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.vault import sealing
from threadline.vault.sealing import Damaged, Key

KEY = Key("k1", bytes(range(32)))
SRN = "srn:vault::flowit:secretdoc:twiliokeys"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS | st.dictionaries(TEXTS, TEXTS))
def test_what_was_sealed_is_unsealed(value: str | dict[str, str]):
    sealed = sealing.seal(KEY, SRN, 1, value)

    assert value == sealing.unseal(KEY, SRN, 1, sealed)


def test_the_sealed_form_names_its_version_and_key():
    sealed = sealing.seal(KEY, SRN, 1, "value", random=lambda size: b"n" * size)

    assert b"v1|k1|nnnnnnnnnnnn" == b64decode(sealed)[:18]
    assert "k1" == sealing.key_id(sealed)


def test_the_same_value_never_looks_the_same():
    sealed = {sealing.seal(KEY, SRN, 1, "value") for _ in range(100)}

    assert 100 == len(sealed)


def test_a_value_cannot_be_moved_to_another_secret():
    sealed = sealing.seal(KEY, SRN, 1, "value")

    with pytest.raises(Damaged):
        sealing.unseal(KEY, SRN.replace("flowit", "acme"), 1, sealed)


def test_an_old_version_cannot_be_put_back():
    sealed = sealing.seal(KEY, SRN, 1, "value")

    with pytest.raises(Damaged):
        sealing.unseal(KEY, SRN, 2, sealed)


def test_any_changed_byte_is_noticed():
    packed = b64decode(sealing.seal(KEY, SRN, 1, "value"))
    for place in range(len(packed)):
        spoiled = bytearray(packed)
        spoiled[place] ^= 1

        with pytest.raises(Damaged):
            sealing.unseal(KEY, SRN, 1, b64encode(spoiled).decode())


@pytest.mark.parametrize("sealed", ["", "v1", "¡", "djF8azF8", b64encode(b"v1|k1|xx").decode()])
def test_what_was_never_sealed_is_not_unsealed(sealed: str):
    with pytest.raises(Damaged):
        sealing.unseal(KEY, SRN, 1, sealed)
