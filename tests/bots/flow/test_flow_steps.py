"""How a flow talks: one turn at a time."""

import timeit

import pytest
from tests.bots.flow.conversation import Contact, nodes, read, step, turn

from threadline.bots.flow.language import Flow
from threadline.errors import BotRefused
from threadline.model.timeline import Goal, MarkupInteraction, Option, SuggestionPrompt, Text

TEA = read("""
nodes:
  start: {type: Start, next: hello}
  hello: {type: Dialogue, text: "Hello ${name | default: 'there'}!", next: ask}
  ask:
    type: Prompt
    text: Tea or coffee?
    options: {Tea: brew, Coffee: sorry, "No, thanks!": end}
    other: again
    store: drink
  again: {type: Dialogue, text: "No ${msg.payload.user.message} here.", next: ask}
  brew: {type: Goal, name: brewed, next: name}
  sorry: {type: Dialogue, text: Out of beans., next: end}
  name: {type: Input, text: Your name?, store: name, next: thanks}
  thanks: {type: Dialogue, text: ["Thanks, ${name}.", "${drink} is on its way."], next: end}
  end: {type: End}
""")


def test_the_first_text_runs_start_but_answers_nothing():
    reply = step(TEA, turn("tea"))

    menu = SuggestionPrompt(tuple(Option(one, one) for one in ("Tea", "Coffee", "No, thanks!")))
    assert (Text("Hello there!"), Text("Tea or coffee?"), menu) == reply.elements
    assert {"at": "ask"} == reply.state
    assert not reply.ended


def test_the_first_text_answers_the_first_question_if_the_endpoint_wants_it_to():
    contact = Contact(TEA)
    said = contact.texts("tea", utterance_first=True)

    assert ["Hello there!", "[goal brewed]", "Your name?"] == said
    assert {"at": "name"} == contact.state


def test_a_first_text_that_answers_nothing_gets_the_question():
    said = Contact(nodes(first={"type": "Prompt", "text": "Tea?", "options": {"yes": "end"}}))

    assert ["Tea?"] == said.texts("hi", utterance_first=True)
    assert ["Tea?"] == said.texts("", utterance_first=True)


@pytest.mark.parametrize(
    "answer", ["Tea", "tea", " TEA \n", "Tea!", '"tea".', "1", "1.", "#1", "(1)"]
)
def test_an_option_is_chosen_by_title_or_number(answer):
    contact = Contact(TEA)
    contact.texts("hi")

    assert ["[goal brewed]", "Your name?"] == contact.texts(answer)
    assert {"drink": "Tea"} == contact.context


@pytest.mark.parametrize("answer", ["No, thanks!", "no,  thanks", "3"])
def test_a_title_with_punctuation_is_an_answer_too(answer):
    contact = Contact(TEA)
    contact.texts("hi")

    assert ["[end]"] == contact.texts(answer)


@pytest.mark.parametrize("answer", ["cofee", "coffe.", "two", "2️⃣", "option 2"])
def test_a_slip_and_a_number_in_any_writing_are_answers_too(answer):
    contact = Contact(TEA)
    contact.texts("hi")

    assert "Out of beans." == contact.texts(answer)[0]


def test_what_was_done_with_a_menu_is_its_answer():
    contact = Contact(TEA)
    contact.texts("hi")
    done = MarkupInteraction("suggestionPrompt", "Tea", "Tea")

    assert "[goal brewed]" == contact.texts("Tea", event=done)[0]


def show(xml: str) -> Flow:
    return nodes(
        first={
            "type": "Markup",
            "xml": f"<TimelineMessage>{xml}</TimelineMessage>",
            "next": "end",
        }
    )


def test_what_is_put_into_markup_is_words_and_never_elements():
    heard = """</TextMsg><StarRating title="x"/> & "y" 'z' ]]> &amp;"""
    message = "${msg.payload.user.message}"

    said = Contact(show(f"<TextMsg>{message}</TextMsg>")).texts(heard)
    card = Contact(show(f"<Card title='{message}'/><Card title=\"{message}\"/>")).texts(heard)

    assert [heard, "[end]"] == said
    assert [f"[card {heard}]"] * 2 == card[:2]


def test_a_list_in_the_context_makes_a_menu():
    options = "{% for one in teas %}<Option title='${one}'/>{% endfor %}"

    reply = step(
        show(f"<SuggestionPrompt>{options}</SuggestionPrompt>"),
        turn(context={"teas": ["Mint & Lime", "<Green>"]}),
    )

    made = (Option("Mint & Lime", "Mint & Lime"), Option("<Green>", "<Green>"))
    assert (SuggestionPrompt(made),) == reply.elements


