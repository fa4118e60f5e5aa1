"""What is wrong with a flow, all at once, and what to do about it."""

from pathlib import Path

import pytest

from threadline.bots.flow import language
from threadline.bots.flow.compare import OPERATORS
from threadline.bots.flow.nodes import NODES
from threadline.model.document import load, locate

DOCS = (Path(__file__).parents[3] / "docs/reference/flow.md").read_text()

TEA = """\
nodes:
  start: {type: Start, next: ask}
  ask:
    type: Prompt
    text: Tea or coffee?
    options: {tea: brew, coffee: sorry}
    other: ask
  brew:
    type: Dialogue
    text: Brewing.
    next: end
  sorry: {type: Switch, on: "${n}", cases: [{greater: 3, next: end}], else: set}
  set: {type: SetContext, values: {n: 1}, next: name}
  name: {type: Input, store: name, next: goal}
  goal: {type: Goal, name: ordered, next: end}
  end: {type: End}
"""

WRONG = {
    "no start": (
        "type: Start, next: ask",
        "type: Goal, name: x, next: ask",
        "start_missing",
        "nodes",
    ),
    "two starts": (
        "goal: {type: Goal, name: ordered",
        "goal: {type: Start",
        "start_twice",
        "nodes.goal",
    ),
    "a type nobody knows": ("Dialogue", "Dialog", "node_unknown_type", "nodes.brew.type"),
    "a type that is a list": ("Dialogue", "[1]", "node_unknown_type", "nodes.brew.type"),
    "no type": ("    type: Dialogue\n", "", "field_missing", "nodes.brew.type"),
    "a node that is a text": ("{type: End}", "end", "field_invalid", "nodes.end"),
    "a wire to nowhere": ("    next: end\n", "", "wire_missing", "nodes.brew.next"),
    "no else": (", else: set", "", "wire_missing", "nodes.sorry.else"),
    "broken markup": (
        "type: Dialogue\n    text: Brewing.",
        "type: Markup\n    xml: <TimelineMessage>",
        "markup_invalid",
        "nodes.brew.xml",
    ),
    "an open hole in markup": (
        "type: Dialogue\n    text: Brewing.",
        "type: Markup\n    xml: <TimelineMessage>${",
        "template_invalid",
        "nodes.brew.xml",
    ),
    "no markup": (
        "type: Dialogue\n    text: Brewing.",
        "type: Markup",
        "field_missing",
        "nodes.brew.xml",
    ),
    "a misspelt wire": ("next: name", "next: nam", "wire_unknown_node", "nodes.set.next"),
    "a misspelt option": (
        "tea: brew",
        "tea: brwe",
        "wire_unknown_node",
        "nodes.ask.options.tea",
    ),
    "an option without a node": (
        "tea: brew",
        "tea: null",
        "wire_missing",
        "nodes.ask.options.tea",
    ),
    "a misspelt other": ("other: ask", "other: aks", "wire_unknown_node", "nodes.ask.other"),
    "a misspelt case": (
        "3, next: end",
        "3, next: ned",
        "wire_unknown_node",
        "nodes.sorry.cases[0].next",
    ),
    "a case without a wire": (
        ", next: end}]",
        "}]",
        "wire_missing",
        "nodes.sorry.cases[0].next",
    ),
    "a node nobody leads to": (
        "other: ask\n",
        "other: ask\n  lost: {type: End}\n",
        "node_unreachable",
        "nodes.lost",
    ),
    "a loop of one": (
        "Brewing.\n    next: end",
        "Brewing.\n    next: brew",
        "loop_without_wait",
        "nodes.brew",
    ),
    "a node that a loop passes by": (
        "{n: 1}, next: name",
        "{n: 1}, next: sorry",
        "node_unreachable",
        "nodes.name",
    ),
    "no text": ("    text: Brewing.\n", "", "field_missing", "nodes.brew.text"),
    "an empty text": ("Brewing.", "''", "field_invalid", "nodes.brew.text"),
    "an empty list of texts": ("Brewing.", "[]", "field_missing", "nodes.brew.text"),
    "a text in no language": ("Brewing.", "{a: b}", "language_invalid", "nodes.brew.text.a"),
    "a second text that is none": (
        "Brewing.",
        "[x, true]",
        "field_invalid",
        "nodes.brew.text[1]",
    ),
    "a field nobody knows": (
        "brew:\n",
        "brew:\n    txet: x\n",
        "field_unknown",
        "nodes.brew.txet",
    ),
    "a field of the flow": ("nodes:", "node: 1\nnodes:", "field_unknown", "node"),
    "an open hole": ("Brewing.", "Brewing ${drink.", "template_invalid", "nodes.brew.text"),
    "an unknown filter": ("Brewing.", "'${x | upcse}'", "template_invalid", "nodes.brew.text"),
    "an open tag": ("Brewing.", "'{% if x %}'", "template_invalid", "nodes.brew.text"),
    "mustaches": ("Brewing.", "Brewing {{ drink }}.", "template_invalid", "nodes.brew.text"),
    "a broken value": ("{n: 1}", "{n: '${'}", "template_invalid", "nodes.set.values.n"),
    "a variable with a blank": (
        "store: name",
        "store: first name",
        "variable_invalid",
        "nodes.name.store",
    ),
    "a variable that is taken": (
        "{n: 1}",
        "{msg: 1}",
        "variable_invalid",
        "nodes.set.values.msg",
    ),
    "values that are a list": ("{n: 1}", "[n]", "field_invalid", "nodes.set.values"),
    "no values": ("values: {n: 1}, ", "", "field_missing", "nodes.set.values"),
    "options alike": ("coffee: sorry", "Tea!: sorry", "option_twice", "nodes.ask.options"),
    "no options": ("{tea: brew, coffee: sorry}", "{}", "field_invalid", "nodes.ask.options"),
    "an option without a title": (
        "{tea: brew, coffee: sorry}",
        "[{title: tea, next: brew}, {next: sorry}]",
        "field_missing",
        "nodes.ask.options[1].title",
    ),
    "an option that is a text": (
        "{tea: brew, coffee: sorry}",
        "[{title: tea, next: brew}, sorry]",
        "field_invalid",
        "nodes.ask.options[1]",
    ),
    "a case without an operator": (
        "{greater: 3,",
        "{greatr: 3,",
        "case_invalid",
        "nodes.sorry.cases[0].next",
    ),
    "a case with two": (
        "greater: 3",
        "greater: 3, less: 5",
        "case_invalid",
        "nodes.sorry.cases[0].less",
    ),
    "a case above a text": (
        "greater: 3",
        "greater: many",
        "case_invalid",
        "nodes.sorry.cases[0].greater",
    ),
    "one of a text": ("greater: 3", "one_of: x", "case_invalid", "nodes.sorry.cases[0].one_of"),
    "empty of a text": ("greater: 3", "empty: x", "case_invalid", "nodes.sorry.cases[0].empty"),
    "a slow pattern": (
        "greater: 3",
        "matches: (a+)+b",
        "pattern_invalid",
        "nodes.sorry.cases[0].matches",
    ),
    "a broken pattern": (
        "greater: 3",
        "matches: '['",
        "pattern_invalid",
        "nodes.sorry.cases[0].matches",
    ),
    "cases that are a mapping": (
        "[{greater: 3, next: end}]",
        "{greater: 3}",
        "field_invalid",
        "nodes.sorry.cases",
    ),
    "a case that is a text": (
        "[{greater: 3, next: end}]",
        "[x]",
        "field_invalid",
        "nodes.sorry.cases[0]",
    ),
}


