"""The reference of the language and the samples: every transcript is run."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from tests.bots.flow.conversation import FLOW, Contact, read

from threadline.bots.flow import language
from threadline.model.document import load
from threadline.model.liquid import NO_FILTERS, TAGS

DOCS = (Path(__file__).parents[3] / "docs/reference/flow.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(nodes:[^`]+)```\n\n```text\n(.+?)```", DOCS, re.DOTALL)
SAMPLES = files("threadline.bots.flow") / "samples"
GSM7 = set(
    "@£$¥èéùìòÇØøÅåÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà\n"
)


@pytest.mark.parametrize(("flow", "transcript"), EXAMPLES)
def test_an_example_of_the_docs_runs_as_it_says(flow, transcript):
    contact = Contact(read(flow))
    ran = []
    for line in transcript.splitlines():
        if line.startswith("> "):
            ran += [line, *contact.texts(line.removeprefix("> "))]
        elif line.startswith("("):
            ran += [line, *contact.waits(line.strip("()"))]

    assert transcript.splitlines() == ran


def test_every_flow_of_the_docs_has_a_transcript():
    assert DOCS.count("```yaml\nnodes:") == len(EXAMPLES)


@pytest.mark.parametrize("fragment", re.findall(r"```yaml\n(  .+?)```", DOCS, re.DOTALL))
def test_a_single_node_of_the_docs_can_be_written_so(fragment):
    problems = language.read(load("nodes:\n" + fragment).value, "Flow")[1]

    assert {"wire_unknown_node", "start_missing"} == {one.code for one in problems}


def test_tags_and_filters_are_told_in_the_docs():
    names = {*TAGS, *NO_FILTERS} - {"#"}

    assert set() == {name for name in names if name not in DOCS}


def test_the_first_example_is_the_sample():
    sample = load((SAMPLES / "tea.yaml").read_text()).value

    assert load(EXAMPLES[0][0]).value == sample["Flow"]


@pytest.mark.parametrize("name", ["tea.yaml", "welcome.yaml"])
def test_a_sample_is_a_bot_without_problems(name):
    document = load((SAMPLES / name).read_text()).value

    assert [] == FLOW.check(document, "")


def welcome() -> Contact:
    flow, _ = language.read(load((SAMPLES / "welcome.yaml").read_text()).value["Flow"], "Flow")
    assert flow is not None
    return Contact(flow)


def test_the_welcome_bot_takes_an_order():
    contact = welcome()

    assert ["Hello! This is Leaf & Cup, tea by text.", "What is your name?"] == (
        contact.texts("hi")
    )
    assert [
        "Nice to meet you, Ada.",
        "Which tea may we brew: BLACK, GREEN or MINT?",
    ] == contact.texts("Ada")
    assert [
        'We have no "do you have any coffee today, because...", sorry.',
        "Which tea may we brew: BLACK, GREEN or MINT?",
    ] == contact.texts("do you have any coffee today, because I am tired")
    assert "Oh, the mint has just run out." == contact.texts("3")[0]
    assert [
        "[goal tea-ordered]",
        "Thank you, Ada. Your green tea is ready in 10 minutes.",
        "[end]",
    ] == contact.texts("Green!")


def test_the_welcome_bot_knows_its_regulars():
    contact = welcome()
    for text in ("hi", "Ada", "1", "hello", "2", "me again"):
        said = contact.texts(text)

    assert "Welcome back, Ada!" == said[0]
    assert "This is cup number 3: it is on the house!" == contact.texts("black")[1]


def test_the_welcome_bot_texts_in_gsm7_and_briefly():
    contact = welcome()
    said = [
        line
        for text in ("hi", "Ada", "cocoa", "mint", "black", "hi", "1", "hi", "1")
        for line in contact.texts(text)
    ]

    assert set() == {letter for line in said for letter in line} - GSM7 - set("[]")
    assert 80 > max(map(len, said))