def test_large_markup_may_be_said_and_larger_is_refused():
    name = "${context.big}"
    big = {"big": "x" * 9_000}

    assert 9 == len(step(show(f"<TextMsg>{name}</TextMsg>" * 9), turn(context=big)).elements)
    with pytest.raises(BotRefused):
        step(show(f"<TextMsg>{name}</TextMsg>" * 12), turn(context=big))


@pytest.mark.parametrize("answer", ["cocoa", "0", "4", "-1", "tea please", "²", "1" * 5000])
def test_any_other_text_leads_to_the_other_port(answer):
    contact = Contact(TEA)
    contact.texts("hi")

    assert [f"No {answer} here.", "Tea or coffee?"] == contact.texts(answer)


def test_an_option_with_an_id_is_chosen_by_it_and_its_title_is_stored():
    options = [{"id": "s", "title": "Small", "next": "end"}, {"title": "Large", "next": "end"}]
    prompt = {"type": "Prompt", "text": "Size?", "options": options, "store": "size"}
    contact = Contact(nodes(first=prompt))
    contact.texts("hi")

    assert ["[end]"] == contact.texts("S")
    assert {"size": "Small"} == contact.context


def test_a_number_that_is_a_title_means_the_title():
    prompt = {"type": "Prompt", "text": "Year?", "options": {"2": "end", "1": "end"}}
    contact = Contact(nodes(first={**prompt, "store": "year"}))
    contact.texts("hi")
    contact.texts("1")

    assert {"year": "1"} == contact.context


def test_without_an_other_port_the_question_is_asked_again():
    contact = Contact(
        nodes(first={"type": "Prompt", "text": "Tea?", "options": {"yes": "end"}})
    )
    contact.texts("hi")

    assert ["Tea?"] == contact.texts("what?")
    assert ["Tea?"] == contact.texts("")
    assert ["[end]"] == contact.texts("yes")


def test_the_session_ends_and_the_context_stays():
    contact = Contact(TEA)
    contact.texts("hi")
    contact.texts("tea")

    assert ["Thanks, Ada.", "Tea is on its way.", "[end]"] == contact.texts(" Ada ")
    assert {} == contact.state
    assert ["Hello Ada!", "Tea or coffee?"] == contact.texts("hi again")


def test_a_goal_is_an_element_of_the_timeline():
    reply = step(TEA, turn("tea", state={"at": "ask"}))

    assert (Goal("brewed"), Text("Your name?")) == reply.elements


@pytest.mark.parametrize("state", [{"at": "gone"}, {"at": "hello"}, {"at": None}, {"at": [1]}])
def test_a_flow_that_was_changed_begins_anew(state):
    reply = step(TEA, turn("tea", state=state))

    assert Text("Hello there!") == reply.elements[0]


def test_a_picture_without_a_text_is_an_answer_to_an_input():
    contact = Contact(nodes(first={"type": "Input", "store": "photo", "next": "end"}))

    assert [] == contact.texts("hi")
    assert ["[end]"] == contact.texts("", "https://media/1", "https://media/2")
    assert {"photo": ["https://media/1", "https://media/2"]} == contact.context


def test_a_picture_with_a_text_is_the_text():
    contact = Contact(nodes(first={"type": "Input", "store": "photo", "next": "end"}))
    contact.texts("hi")
    contact.texts("my cat", "https://media/1")

    assert {"photo": "my cat"} == contact.context


def test_a_picture_is_no_option():
    contact = Contact(TEA)
    contact.texts("hi")

    assert ["No  here.", "Tea or coffee?"] == contact.texts("", "https://media/1")


def test_nothing_at_all_gets_the_question_again():
    contact = Contact(nodes(first={"type": "Input", "text": "Name?", "next": "end"}))
    contact.texts("hi")

    assert ["Name?"] == contact.texts("  ")


def test_a_text_that_comes_out_empty_is_not_said():
    contact = Contact(nodes(first={"type": "Dialogue", "text": " ${nothing} ", "next": "end"}))

    assert ["[end]"] == contact.texts("hi")


