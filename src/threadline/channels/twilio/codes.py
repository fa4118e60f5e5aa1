"""
What Twilio's error codes mean: one table, for answers to a send and for status callbacks.

`then` says what the outbox does next (errors.SendFailed); the sentence is for the operator.
A code about one text or one contact never pauses the sender: someone abroad who texts us
must not silence the number for everybody. https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from threadline.errors import Then
from threadline.model import phone

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Code:
    """
    What follows, and why, in words for the operator. A text that Twilio took and that failed
    later is sent anew `wait` seconds after that, at most `tries` times.
    """

    then: Then
    sentence: str
    wait: int = 0
    tries: int = 0


_RETRY: Mapping[str, tuple[int, ...]] = {
    "Twilio was busy with another change; the text is tried again.": (20409,),
    "Twilio takes no more requests at once from this account; the text waits.": (20429,),
    "Twilio's queue for this sender is full; the text waits.": (21611, 30001),
    "Texts between these two numbers follow each other too fast; the text waits.": (14107,),
    "The phone is switched off or out of reach.": (30003,),
    "The carrier gave no reason.": (30008,),
    "The carrier is congested.": (30017,),
    "Twilio had an internal error while sending.": (30020, 30021, 30047),
    "The carrier's rate limit for this campaign or this contact is reached.": (30022,),
    "The day's limit of texts to T-Mobile is reached or near; it begins anew at midnight "
    "Pacific time.": (30023, 30025, 30026, 30027),
    "Twilio suspects SMS pumping and blocks this prefix for a while. If the traffic is yours, "
    "adjust SMS pumping protection in the Twilio console.": (30450,),
    "It is night where the contact is; Twilio's Compliance Toolkit blocks the text.": (30610,),
    "The channel's provider had an internal error.": (63009, 63010, 63012, 63019, 63023),
    "The channel's limit of messages is reached.": (63017, 63018, 63038),
}

_AGAIN: Mapping[tuple[int, int], tuple[int, ...]] = {
    (30, 3): (14107,),
    (45, 1): (30008,),
    (45, 2): (30017, 30020, 30021, 30047, 63009, 63010, 63012, 63019, 63023),
    (60, 2): (30003, 63017, 63018, 63038),
    (60, 3): (30001, 30022),
    (900, 1): (30450,),
    (6 * HOUR, 1): (30023, 30025, 30026, 30027, 30610),
}
"""How long to wait and how often to try; the others of `_RETRY` only answer a send."""

_STOP: Mapping[str, tuple[int, ...]] = {
    "This person has opted out of texts from this number. They can text START to be texted "
    "again.": (21610,),
    "This person has blocked you on this channel. They can be written to again once they "
    "unblock you.": (63014,),
}

_UNKNOWN: Mapping[str, tuple[int, ...]] = {
    "Twilio had an internal error; the text may have been sent.": (12400, 20500),
    "Twilio was not available; the text may have been sent.": (20503, 21702),
}

_CONFIG: Mapping[str, tuple[int, ...]] = {
    "Twilio does not accept the credentials. Check accountSid, authToken or the API key, "
    "whether the account is suspended, and whether they belong to this region.": (20003,),
    "The Twilio account is not active or may not do this. Look at its state in the Twilio "
    "console.": (20005, 20006, 20010, 90010),
    "These are Twilio's test credentials, which cannot do this. Put the live ones into the "
    "secret.": (20008,),
    "Twilio knows no such account or messaging service. Check accountSid, "
    "messagingServiceSid and the region in the secret.": (20404, 21701, 21705),
    "The phoneNumber in the secret cannot send texts for this account. Check that the account "
    "owns it and that it can send SMS.": (
        *(21212, 21601, 21603, 21606, 21607, 21616),
        *(21657, 21659, 21660, 21661, 21709),
    ),
    "Twilio cannot call the public URL of this server. Set it to a host name without "
    "underscores that Twilio can reach.": (21609,),
    "Twilio refused an option of the request. Report it: Threadline should not have sent it.": (
        *(21624, 21626, 21627, 21654, 21655, 21656, 21664, 21665, 21666, 21667),
        *range(35111, 35127),
    ),
    "The messaging service has no number that can send this. Add one to its sender pool in "
    "the Twilio console.": (21703, 21704, 21712),
    "The Twilio account is suspended. Look at its state in the Twilio console.": (30002,),
    "The sender is not registered where the contact is. Register it in the Twilio console.": (
        30018,
        30024,
    ),
    "The toll-free number is not verified. Submit its verification in the Twilio console.": (
        30032,
    ),
    "The A2P 10DLC campaign of this number is suspended. Look at it in the Twilio console.": (
        30033,
    ),
    "The number belongs to no approved A2P 10DLC campaign. Register it in the Twilio "
    "console.": (30034,),
    "The number's A2P 10DLC registration is still being set up. Wait for Twilio to finish "
    "it.": (30035,),
    "Sending is disabled for this account. Ask Twilio's support why.": (30037,),
    "The channel's sender is not set up. Look at it in the Twilio console.": (
        *(63007, 63008, 63020, 63051),
    ),
}

_FAIL: Mapping[str, tuple[int, ...]] = {
    "Twilio found a parameter of the request invalid.": (20001, 20422),
    "The contact's address is not a number that Twilio can text.": (21211, 21217, 21604),
    "The text is empty.": (14103, 21602, 21619),
    "The text is too long for one message (1600 characters). Shorten it in the bot.": (
        *(21605, 21617, 21658),
    ),
    "The account may not text this country. Allow it in the Twilio console under Messaging, "
    "Settings, Geo permissions.": (21408,),
    "A trial account may only text numbers that you have verified in the Twilio console. "
    "Upgrade the account, or verify this number.": (14111, 21219, 21608),
    "The text is too long for a trial account. Upgrade the account.": (30044,),
    "Twilio has no way from this sender to this contact.": (21612,),
    "The contact's number is a landline or cannot receive texts.": (21614, 21635, 30006),
    "The text is filtered everywhere because of what it says. Change it.": (21618,),
    "Twilio cannot use the media of this message.": (21620, 21621, 21622, 21623, 30011, 30019),
    "The carrier or the contact blocks texts from this number.": (30004,),
    "The contact's number is unknown or no longer in use.": (30005,),
    "The carrier or Twilio filtered the text as unwanted. Do not send the same words again; "
    "look at your campaign's registration.": (30007,),
    "A part of a text from the contact was lost on its way.": (30009,),
    "The text cost more than the price limit.": (30010,),
    "The text waited too long at Twilio and was dropped.": (30036,),
    "Twilio withheld a text from the contact that holds a one-time password.": (30038,),
    "Twilio took a text from the contact for a machine's and broke the loop.": (30039,),
    "The carrier did not answer in time; Twilio did not repeat the text, because it may have "
    "arrived.": (30410,),
    "Twilio blocks texts to this number, which is that of a known litigator.": (30640,),
    "The contact cannot be reached on this channel.": (63003, 63024, 63033, 63036),
    "The channel refused the content of the message.": (
        *(63005, 63013, 63021, 63026, 63040, 63041, 63042),
    ),
    "More than 24 hours have passed since the contact wrote; WhatsApp takes only approved "
    "templates now.": (63016,),
}

_TABLE: Mapping[Then, Mapping[str, tuple[int, ...]]] = {
    "retry": _RETRY,
    "stop": _STOP,
    "unknown": _UNKNOWN,
    "config": _CONFIG,
    "fail": _FAIL,
}

_WAITS = {code: again for again, numbers in _AGAIN.items() for code in numbers}

CODES: dict[int, Code] = {
    code: Code(then, sentence, *_WAITS.get(code, (0, 0)))
    for then, sentences in _TABLE.items()
    for sentence, numbers in sentences.items()
    for code in numbers
}

_BLOCKED = 30004
_STOPPED_AT_CARRIER = Code(
    "stop",
    "This person has opted out at the carrier of texts from this toll-free number. They can "
    "text START or UNSTOP to be texted again.",
)


_OF_THE_SENDER = (20409, 20429, 21611, 30001, 30022, 63017, 63018, 63038)
DEFERRED = frozenset(n for n, code in CODES.items() if code.then == "retry") - {*_OF_THE_SENDER}
"""Codes after which one text is tried again, and that say nothing of its sender."""


def means(code: int | str, *, ours: str = "") -> Code:
    """
    Pure. `ours` is the number that sent: on a toll-free one "blocked" mostly is a STOP that
    the carrier took. A code that is not in the table fails the text, and says where to look.
    """
    try:
        number = int(code)
    except ValueError:
        return Code("fail", f"Twilio did not send the text and gave the code {code!r}.")
    if number == _BLOCKED and phone.is_toll_free(ours):
        return _STOPPED_AT_CARRIER
    where = f"https://www.twilio.com/docs/api/errors/{number}"
    return CODES.get(number) or Code("fail", f"Twilio did not send the text: see {where}.")
