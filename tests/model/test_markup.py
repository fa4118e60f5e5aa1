"""Timeline markup: strict XML to elements; what cannot be read is told, and harms nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model import markup
from threadline.model.timeline import (
    Item,
    List,
    Markup,
    Media,
    Note,
    Option,
    StarRating,
    Text,
)


def read(inside: str, **root: str) -> list[object]:
    told = "".join(f' {name}="{value}"' for name, value in root.items())
    return list(markup.read(f"<TimelineMessage{told}>{inside}</TimelineMessage>"))


def told(xml: str) -> str:
    """The sentence of the note that stands there instead."""
    (note,) = (one for one in markup.read(xml) if isinstance(one, Note))
    assert "markup_invalid" == note.code
    return note.text.removeprefix("Not all of the markup can be shown. At ")


def test_elements_come_in_their_order():
    said = read("<TextMsg>one</TextMsg><StarRating title='two'/>\n  <TextMsg> three </TextMsg>")

    assert [Text("one"), StarRating("two"), Text("three")] == said


def test_what_the_message_says_holds_for_each_of_its_elements():
    said = read("<TextMsg>a</TextMsg><TextMsg dir='ltr'>b</TextMsg>", dir="rtl")

    assert [Text("a", dir="rtl"), Text("b")] == said
    assert [Text("a", minimum_display_time=2.5)] == read(
        "<TextMsg>a</TextMsg>", minimumDisplayTime="2.5"
    )


def test_the_five_entities_and_cdata_are_words():
    assert [Text("""<b> & "x" 'y' <i>""")] == read(
        "<TextMsg>&lt;b&gt; &amp; &quot;x&quot; &apos;y&apos; <![CDATA[<i>]]></TextMsg>"
    )


def test_an_option_may_have_its_title_between_its_tags():
    item = Item("Tea", "Tea", options=(Option("Hot", "Hot"),))

    assert [List(items=(item,))] == read(
        "<List><Item title='Tea'><Option>Hot</Option></Item></List>"
    )


def test_the_older_style_of_a_list_is_understood():
    assert [List(style="small-icon")] == read("<List style='icon'/>")


def test_a_picture_is_known_as_one_without_its_type():
    url = "https://x.example/a"

    assert [Media(url, "image/*"), Media(url, "image/webp")] == read(
        f"<Image url='{url}'/><Image url='{url}' contentType='image/webp'/>"
    )


def test_an_attribute_that_nobody_knows_is_ignored():
    assert [Text("hi")] == read("<TextMsg colour='red'>hi</TextMsg>")


def test_an_attribute_that_came_out_empty_is_as_if_it_were_not_there():
    assert [List()] == read("<List selectable='' style='' minimumDisplayTime=''/>")


def test_an_element_that_nobody_knows_is_kept_with_all_it_has():
    fields = {
        "attributes": {"speed": "3"},
        "content": "hm",
        "children": [{"name": "Slide", "attributes": {"n": "1"}}],
    }

    assert [Markup("Carousel", fields)] == read(
        "<Carousel speed='3'>hm<Slide n='1'/></Carousel>"
    )


def test_what_is_wrong_with_one_element_takes_nothing_from_the_others():
    before, note, after = read(
        "<TextMsg>a</TextMsg>\n <StarRating stars='99'/><TextMsg>b</TextMsg>"
    )

    assert (Text("a"), Text("b")) == (before, after)
    assert isinstance(note, Note)
    assert "line 2, column 2: in <StarRating>" in note.text


BROKEN = {
    "not closed": ("<TimelineMessage>\n<TextMsg>a", "line 2, column 11: it ends where"),
    "closed wrongly": ("<TimelineMessage>\n </TextMsg>", "line 2, column 4: mismatched tag."),
    "nothing": ("", "line 1, column 1: it ends where"),
    "another root": ("<div/>", "line 1, column 1: it has to begin with <TimelineMessage>"),
    "an entity": ("<TimelineMessage>&nbsp;</TimelineMessage>", "undefined entity."),
    "twice": ("<TimelineMessage dir='ltr' dir='rtl'/>", "duplicate attribute."),
    "words outside": ("<TimelineMessage>hi</TimelineMessage>", "put them into <TextMsg>."),
    "not a child": (
        "<TimelineMessage><List><Row/></List></TimelineMessage>",
        "line 1, column 24: <Row> cannot stand in <List>.",
    ),
    "words of its own": (
        "<TimelineMessage><List>hi</List></TimelineMessage>",
        "<List> has no words of its own.",
    ),
    "a record": (
        "<TimelineMessage><note text='x'/></TimelineMessage>",
        "there is no element <note>.",
    ),
    "a doctype": ("<!DOCTYPE x><TimelineMessage/>", "a DOCTYPE is not allowed."),
    "a bomb": (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><TimelineMessage/>',
        "a DOCTYPE is not allowed.",
    ),
    "a file": (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><TimelineMessage/>',
        "a DOCTYPE is not allowed.",
    ),
    "a network": (
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><TimelineMessage/>',
        "a DOCTYPE is not allowed.",
    ),
    "too deep": ("<TimelineMessage>" + "<a>" * 90_000, "elements stand more than 20 deep"),
    "too many": ("<TimelineMessage>" + "<a/>" * 20_000, "more than 2,000 elements"),
    "too large": ("<TimelineMessage>" + "é" * 60_000, "it has 120,017 bytes"),
}


@pytest.mark.parametrize(("xml", "why"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_told_with_its_place(xml: str, why: str):
    if len(xml) > markup.MAX_SIZE:
        xml = xml[: markup.MAX_SIZE]

    assert why in told(xml)


@given(st.text(max_size=300))
def test_no_markup_makes_it_fail(text: str):
    for xml in (text, f"<TimelineMessage>{text}</TimelineMessage>"):
        assert isinstance(markup.read(xml), tuple)


def test_letters_that_xml_cannot_have_are_replaced():
    assert [Text("a\ufffdb\ufffdc")] == read("<TextMsg>a\x08b\ud800c</TextMsg>")


def test_the_largest_markup_is_read_in_no_time():
    many = "<TimelineMessage>" + "<Card title='x' alt='y'/>" * 1_999 + "</TimelineMessage>"
    started = time.perf_counter()
    said = markup.read(many)

    assert 1_999 == len(said)
    assert 1 > time.perf_counter() - started
