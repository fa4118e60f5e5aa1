"""Runs one turn of a flow: from where it waits to where it waits next, or to its end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from threadline.bots.flow.errands import Errand, Outcome
from threadline.bots.flow.language import Flow
from threadline.bots.flow.node import ErrandNode, Stop, Then, WaitingNode
from threadline.bots.flow.talk import Talk
from threadline.errors import BotRefused
from threadline.model.turn import Reply, Turn

MAX_NODES = 100
KEPT = ("at", "msg")
"""What of the state is not the waiting node's own."""

Steps = Generator[Errand, Outcome, Reply]
"""Gives what has to be done outside, takes what came of it, returns the reply."""
Walked = Generator[Errand, Outcome, Stop]


def walk(flow: Flow, turn: Turn) -> Steps:
    """
    Pure: the same flow, turn and outcomes always give the same reply. Raises `BotRefused`,
    or `BotFailed` if an errand failed that may succeed another time.

    A session begins at Start, and so does one whose node is gone from the flow. The text that
    began it answers nothing, unless the endpoint wants it to (`utterance_first`).
    """
    talk = Talk(turn)
    at = turn.state.get("at")
    waiting = flow.nodes.get(at) if isinstance(at, str) else None
    if isinstance(waiting, WaitingNode):
        talk.come_to(str(at))
        talk.held = {name: one for name, one in turn.state.items() if name not in KEPT}
        if turn.woken and (talk.wakes_at is None or not talk.wait_is_over):
            return Reply((), turn.state, turn.context, wake_at=talk.wakes_at)
        act = waiting.woken if turn.woken else waiting.answer
        stop = yield from _walk(flow, talk, _guarded(flow, talk, act))
    elif turn.woken or turn.returned:
        return Reply((), turn.state, turn.context)
    else:
        answers = turn.utterance_first and bool(talk.heard.strip() or talk.media)
        stop = yield from _walk(flow, talk, flow.start, answers)
    ended = stop is Stop.END
    return Reply(
        tuple(talk.said),
        {} if ended else _state(flow, talk),
        talk.context,
        ended=ended,
        then=talk.then if stop is Stop.HAND else None,
        wake_at=talk.wakes_at if stop is Stop.WAIT else None,
        policy=talk.policy,
    )


def _state(flow: Flow, talk: Talk) -> dict[str, Any]:
    waits = isinstance(flow.nodes[talk.node], WaitingNode)
    at = {"at": talk.node, **talk.held} if waits else {}
    kept = talk.lasting()
    return at | ({"msg": kept} if kept else {})


def _walk(flow: Flow, talk: Talk, then: Then, answers: bool = False) -> Walked:
    """`answers`: the first node that would wait takes the text as its answer instead."""
    passed = 0
    while not isinstance(then, Stop):
        if not isinstance(then, str):
            outcome = yield then
            node = flow.nodes[talk.node]
            assert isinstance(node, ErrandNode)
            then = _guarded(flow, talk, partial(_done, node, outcome))
            continue
        talk.come_to(then)
        passed += 1
        if passed > MAX_NODES:
            talk.refuse(
                f"Before it, {MAX_NODES} nodes ran in one turn, and none waited for an answer. "
                "Put an Input or a Prompt into this loop."
            )
        node = flow.nodes[then]
        act: Callable[[Talk], Then] = node.enter
        if answers and isinstance(node, WaitingNode):
            answers, act = False, node.answer
        then = _guarded(flow, talk, act)
    return then


def _done(node: ErrandNode, outcome: Outcome, talk: Talk) -> Then:
    return node.done(talk, outcome)


def _guarded(flow: Flow, talk: Talk, act: Callable[[Talk], Then]) -> Then:
    """What goes wrong in a node is the Catch's that is for it, if there is one."""
    try:
        return act(talk)
    except BotRefused as why:
        catch = flow.catches.get(talk.node)
        if catch is None:
            raise
        talk.caught(str(why))
        return catch
