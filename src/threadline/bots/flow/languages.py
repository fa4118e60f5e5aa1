"""Which of several languages a contact gets: `es-MX`, else `es`, else the first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from threadline.model.endpoint import LANGUAGE
from threadline.model.templates import Template

Said = TypeVar("Said")


def known(name: str) -> bool:
    """Whether it names a language, as `es` and `es-MX` do."""
    return LANGUAGE.fullmatch(name) is not None


def chosen(language: object, texts: Mapping[str, Said]) -> Said:
    """The text for who has `lang` in the context; `texts` has at least one."""
    wanted = str(language or "").lower().replace("_", "-")
    for name in (wanted, wanted.partition("-")[0]):
        for one, text in texts.items():
            if one.lower().replace("_", "-") == name:
                return text
    return next(iter(texts.values()))


def joined(texts: Iterable[tuple[str, Template]]) -> Template:
    """One text in several languages."""
    found = dict(texts)
    return replace(next(iter(found.values())), languages=found)
