"""What a server's answer to a text says: TwiML, or plain text to be sent back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

MOST_MESSAGES = 10
PLAIN = frozenset({"text/plain"})
XML = frozenset({"text/xml", "application/xml"})


@dataclass(frozen=True, slots=True)
class Say:
    """A text to be sent. Without `to`, back to who wrote."""

    body: str
    media: tuple[str, ...] = ()
    to: str = ""
    sender: str = ""
    action: str = ""
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Go:
    """Ask there how to go on."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Cannot be carried out; `code` is Twilio's."""

    code: int
    reason: str


Verb = Say | Go


def read(status: int, content_type: str, body: bytes) -> tuple[Verb, ...] | Wrong:
    kind = content_type.partition(";")[0].strip().lower()
    if status == 204:
        return ()
    if kind in PLAIN:
        text = body.decode("utf-8", "replace")
        return (Say(text),) if text else ()
    if kind not in XML:
        named = kind or "no Content-Type"
        return Wrong(12300, f"The answer has {named}; TwiML comes as text/xml.")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as why:
        return Wrong(12100, f"The answer is not XML: {why}.")
    if root.tag != "Response":
        return Wrong(12200, f"TwiML begins with <Response>, not with <{root.tag}>.")
    return _verbs(root)


def _verbs(root: ElementTree.Element) -> tuple[Verb, ...] | Wrong:
    verbs: list[Verb] = []
    for found in root:
        match found.tag:
            case "Message" | "Sms":
                verbs.append(_say(found))
            case "Redirect":
                verbs.append(Go((found.text or "").strip(), found.get("method", "POST")))
                break  # nothing after it is reached
            case _:
                return Wrong(14110, f"<{found.tag}> cannot be used in the answer to a text.")
    if sum(isinstance(verb, Say) for verb in verbs) > MOST_MESSAGES:
        return Wrong(14109, f"The answer has more than {MOST_MESSAGES} messages.")
    return tuple(verbs)


def _say(found: ElementTree.Element) -> Say:
    bodies = [one.text or "" for one in found.iter("Body")]
    return Say(
        body="".join(bodies) if bodies else (found.text or "").strip(),
        media=tuple((one.text or "").strip() for one in found.iter("Media")),
        to=found.get("to", ""),
        sender=found.get("from", ""),
        action=found.get("action") or found.get("statusCallback") or "",
        method=found.get("method", "POST"),
    )
