"""
Everything that can go wrong, in one place.

ThreadlineError
├── HookRejected          a request to us that we do not believe or cannot read
│   ├── UnknownAddress        404  no endpoint has this address
│   ├── Unauthentic           403  the signature does not match
│   │   └── WrongKey          401  nor the key of its endpoint
│   ├── Malformed             400  a field is missing
│   └── TooLarge              413  more than a provider ever sends
├── StoreDown             nothing was kept, or we cannot know: ask again
├── SendFailed            the provider did not (surely) take a text; `then` says what follows
│   ├── Throttled             retry    it said: later
│   │   └── Deferred          retry    it said: this text later
│   ├── Unreachable           retry    it never heard us
│   ├── Crowded               retry    it was not asked: too many requests are under way
│   ├── Refused               fail     it said: never this text
│   │   └── OptedOut          stop     the person said: never
│   ├── Misconfigured         config   the operator has to mend something first
│   └── Uncertain             unknown  it may have been sent; sending again might send twice
├── ListFailed            the provider's list of messages could not be read to the end
├── RequestFailed         a request of ours to somebody else's server
│   ├── NotSent               no byte of it left, so it may be made again
│   ├── Forbidden             the address is in a network that we do not call
│   ├── Interrupted           it may have been carried out
│   └── AnswerTooLarge        the answer was cut off at our limit
├── BotFailed             the bot did not answer this turn; worth another try
│   └── BotRefused            asking again would not help
├── Told                  an error of a server with a code that this version does not know
├── Failed                500  nobody expected it: the server's log has why
├── Denied                a request that its maker may not make
│   ├── Unauthenticated       401  no key, or one that does not count
│   ├── OutOfScope            403  the key was not made for this
│   └── ForeignForm           403  a form that no page of ours has sent
├── Limited               429  too many requests of one key
├── Outdated              412  somebody changed it in the meantime
├── KeyReused             422  an Idempotency-Key came with another request before
├── UnderWay              409  the request with this Idempotency-Key is being carried out
├── Invalid               a document is wrong; carries every `Problem` in it
├── SecretUnavailable     the vault cannot give a secret
│   ├── SecretMissing         there is none of that name
│   └── KeyMissing            it is sealed with a key that we do not have
├── Busy                  another process holds what we need
├── Taken                 an address or a number belongs to another endpoint
└── NotFound              no such thing in this organization
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Then = Literal["retry", "fail", "stop", "config", "unknown"]


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing that is wrong in a document.

    `code` is stable and explained in docs/reference/errors.md; `path` leads to the field
    (`endpoints[0].EngagementConfig.Secret`); `message` says what is wrong and `mend` what to
    do about it; `line` is the line in the text it was read from, if it was read from one.
    """

    code: str
    path: str
    message: str
    mend: str
    line: int | None = None

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path} (line {self.line})"
        return f"{self.code}: {where}: {self.message} {self.mend}".strip()

    def to_json(self) -> dict[str, Any]:
        """The same with the field names of the API."""
        found = {name: getattr(self, name) for name in ("code", "path", "message", "mend")}
        return found | ({} if self.line is None else {"line": self.line})


class ThreadlineError(Exception):
    """Base of every error that Threadline raises on purpose. `code` is stable."""

    code: ClassVar[str] = "error"


class HookRejected(ThreadlineError):
    code = "hook_rejected"
    status: ClassVar[int] = 400
    answer: ClassVar[str] = ""


class UnknownAddress(HookRejected):
    code = "unknown_address"
    status = 404


class Unauthentic(HookRejected):
    code = "unauthentic"
    status = 403


class WrongKey(Unauthentic):
    code = "wrong_key"
    status = 401
    answer = "Unauthorized"


class Malformed(HookRejected):
    code = "malformed"
    status = 400


class TooLarge(HookRejected):
    code = "too_large"
    status = 413


class StoreDown(ThreadlineError):
    code = "store_down"


class SendFailed(ThreadlineError):
    """
    `then` is what the outbox does next, so that it needs to know no provider.

    The message is a sentence for the operator; `provider_code` is the provider's own word
    for why (Twilio: "21610"), `retry_after` the seconds it asked us to wait.
    """

    then: ClassVar[Then] = "fail"

    def __init__(
        self,
        message: str,
        *,
        provider_code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.provider_code = provider_code
        self.retry_after = retry_after


class Throttled(SendFailed):
    code = "throttled"
    then = "retry"


class Deferred(Throttled):
    code = "deferred"


class Unreachable(SendFailed):
    code = "unreachable"
    then = "retry"


class Crowded(SendFailed):
    code = "crowded"
    then = "retry"


class Refused(SendFailed):
    code = "refused"
    then: ClassVar[Then] = "fail"


class OptedOut(Refused):
    code = "opted_out"
    then = "stop"


class Misconfigured(SendFailed):
    code = "misconfigured"
    then = "config"


class Uncertain(SendFailed):
    code = "uncertain"
    then = "unknown"


class ListFailed(ThreadlineError):
    code = "list_failed"


class RequestFailed(ThreadlineError):
    code = "request_failed"


class NotSent(RequestFailed):
    code = "not_sent"


class Forbidden(RequestFailed):
    code = "forbidden_network"


class Interrupted(RequestFailed):
    code = "interrupted"


class AnswerTooLarge(RequestFailed):
    code = "answer_too_large"


class BotFailed(ThreadlineError):
    code = "bot_failed"


class BotRefused(BotFailed):
    code = "bot_refused"


class Told(ThreadlineError):
    """An error as a server told it: its own code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]


class Failed(ThreadlineError):
    code = "failed"


class Denied(ThreadlineError):
    code = "denied"


class Unauthenticated(Denied):
    code = "unauthenticated"


class OutOfScope(Denied):
    code = "out_of_scope"


class ForeignForm(Denied):
    code = "form_foreign"


class Limited(ThreadlineError):
    """`retry_after` seconds from now another request is taken."""

    code = "limited"

    def __init__(self, message: str, retry_after: float = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Outdated(ThreadlineError):
    code = "outdated"


class KeyReused(ThreadlineError):
    code = "idempotency_key_reused"


class UnderWay(ThreadlineError):
    code = "under_way"


class Invalid(ThreadlineError):
    """Every problem of a document at once, in the order of the document."""

    code = "invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class SecretUnavailable(ThreadlineError):
    code = "secret_unavailable"


class SecretMissing(SecretUnavailable):
    code = "secret_missing"


class KeyMissing(SecretUnavailable):
    code = "key_missing"


class Busy(ThreadlineError):
    code = "busy"


class Taken(ThreadlineError):
    code = "taken"


class NotFound(ThreadlineError):
    code = "not_found"
