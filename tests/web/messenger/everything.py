"""A bot that says everything that there is, when it is asked for it by its name."""

from __future__ import annotations

from typing import Any

PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
EVIL = "<img src=x onerror=\"document.title='evil'\"><script>document.title='evil'</script>"
SAYS: dict[str, str] = {
    "buttons": '<ButtonPromptContainer interactionType="event"><ButtonPrompt id="yes" '
    'label="Yes, please"/><ButtonPrompt id="no" label="No, thanks"/></ButtonPromptContainer>',
    "suggestions": '<SuggestionPrompt><Option id="t" title="Tea"/><Option id="c" '
    'title="Coffee"/><Option id="w" title="Water"/></SuggestionPrompt>',
    "list": '<List title="Menu" selectable="true"><Item id="tea" title="Tea" subtitle="Two '
    'kinds"/><Item id="coffee" title="Coffee" subtitle="From 7 to 11"/></List>',
    "carousel": '<List title="Rooms" horizontal="true" selectable="true" '
    'interactionType="event"><Item id="a" title="Garden" subtitle="2 people"/><Item id="b" '
    'title="Library" subtitle="6 people"/><Item id="c" title="Hall" subtitle="40 people">'
    '<Option id="plan" title="Plan" url="https://example.com/plan"/></Item></List>',
    "card": f'<Card title="Our house" imgData="{PICTURE}" alt="A house"/>',
    "picture": '<Image url="https://example.com/a.png" title="A picture"/>',
    "document": '<Document url="https://example.com/menu.pdf" title="The menu"/>',
    "video": '<Video url="https://videos.example.com/watch" title="How it works"/>',
    "banner": '<BroadcastMsg style="warning" title="Closed on Monday" body="We are back on '
    'Tuesday." delay="600"><Option id="ok" title="Understood"/></BroadcastMsg>',
    "stars": '<StarRating title="How was it?" stars="5" interactionType="event"/>',
    "dropdown": '<Dropdown title="Which day?" placeholder="Choose a day"><Option id="mo" '
    'title="Monday"/><Option id="tu" title="Tuesday"/></Dropdown>',
    "upload": '<FileUpload title="Your bill" description="As a picture or PDF."/>',
    "map": '<StaticMap lat="53.3498" lng="-6.2603" description="Our shop in Dublin"/>',
    "detail": '<DetailView url="https://form.example.com/f" description="Fill in the form" '
    'title="The form" interactionType="event"/>',
    "notification": '<HostNotification notification="cart:3"/>',
    "unknown": '<Hologram size="9">whoosh</Hologram>',
    "right to left": '<TextMsg dir="rtl">שלום</TextMsg>',
    "link": "<TextMsg>Look at https://example.com/a(b), or at javascript:alert(1).</TextMsg>",
    "html": "<TextMsg>"
    + EVIL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    + "</TextMsg>",
    "slow": '<TextMsg minimumDisplayTime="1">First.</TextMsg><TextMsg>Second.</TextMsg>',
}


def flow() -> dict[str, Any]:
    """It greets, then says what it is asked for, and tells what came as an event."""
    asked = [{"equals": name, "next": f"say-{n}"} for n, name in enumerate(SAYS)]
    return {
        "nodes": {
            "start": {"type": "Start", "next": "hello"},
            "hello": {"type": "Dialogue", "text": "Hello!", "next": "wait"},
            "wait": {"type": "Input", "store": "last", "next": "which"},
            "which": {"type": "Switch", "on": SAID, "cases": asked, "else": "echo"},
            "echo": {"type": "Dialogue", "text": ECHO, "next": "wait"},
            **{
                f"say-{n}": {
                    "type": "Markup",
                    "xml": f"<TimelineMessage>{xml}</TimelineMessage>",
                    "next": "wait",
                }
                for n, xml in enumerate(SAYS.values())
            },
        }
    }


SAID = "${msg.payload.user.message}"
ECHO = (
    "You said ${ msg.payload.user.message }"
    "{% if msg.payload.markupInteraction %}, by ${ msg.payload.markupInteraction.source } "
    "${ msg.payload.markupInteraction.result.id }{% endif %}."
)
