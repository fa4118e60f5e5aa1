"""
What a text says about being texted.

The keywords are those that Twilio acts on for long codes and toll-free numbers; the text has
to be the keyword alone, in any case.
https://help.twilio.com/articles/223134027 (REVOKE and OPTOUT since April 2025)

In the United States a keyword is not needed: consent may be revoked "by using any reasonable
method", free text included (47 CFR 64.1200(a)(10), FCC 24-18, since April 2025). Such a text
does not block the number at the provider, so whoever reads it has to honour it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from threadline.model.messages import Consent

STOP = frozenset("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT".split())
START = frozenset("START YES UNSTOP".split())
HELP = frozenset("HELP INFO".split())

_TOLL_FREE_START = frozenset("START UNSTOP".split())  # the network's own, which knows no YES

# A text without any of these is none of ours: most are passed over after this look.
_STEMS = (
    *("stop", "not ", "don", "never", "remove", "alone", "opt", "unsu", "take m", "no more"),
    *("no longer", "cancel", "end", "quit", "consent", "delete m", "lose m", "cease", "revoke"),
)
_LONGEST_CLAUSE = 200

_QUOTED = re.compile(r'"[^"]*"')
_JOKING = re.compile(
    r"[😀-😏😘-😝🤣🥰❤💕]|\b(?:lol|lmao|rofl|jk|just kidding|ha(?:ha)+h?|he(?:he)+|xd)\b"
)
_REPORTED = re.compile(  # but "I told you to stop" is a request
    r"\b(?=(?:said|says|say|told|tells|asked|wrote|writes|replied|texted me|yelled|screamed)\b)"
    r"(?<!\bi )(?<!\bi already )(?<!\bi have )(?<!\bive )(?<!\byou )"
)
_CLAUSE_ENDS = re.compile(r"[.!?;,\n…—–()]+|\s-+\s")
_NO_WORD = re.compile(r'[^\w":]+')

_ANY = (
    "(?:(?:all|any|more|anymore|further|future|other|of|the|these|those|this|that|your|ur|such"
    "|so|many|stupid|damn|annoying|fucking|unwanted|automated|marketing|promotional|text|sms"
    "|spam) )*"
)
_TEXTS = "(?:texts|txts|messages|msgs|sms|spam|(?<=more )text|(?<=more )message)"
_ME = "(?:me|us|my (?:phone|number|cell|mobile)|this (?:phone|number|line))"
_TEXTING = "(?:spam )?(?:texting|txting|messaging|msging|contacting|spamming)"
_TEXT = "(?:text|txt|message|msg|contact|sms|spam|call or text|text or call|call or message)"
_NOT = "(?:do not|dont|never|you may (?:not|no longer)|do not ever|dont ever|dont you ever)"
_WANT_NOT = "(?:i|we) (?:do not|dont|no longer|never) (?:want|wish)(?: to)?"
_MY_NUMBER = "my (?:phone |cell |mobile )?(?:number|phone|cell)"
_LIST = (
    f"(?:off|from|out of|off of|of) {_ANY}(?:(?:texting|mailing|message|messaging|contact|call"
    "|calling|phone|distribution) )*(?:lists?|databases?|systems?|contacts|messages|texts)"
)
_BEFORE = (
    "(?:(?:please|pls|plz|kindly|ok|okay|hey|hi|hello|no|nope|just|now|so|and|but|then|bot|guys"
    "|seriously|for the last time|again|i (?:already |have already )?(?:said|say|repeat)"
    "|i (?:already |have |have already )?(?:told|asked|ask|want|need|demand|would like) you to"
    "|(?:im|i am) (?:asking|telling|begging) you to|id like you to|(?:can|could|would|will) you"
    "|you (?:need to|have to|must|should|better)|i demand (?:that )?you|i (?:want|wish|need) to"
    "|(?:id|i would) like to|(?:im|i am)|let me|wrong number|(?:im |i am )?not interested"
    "|(?:this is|you have|you got|youve got) the wrong (?:number|person)"
    "|(?:go away|fuck off|piss off|get lost|shut up)) )*"
)
_CORE = "|".join(
    (
        # stop texting me; stop sending me these messages; stop all texts
        f"(?:stop|quit|cease) {_TEXTING}(?: {_ME})?",
        f"(?:stop|quit|cease) (?:calling (?:and|or) {_TEXTING}|{_TEXTING} (?:and|or) calling)"
        f"(?: {_ME})?",
        f"(?:stop|quit|cease) (?:bothering|harassing|bugging|reaching out to) {_ME}",
        f"(?:stop|quit|cease) (?:sending|receiving|getting) (?:(?:me|us) )?{_ANY}{_TEXTS}",
        f"(?:stop|quit) sending (?:me|us) {_ANY}"
        "(?:ads?|offers?|promos?|promotions?|alerts?|notifications?|stuff|crap|junk|shit|this)",
        f"(?:(?:stop|cease) (?:with )?|end (?:all|the|these|your) ){_ANY}{_TEXTS}",
        "(?:stop|cease) (?:all )?(?:contact|communications?)|cease and desist",
        f"(?:these|the|those|your|ur|all) (?:stupid |damn )?{_TEXTS} "
        "(?:(?:need|have|has|got) to |must |should |better )?(?:stop|end|cease)",
        f"how (?:do|can) i (?:stop|turn off|get rid of|opt out of|unsubscribe from"
        f"|stop (?:getting|receiving)) (?:these|your|all these|all your) {_ANY}{_TEXTS}",
        # do not text me; I do not want your messages
        f"{_NOT} {_TEXT} {_ME}|do not contact",
        f"{_NOT} send (?:me|us) {_ANY}{_TEXTS}|{_NOT} send (?:me|us) anything",
        f"{_WANT_NOT} (?:(?:get|receive|be getting|be sent|be receiving) )?{_ANY}{_TEXTS}",
        f"{_WANT_NOT} (?:be|get) (?:texted|messaged|contacted)",
        f"{_WANT_NOT} (?:be )?on {_ANY}lists?",
        f"{_WANT_NOT} (?:you to {_TEXT}|you {_TEXTING}) {_ME}",
        f"no more {_ANY}(?:{_TEXTS}|texting|messaging|contact)",
        # take me off your list; unsubscribe me
        f"(?:take|remove|delete) (?:me|us|{_MY_NUMBER}|my (?:name|info|information"
        f"|contact|contact info)) {_LIST}",
        f"(?:remove|unlist) (?:me|us)|take (?:me|us|{_MY_NUMBER}) off",
        f"(?:remove|delete|lose) {_MY_NUMBER}",
        "(?:unsubscribe|unsub|unsubcribe|unsuscribe|unsubscribing|opt ?out|opting out"
        f"|opt (?:me|us) out)(?: (?:me|us))?(?: (?:from|of) {_ANY}(?:{_TEXTS}|lists?|alerts"
        "|notifications|everything|all|this number))?",
        # leave me alone; I revoke my consent
        "leave (?:me|us) (?:the (?:hell|fuck) )?alone",
        "(?:i (?:hereby )?)?(?:revoke|revoking|withdraw|withdrawing) (?:my|all) "
        f"consent(?: to (?:be|being) (?:texted|contacted|messaged)| to {_TEXT} "
        f"{_ME}| to (?:(?:receive|get|receiving|getting) )?{_ANY}{_TEXTS})?",
        f"(?:i )?(?:do not|dont|no longer) consent to (?:being (?:texted|contacted|messaged)"
        f"|(?:(?:receive|get|receiving|getting) )?{_ANY}{_TEXTS})",
    )
)
_AFTER = (
    "(?: (?:please|pls|plz|now|right now|again|anymore|any more|any longer|ever|immediately"
    "|at once|already|(?:and )?(?:thanks|thank you|thx)|forever|permanently|asap|at all"
    "|for good|ok|okay|from now on|going forward|in the future|with me"
    "|(?:to|at|on) (?:this number|my phone|my number)"
    "|from (?:you|you people|this number|this list|your company)"
    "|anything|else|damn it|dammit|bot|guys))*"
)
_CLOSING = (
    "(?: or (?:i|ill|we|well|else)\\b.*| (?:this is|you have|you got|youve got) the wrong"
    " (?:number|person)| wrong number| (?:im|i am) not interested"
    "| i (?:do not|dont) know (?:you|who).*| and (?:call|email)(?: me)? instead)?"
)
_REVOKING = re.compile(
    f"{_BEFORE}(?:{_CORE}){_AFTER}(?: (?:and|or) {_BEFORE}(?:{_CORE}){_AFTER})*{_CLOSING}"
)
_JUST_STOP = re.compile(
    "(?:(?:please|pls|plz|just|ok|okay|no|hey|hi|hello|kindly|i (?:already )?said|now|can you"
    "|could you|would you|will you) )*stop ?(?:all)?(?: (?:stop|it|this|now|right now|please"
    "|pls|plz|already|immediately|at once|asap|thanks|thank you))*"
)
_POLITE = re.compile(
    "please|pls|plz|thanks|thank you|thx|no|nope|no thanks|no thank you|ok|okay|enough|hi|hello"
    "|hey|sorry|now|immediately|asap|seriously|wrong number|(?:im |i am )?not interested"
    "|i (?:did not|didnt|never) sign(?:ed)? up for this"
)


def keyword(text: str, toll_free: bool = False) -> Consent | None:
    """
    Which keyword a text is; None for every text that is more than one ("STOP PLEASE"). Only
    START and UNSTOP lift what the network of toll-free numbers has blocked. Pure.
    """
    if len(text) > 20:
        return None
    word = text.strip().upper()
    if word in STOP:
        return "stop"
    if word in (_TOLL_FREE_START if toll_free else START):
        return "start"
    return "help" if word in HELP else None


def revokes(text: str) -> bool:
    """
    Whether a person asks in free English not to be texted any more. Pure.

    It is wary, since a bot that falls silent by mistake is of no use either: a sentence has
    to be such a request from its beginning to its end. What is quoted, told of somebody else,
    meant as a joke, or has a condition ("don't text me before 9") is left to the bot; so is a
    question of how to stop, unless it says that the texts are what it is about.
    """
    said = text.lower()
    for stem in _STEMS:
        if stem in said:
            return _is_request(said)
    return False


def _is_request(said: str) -> bool:
    plain = re.sub("['’‘`]", "", re.sub("[“”«»]", '"', said)).strip()
    if plain.strip(' ."!*').upper() in STOP:
        return True
    if plain.count('"') == 2 and plain[0] == plain[-1] == '"':
        plain = plain[1:-1]  # the instruction was to reply "STOP"
    plain = _QUOTED.sub(' " ', plain)
    clauses = [one for one in map(_words, _CLAUSE_ENDS.split(plain)) if one]
    asked = any(_REVOKING.fullmatch(one) for one in clauses if len(one) <= _LONGEST_CLAUSE)
    if not (asked or _is_just_stop(clauses, plain)):
        return False
    return not (_JOKING.search(plain) or _REPORTED.search(plain))


def _is_just_stop(clauses: Sequence[str], plain: str) -> bool:
    """A bare STOP names no texts, so it has to be all that is said, save for good manners."""
    others = [one for one in clauses if not _JUST_STOP.fullmatch(one)]
    return (
        len(others) < len(clauses) and "?" not in plain and all(map(_POLITE.fullmatch, others))
    )


def _words(clause: str) -> str:
    """Its words with single spaces; quotes and colons stay, so that nothing matches them."""
    return _NO_WORD.sub(" ", clause).strip()
