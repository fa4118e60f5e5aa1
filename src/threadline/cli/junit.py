"""Results of tested bots as JUnit XML, which CI servers read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

if TYPE_CHECKING:
    from threadline.operations.rehearsal import Rehearsed


def written(suite: str, found: Sequence[Rehearsed]) -> str:
    """One test case for each conversation. Pure."""
    failed = sum(not one.passed for one in found)
    totals = {
        "tests": str(len(found)),
        "failures": str(failed),
        "errors": "0",
        "time": f"{sum(one.seconds for one in found):.3f}",
    }
    whole = Element("testsuites", totals)
    inside = SubElement(whole, "testsuite", {"name": suite, **totals})
    for one in found:
        about = {"name": one.script.name, "classname": one.script.file}
        case = SubElement(inside, "testcase", {**about, "time": f"{one.seconds:.3f}"})
        if not one.passed:
            wrong = [heard for heard in one.heard if not heard.fits]
            first = wrong[0]
            message = first.error or f"After {first.exchange.said!r} something else was said."
            failure = SubElement(case, "failure", {"message": _clean(message)})
            failure.text = _clean("\n".join(line for heard in wrong for line in _lines(heard)))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(whole, "unicode") + "\n"


def _lines(heard: object) -> list[str]:
    from threadline.operations.rehearsal import Heard

    assert isinstance(heard, Heard)
    one = heard.exchange
    expected = [f"- {line}" for line in one.expected]
    return [f"> {one.said}", *expected, *(f"+ {line}" for line in heard.said), heard.error]


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(one for one in text if one in "\t\n" or one >= " ")
