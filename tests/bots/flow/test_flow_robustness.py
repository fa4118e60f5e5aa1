"""No document and no text breaks a flow, and a flow without problems can be walked."""

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bots.flow.conversation import NOON, Contact

from threadline.bots.flow import language
from threadline.bots.flow.compare import OPERATORS
from threadline.bots.flow.nodes import NODES
from threadline.errors import BotFailed, Problem

IDS = ["start", "a", "b", "c", "end"]
WORDS = st.sampled_from(
    [*IDS, *NODES, "type next text options other store on cases else values name id title", ""]
) | st.text(max_size=8)
FIELDS = st.sampled_from(
    "type next text options other store on cases else values name id title nodes".split()
) | st.sampled_from(sorted(OPERATORS))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.just("${a | plus: 1}"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(FIELDS | WORDS, inner, max_size=4)
    ),
    max_leaves=12,
)
NODE = st.dictionaries(FIELDS, ANYTHING, max_size=5) | st.builds(
    lambda kind, more: {**more, "type": kind},
    st.sampled_from(sorted(NODES)),
    st.dictionaries(FIELDS, ANYTHING | st.sampled_from(IDS), max_size=5),
)

WIRE = st.sampled_from(IDS[1:])
TEXT = st.sampled_from(
    ["Hi.", "${name}", "${n | plus: 1}", "${1 | divided_by: n}", "${context}"]
)
VARIABLE = st.sampled_from(["name", "n", "x"])
CASE = st.fixed_dictionaries({"next": WIRE}).flatmap(
    lambda case: st.sampled_from(
        [{"equals": "${n}"}, {"greater": 1}, {"empty": True}, {"matches": "^h"}]
    ).map(lambda operator: {**case, **operator})
)
SOUND = st.one_of(
    st.fixed_dictionaries({"type": st.just("Dialogue"), "text": TEXT, "next": WIRE}),
    st.fixed_dictionaries({"type": st.just("Input"), "store": VARIABLE, "next": WIRE}),
    st.fixed_dictionaries(
        {"type": st.just("Prompt"), "text": TEXT, "options": st.just({"yes": "a", "no": "b"})},
        optional={"other": WIRE, "store": VARIABLE},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("Switch"),
            "on": TEXT,
            "cases": st.lists(CASE, min_size=1, max_size=3),
            "else": WIRE,
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("SetContext"),
            "values": st.dictionaries(VARIABLE, TEXT, min_size=1),
            "next": WIRE,
        }
    ),
    st.fixed_dictionaries({"type": st.just("Goal"), "name": st.just("g"), "next": WIRE}),
)
SAID = st.sampled_from(["hi", "yes", "no", "1", "", "0"]) | st.text(max_size=20)


@given(ANYTHING | st.fixed_dictionaries({"nodes": st.dictionaries(st.text(), NODE)}))
def test_no_document_breaks_the_reader(document):
    flow, problems = language.read(document, "Flow")

    assert (flow is None) == bool(problems)
    assert all(isinstance(problem, Problem) for problem in problems)


@given(st.fixed_dictionaries(dict.fromkeys("abc", NODE | SOUND)), st.lists(SAID, max_size=3))
def test_a_flow_with_any_nodes_is_told_or_runs(nodes, texts):
    document = {**nodes, "start": {"type": "Start", "next": "a"}, "end": {"type": "End"}}
    flow, _ = language.read({"nodes": document}, "Flow")
    if flow is not None:
        walk(Contact(flow), texts)


@settings(max_examples=300)
@given(st.fixed_dictionaries(dict.fromkeys("abc", SOUND)), st.lists(SAID, max_size=6))
def test_a_flow_without_problems_can_be_walked(nodes, texts):
    everything = {
        "type": "Prompt",
        "text": "Where to?",
        "options": dict(zip(["1", "2", "3", "4"], ["a", "b", "c", "end"], strict=True)),
    }
    document = {**nodes, "start": {"type": "Start", "next": "hub"}, "hub": everything}
    document["end"] = {"type": "End"}
    flow, problems = language.read({"nodes": document}, "Flow")

    assert {"loop_without_wait"} >= {problem.code for problem in problems}
    if flow is not None:
        walk(Contact(flow), texts)


@given(st.text(max_size=200), st.text(max_size=200), st.dictionaries(st.text(), st.text()))
def test_no_text_breaks_a_step(first, second, state):
    nodes = {
        "start": {"type": "Start", "next": "ask"},
        "ask": {"type": "Prompt", "text": "?", "options": {"yes": "end"}, "other": "say"},
        "say": {"type": "Dialogue", "text": "${msg.payload.user.message}", "next": "ask"},
        "end": {"type": "End"},
    }
    flow, _ = language.read({"nodes": nodes}, "Flow")
    assert flow is not None
    contact = Contact(flow)
    contact.state = state
    walk(contact, [first, second])


def walk(contact: Contact, texts: list[str]) -> None:
    """Whatever comes: an answer that can be stored, or an error of the bot."""
    for text in ["hi", *texts]:
        with suppress(BotFailed):
            contact.texts(text)

            assert contact.ended or contact.state["at"] in contact.flow.nodes
            assert contact.context == json.loads(json.dumps(contact.context, allow_nan=False))


def test_the_clock_of_these_tests_stands_at_noon():
    assert 12 * 3600 == NOON // 1_000_000 % 86_400