def test_a_flow_without_problems_is_a_flow():
    flow, problems = language.read(load(TEA).value, "Flow")

    assert [] == problems
    assert flow is not None
    assert "start" == flow.start
    assert {"tea": "brew", "coffee": "sorry", "other": "ask"} == flow.nodes["ask"].wires
    assert {"case 1": "end", "else": "set"} == flow.nodes["sorry"].wires


@pytest.mark.parametrize(("right", "wrong", "code", "path"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_where_it_is(right, wrong, code, path):
    assert right in TEA
    document = load(TEA.replace(right, wrong))
    flow, problems = language.read(document.value, "bots[0].Flow")

    assert flow is None
    assert (code, f"bots[0].Flow.{path}") in [
        (problem.code, problem.path) for problem in problems
    ]
    assert all(problem.message and problem.mend for problem in problems)
    assert f"`{code}`" in DOCS


def test_all_mistakes_are_told_at_once_with_their_lines():
    text = TEA.replace("tea: brew", "tea: brwe").replace("Goal", "Gaol").replace("on:", "onn:")
    document = load(text)
    problems = locate(language.read(document.value, "")[1], document.lines)

    assert [
        ("wire_unknown_node", 6, "Did you mean `brew`?"),
        ("field_missing", 12, "Write `on: …`."),
        ("field_unknown", 12, "Did you mean `on`?"),
        ("node_unknown_type", 15, "Did you mean `Goal`?"),
    ] == [(problem.code, problem.line, problem.mend) for problem in problems]


def test_what_is_not_near_anything_gets_the_list():
    _, problems = language.read(load(TEA.replace("next: name", "next: x")).value, "")

    assert "There is: `start`, `ask`, `brew`, `sorry`, `set`, `name`, `goal`, `end`." == (
        problems[0].mend
    )


def test_a_loop_that_can_be_left_is_no_problem():
    text = TEA.replace("{n: 1}, next: name", '{n: "${n | plus: 1}"}, next: sorry')
    text = text.replace("text: Brewing.\n    next: end", "text: Brewing.\n    next: name")

    assert [] == language.read(load(text).value, "")[1]


def test_a_loop_that_cannot_be_left_is_told_once():
    text = """
nodes:
  start: {type: Start, next: a}
  a: {type: Switch, on: x, cases: [{equals: 1, next: b}], else: c}
  b: {type: Goal, name: x, next: a}
  c: {type: Goal, name: x, next: b}
"""
    problems = language.read(load(text).value, "")[1]

    assert [("loop_without_wait", "nodes.a")] == [(one.code, one.path) for one in problems]


@pytest.mark.parametrize("document", [None, "text", [], 1])
def test_a_flow_that_is_no_mapping_is_a_problem(document):
    flow, problems = language.read(document, "Flow")

    assert flow is None
    assert ["field_invalid"] == [problem.code for problem in problems]


def test_a_flow_without_nodes_is_a_problem():
    _, problems = language.read({}, "Flow")

    assert ["Flow.nodes"] == [problem.path for problem in problems]


def test_a_flow_that_is_too_large_is_a_problem():
    many = {str(number): {"type": "End"} for number in range(1001)}
    _, problems = language.read({"nodes": many}, "Flow")

    assert ["flow_too_large"] == [problem.code for problem in problems]
    assert "`flow_too_large`" in DOCS


def test_a_thousand_mistakes_are_told_as_a_hundred():
    many = {str(number): {"type": "Goal", "next": f"x{number}"} for number in range(1000)}
    _, problems = language.read({"nodes": many}, "Flow")

    assert 100 == len(problems)


def test_set_context_is_written_in_two_ways():
    text = TEA.replace("SetContext", "Set Context")

    assert language.read(load(TEA).value, "") == language.read(load(text).value, "")


def test_every_node_and_operator_is_told_in_the_docs():
    said = [f"### {name}\n" for name in NODES if name != "SetContext"]
    said += [f"| `{name}: " for name in OPERATORS]

    assert [] == [line for line in said if line not in DOCS]
