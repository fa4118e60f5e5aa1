"""
The nodes that a flow can have, one file each. A new one is a file and a line here.

    Start       where every session begins        Switch       chooses by what is known
    Dialogue    says something                     SetContext   remembers something
    Input       waits for a text, or for a number  Goal         records that a goal was reached
    Prompt      waits for one of its options       End          ends the session
    Markup      shows buttons, lists and the like
"""

from __future__ import annotations

from threadline.bots.flow.node import Node
from threadline.bots.flow.nodes.dialogue import Dialogue
from threadline.bots.flow.nodes.end import End
from threadline.bots.flow.nodes.goal import Goal
from threadline.bots.flow.nodes.input import Input
from threadline.bots.flow.nodes.markup import Markup
from threadline.bots.flow.nodes.prompt import Prompt
from threadline.bots.flow.nodes.set_context import SetContext
from threadline.bots.flow.nodes.start import Start
from threadline.bots.flow.nodes.switch import Switch

NODES: dict[str, type[Node]] = {
    "Start": Start,
    "Dialogue": Dialogue,
    "Markup": Markup,
    "Input": Input,
    "Prompt": Prompt,
    "Switch": Switch,
    "Set Context": SetContext,
    "SetContext": SetContext,
    "Goal": Goal,
    "End": End,
}
