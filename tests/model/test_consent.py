"""What a text says about being texted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("word", "meaning"), [("START", "start"), ("unstop", "start"), ("Yes", None)]
)
def test_only_start_and_unstop_lift_what_a_toll_free_network_blocked(
    word: str, meaning: str | None
):
    assert meaning == consent.keyword(word, toll_free=True)


@pytest.mark.parametrize("text", ["STOP", "Quit", "help"])
def test_the_other_words_mean_the_same_on_a_toll_free_number(text: str):
    assert consent.keyword(text) == consent.keyword(text, toll_free=True)


REVOKING = """
STOP PLEASE
please stop
Stop!
stop.
"STOP"
STOP STOP STOP
just stop already
stop it!
No. Stop. Thank you
Not interested, stop
Quit!
Cancel.
opt-out
Opt out please
UNSUBSCRIBE ME
unsubscribe me please
Please unsubscribe me from all messages
I want to unsubscribe
I would like to opt out of these texts
opt me out of this list
"Stop texting me"
please stop texting me
Stop texting me!!! 😡
STOP TEXTING THIS NUMBER
Can you stop texting me?
Hey, could you please stop messaging me now?
I told you to stop contacting me
I said stop texting me
stop txting me or I'll call my lawyer
Stop texting me and remove me from your list
stop calling and texting me
please stop sending me these messages
Stop sending me spam
stop sending texts to this number
I want to stop receiving these messages
Stop all texts
stop messages
your texts need to stop
do not text me again
Don't text me.
Don’t ever message me again
dont contact me anymore
You may not contact me
Do not call or text this number
Never text me again
don't send me any more texts
I don't want these texts
I do not wish to receive any further messages from you
i no longer want to be contacted
I don't want to be on your list
No more texts please
leave me alone, no more texts
Leave me alone!
take me off your list
Take me off this list please and thanks
please take my number off your mailing list
Remove me
remove my number
Please remove my phone number from your database
delete my number
Lose my number
Who is this? Wrong number. Stop texting me
This is the wrong number please stop texting me
stop texting me you have the wrong number
Don't text me, email me
I hereby revoke my consent to be contacted
I withdraw my consent to receive these texts
I do not consent to receiving these messages
cease and desist
How do I stop these texts?
I never signed up for this. STOP
I already said stop
Unsubscribe from all
End these texts
stop reaching out to me
I don't want any more texts from you people
My order came, thanks. Now please stop texting me
"""

INNOCENT = """
stop by the shop tomorrow
I'll stop by at 5
can't stop laughing
don't stop
Don't stop texting me
please never stop messaging me
No, don't. Stop by later
when does the bus stop
which stop do I get off at?
Stop?
is there a stop sign, or no stop at all
please stop the subscription renewal at the end of the month
stop the music
stop my order
Please stop sending me reminders at 6 am
stop sending me reminders
stop texting me so early, after 9 is fine
don't text me before 9
Don't text me tomorrow, I'm at work
do not contact me about the loan
don't send me a message yet
don't text and drive
Stop texting and driving, says the poster
cancel my appointment
Cancel please
please cancel
cancel?
The end
I want to end the call
end of the month is fine
quit smoking tips please
how do I quit my gym?
I quit my job
I want to stop
The doctor told me to stop
my sister says, stop texting me
He yelled "No! Stop texting me!" and hung up
she wrote "take me off your list" on it
on the door it read "No! Stop texting me!" in red
what does "STOP" do?
Reply STOP to opt out
Msg&data rates may apply. Reply HELP for help, STOP to cancel
My ex won't stop texting me
should I stop texting him?
Why did you stop texting me?
If he calls, do not text him
haha stop it
stop it lol
Stop texting me 😂
leave me alone with the menu for a minute
They never leave me alone
remove me from the 3pm class
Remove my number from my account and add my wife's
please don't remove me from your list
take me off hold
I don't want to unsubscribe
How do I unsubscribe from the newsletter?
can I opt out of the insurance?
I don't want the blue one
no more onions please
no more questions, thanks
Never mind
send me more texts
I revoke my offer
you can text me at this number
delete my last order
stop calling me, text only
I don't want texts at night
Stop, wait, I meant Tuesday
stop spam calls
Take me off the waitlist please
I never text and drive
My mom told me to stop texting you
don't call me, text me
The options are great, I have enough
"""


def lines(table: str) -> list[str]:
    return table.strip().splitlines()


@pytest.mark.parametrize("text", lines(REVOKING))
def test_who_asks_for_no_more_texts_in_other_words_is_understood(text: str):
    assert consent.revokes(text)


@pytest.mark.parametrize("text", lines(INNOCENT))
def test_who_speaks_of_something_else_is_left_to_the_bot(text: str):
    assert not consent.revokes(text)


@pytest.mark.parametrize("word", sorted(consent.STOP))
def test_a_keyword_revokes_with_a_full_stop_too(word: str):
    assert consent.revokes(word)
    assert consent.revokes(f" {word.title()}. ")


def test_a_request_in_a_long_text_is_found():
    letter = "Thank you for the parcel. " * 50

    assert consent.revokes(f"{letter}Please stop texting me. {letter}")
    assert not consent.revokes(letter + "We never stop.")


@given(st.text(), st.sampled_from(["please ", "stop ", "all ", "now ", "no more ", "don't "]))
def test_any_text_is_read_without_complaint(text: str, word: str):
    said = consent.revokes(text + word * 30 + text)

    assert said in (True, False)
