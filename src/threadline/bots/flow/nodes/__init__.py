"""
The nodes that a flow can have, one file each. A new one is a file and a line here.

    Start       where every session begins         Switch       chooses by what is known
    Dialogue    says something                     SetContext   remembers something
    Input       waits for a text, or for a number  Function     runs JavaScript
    Prompt      waits for one of its options       HttpRequest  asks a server
    Markup      shows buttons, lists and the like  Goal         records that a goal was reached
    MarkupInteraction  the same, and waits         Change       sets, moves and deletes
    Intents     waits for what is wanted           Condition    chooses by an expression
    Template    makes a text                       Link         joins parts of a large flow
    Wait        waits for a time                   Catch        goes on after a mistake
    Transfer    another bot, for good              Handover     a person, for a while
    PushBotToStack   another bot, for a while      BotMissionDone   back from there
    Goto        another bot, with this text        HostNotification a word to the web page
    SetPolicy   how long the session lasts         End         ends the session
"""

from __future__ import annotations

from threadline.bots.flow.node import Node
from threadline.bots.flow.nodes.catch import Catch
from threadline.bots.flow.nodes.change import Change
from threadline.bots.flow.nodes.condition import Condition
from threadline.bots.flow.nodes.dialogue import Dialogue
from threadline.bots.flow.nodes.end import End
from threadline.bots.flow.nodes.function import Function
from threadline.bots.flow.nodes.goal import Goal
from threadline.bots.flow.nodes.goto import Goto
from threadline.bots.flow.nodes.handover import Handover
from threadline.bots.flow.nodes.host_notification import HostNotification
from threadline.bots.flow.nodes.http_request import HttpRequest
from threadline.bots.flow.nodes.input import Input
from threadline.bots.flow.nodes.intents import Intents
from threadline.bots.flow.nodes.link import LinkIn, LinkOut
from threadline.bots.flow.nodes.markup import Markup
from threadline.bots.flow.nodes.markup_interaction import MarkupInteraction
from threadline.bots.flow.nodes.mission_done import BotMissionDone
from threadline.bots.flow.nodes.prompt import Prompt
from threadline.bots.flow.nodes.push_bot import PushBotToStack
from threadline.bots.flow.nodes.set_context import SetContext
from threadline.bots.flow.nodes.set_policy import SetPolicy
from threadline.bots.flow.nodes.start import Start
from threadline.bots.flow.nodes.switch import Switch
from threadline.bots.flow.nodes.template import Template
from threadline.bots.flow.nodes.transfer import Transfer
from threadline.bots.flow.nodes.wait import Wait

NODES: dict[str, type[Node]] = {
    "Start": Start,
    "Dialogue": Dialogue,
    "Markup": Markup,
    "Markup Interaction": MarkupInteraction,
    "Input": Input,
    "Prompt": Prompt,
    "Intents": Intents,
    "Switch": Switch,
    "Condition": Condition,
    "Set Context": SetContext,
    "SetContext": SetContext,
    "Set Policy": SetPolicy,
    "Change": Change,
    "Template": Template,
    "Function": Function,
    "HTTP Request": HttpRequest,
    "Wait": Wait,
    "Transfer": Transfer,
    "Goto": Goto,
    "Push Bot To Stack": PushBotToStack,
    "Bot Mission Done": BotMissionDone,
    "Handover": Handover,
    "Catch": Catch,
    "Link Out": LinkOut,
    "Link In": LinkIn,
    "Host Notification": HostNotification,
    "Goal": Goal,
    "End": End,
}
