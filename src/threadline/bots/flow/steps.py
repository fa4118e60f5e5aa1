"""Runs one turn of a flow: from where it waits to where it waits next, or to its end."""

from __future__ import annotations

from threadline.bots.flow.language import Flow
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.talk import Talk
from threadline.model.turn import Reply, Turn

MAX_NODES = 100


def step(flow: Flow, turn: Turn) -> Reply:
    """
    Pure: the same flow and turn always give the same reply. Raises `BotRefused`.

    A session begins at Start, and so does one whose node is gone from the flow. The text that
    began it answers nothing, unless the endpoint wants it to (`utterance_first`).
    """
    talk = Talk(turn)
    at = turn.state.get("at")
    waiting = flow.nodes.get(at) if isinstance(at, str) else None
    if isinstance(waiting, WaitingNode):
        talk.come_to(str(at))
        refused = turn.state.get("refused")
        talk.refused = refused if isinstance(refused, int) else 0
        then = _walk(flow, talk, waiting.answer(talk))
    else:
        answers = turn.utterance_first and bool(talk.heard.strip() or talk.media)
        then = _walk(flow, talk, flow.start, answers)
    again = {"refused": talk.refused} if talk.refused else {}
    state = {"at": talk.node, **again} if then is Stop.WAIT else {}
    return Reply(tuple(talk.said), state, talk.context, ended=then is Stop.END)


def _walk(flow: Flow, talk: Talk, then: Then, answers: bool = False) -> Stop:
    """`answers`: the first node that would wait takes the text as its answer instead."""
    passed = 0
    while not isinstance(then, Stop):
        talk.come_to(then)
        passed += 1
        if passed > MAX_NODES:
            talk.refuse(
                f"Before it, {MAX_NODES} nodes ran in one turn, and none waited for an answer. "
                "Put an Input or a Prompt into this loop."
            )
        node = flow.nodes[then]
        if answers and isinstance(node, WaitingNode):
            answers = False
            then = node.answer(talk)
        else:
            then = node.enter(talk)
    return then
