"""What a text says about being texted."""

from __future__ import annotations

import pytest

from threadline.model import consent


@pytest.mark.parametrize("text", [*sorted(consent.STOP), "stop", " Stop\n", "sToP"])
def test_a_stop_word_alone_means_stop(text: str):
    assert "stop" == consent.keyword(text)


@pytest.mark.parametrize("text", [*sorted(consent.START), "start", " Yes "])
def test_a_start_word_alone_means_start(text: str):
    assert "start" == consent.keyword(text)


@pytest.mark.parametrize("text", [*sorted(consent.HELP), "help", "info"])
def test_a_help_word_alone_means_help(text: str):
    assert "help" == consent.keyword(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "STOP PLEASE", "please stop", "stop!", '"stop"', "stopp", "yes please"),
        *("S T O P", "stop" + " " * 30 + "it"),
    ],
)
def test_a_text_that_says_more_is_for_the_bot(text: str):
    assert None is consent.keyword(text)


def test_no_word_means_two_things():
    words = [*consent.STOP, *consent.START, *consent.HELP]

    assert len(set(words)) == len(words)


@pytest.mark.parametrize("word", ["REVOKE", "OPTOUT"])
def test_the_words_of_2025_are_known(word: str):
    assert "stop" == consent.keyword(word)