def test_a_value_of_one_hole_keeps_its_type():
    values = {
        "visits": "${visits | plus: 1}",
        "text": "${visits}.",
        "same": "${list}",
        "parts": {"all": ["${visits}", "x${visits}", True]},
        "unknown": "${nothing}",
        "vip": True,
    }
    contact = Contact(
        nodes(first={"type": "Set Context", "values": values, "next": "end"}),
        {"visits": 2, "list": [1, {"a": None}]},
    )
    contact.texts("hi")

    assert {
        "list": [1, {"a": None}],
        "visits": 3,
        "text": "3.",
        "same": [1, {"a": None}],
        "parts": {"all": [3, "x3", True]},
        "unknown": "",
        "vip": True,
    } == contact.context


def test_everything_that_the_docs_name_can_be_said():
    texts = [
        "${name} ${context.name} ${msg.payload.context.name}",
        "${msg.payload.user.message} ${msg.payload.user.media}",
        "${msg.payload.system.organization} ${msg.payload.system.bot}",
        "${msg.payload.system.conversationId} ${msg.payload.system.sessionId}",
        "${msg.payload.system.identity}",
        "${endpointData.Address} ${context.endpointData.Name}",
        "${msg.timestamp} ${'now' | date: '%H:%M'}",
    ]
    contact = Contact(
        nodes(first={"type": "Dialogue", "text": texts, "next": "end"}), {"name": "Ada"}
    )

    assert [
        "Ada Ada Ada",
        "hi https://media/1",
        "flowit tea",
        "7 session",
        "+15550100001",
        "flowit-sms Tea by text",
        "1699963200000 12:00",
        "[end]",
    ] == contact.texts("hi", "https://media/1")


def test_the_endpoint_is_not_remembered():
    reply = step(TEA, turn("hi", context={"name": "Ada"}))

    assert {"name": "Ada"} == reply.context


def test_the_context_of_the_turn_is_left_as_it_is():
    before = {"visits": 1}
    flow = nodes(first={"type": "SetContext", "values": {"visits": 2}, "next": "end"})
    reply = step(flow, turn("hi", context=before))

    assert {"visits": 2} == reply.context
    assert {"visits": 1} == before


def test_more_than_ten_kilobytes_are_not_remembered():
    flow = nodes(first={"type": "Input", "store": "essay", "next": "end"})
    with pytest.raises(BotRefused) as refused:
        step(flow, turn("é" * 5200, state={"at": "first"}))

    assert "Node `first`: With `essay` the context has 10412 bytes; 10240 are allowed." == str(
        refused.value
    )


def test_a_flow_that_goes_round_is_stopped_and_the_node_is_named():
    flow = nodes(
        first={"type": "SetContext", "values": {"n": "${n | plus: 1}"}, "next": "enough"},
        enough={
            "type": "Switch",
            "on": "${n}",
            "cases": [{"at_least": "${most}", "next": "end"}],
            "else": "first",
        },
    )

    assert 49 == step(flow, turn("hi", context={"most": 49})).context["n"]
    with pytest.raises(BotRefused, match="Node `enough`: Before it, 100 nodes ran in one turn"):
        step(flow, turn("hi", context={"most": 50}))


def test_a_turn_says_fifty_things_at_most():
    flow = nodes(first={"type": "Dialogue", "text": ["again"] * 51, "next": "end"})
    with pytest.raises(BotRefused, match="Node `first`: A turn may say at most 50 things"):
        step(flow, turn("hi"))


def test_a_template_that_goes_over_its_limits_stops_the_turn_and_names_the_node():
    text = "{% for i in (1..n) %}x{% endfor %}"
    flow = nodes(first={"type": "Dialogue", "text": text, "next": "end"})
    with pytest.raises(BotRefused, match="Node `first`: A range may have at most 500 numbers"):
        step(flow, turn("hi", context={"n": 10**12}))


def test_what_no_text_may_carry_is_replaced():
    flow = nodes(
        first={"type": "Dialogue", "text": "${msg.payload.user.message}", "next": "end"}
    )
    contact = Contact(flow)

    assert ["a\ufffdb\ufffd", "[end]"] == contact.texts("a\x00b\udc80")


def test_a_turn_asked_again_is_answered_the_same():
    asked = turn("tea", state={"at": "ask"}, context={"name": "Ada"})

    assert step(TEA, asked) == step(TEA, asked)


def test_a_simple_step_costs_far_less_than_a_text():
    plain = nodes(
        first={"type": "Dialogue", "text": "Hello!", "next": "ask"},
        ask={"type": "Prompt", "text": "Tea?", "options": {"yes": "end"}},
    )
    asked = turn("hi")
    seconds = min(timeit.repeat(lambda: step(plain, asked), number=200, repeat=5)) / 200

    assert 0.000_2 > seconds
