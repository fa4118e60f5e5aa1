"""
What a text says about being texted.

The keywords are those that Twilio acts on for long codes and toll-free numbers; the text has
to be the keyword alone, in any case.
https://help.twilio.com/articles/223134027 (REVOKE and OPTOUT since April 2025)
"""

from __future__ import annotations

from threadline.model.messages import Consent

STOP = frozenset("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT".split())
START = frozenset("START YES UNSTOP".split())
HELP = frozenset("HELP INFO".split())


def keyword(text: str) -> Consent | None:
    """Pure. None for every text that is more than a keyword ("STOP PLEASE")."""
    if len(text) > 20:
        return None
    word = text.strip().upper()
    if word in STOP:
        return "stop"
    if word in START:
        return "start"
    return "help" if word in HELP else None
