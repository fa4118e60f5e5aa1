"""What a server said to a request of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Headers(Mapping[str, str]):
    """Made ready when somebody asks; of most answers nobody does."""

    __slots__ = ("_lower", "_raw")

    def __init__(self, raw: Mapping[str, str]) -> None:
        self._raw = raw
        self._lower: dict[str, str] | None = None

    def _all(self) -> dict[str, str]:
        if self._lower is None:
            self._lower = {name.lower(): value for name, value in self._raw.items()}
        return self._lower

    def __getitem__(self, name: str) -> str:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
