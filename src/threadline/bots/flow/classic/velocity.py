"""Texts with Velocity in them, as Liquid: `$!{name}`, `#if($n > 3) … #end`. Pure."""

from __future__ import annotations

import re

NAME = r"[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*|\[\d+\])*"
_REFERENCE = re.compile(rf"\$!?\{{({NAME})\}}|\$!?({NAME})(?!\()")
_DIRECTIVE = re.compile(
    r"#\{?(foreach|if|elseif|else|end|set|break)\}?(?:\s*\(((?:[^()]|\([^()]*\))*)\))?"
)
_OTHER = re.compile(
    r"#(macro|parse|include|evaluate|define|stop|\[\[)|\$!?\{?[A-Za-z_][\w.]*\("
)
_EACH = re.compile(rf"\$!?\{{?(\w+)\}}?\s+in\s+\$!?\{{?({NAME})\}}?\s*")
_SET = re.compile(r"\$!?\{?(\w+)\}?\s*=\s*(.+)", re.DOTALL)
_COMPARED = re.compile(r"\s*(&&|\|\||==|!=|<=|>=|<|>)\s*")
_TERM = re.compile(
    rf"!?\$!?\{{?({NAME})\}}?|\"[^\"]*\"|'[^']*'|-?\d+(?:\.\d+)?|true|false|null"
)


def liquid(text: str) -> str:
    """Raises `ValueError` with a sentence about what has no like."""
    if found := _OTHER.search(text):
        raise ValueError(f"`{found[0]}` of Velocity has no like here.")
    if "#" not in text and "$" not in text:
        return _literal(text)
    parts, at, open_ = [], 0, list[str]()
    for found in _DIRECTIVE.finditer(text):
        parts.append(_references(text[at : found.start()]))
        parts.append(_directive(found[1], found[2], open_))
        at = found.end()
    parts.append(_references(text[at:]))
    if open_:
        raise ValueError(f"`#{open_[-1]}` is not closed with `#end`.")
    return "".join(parts)


def path(written: str, of_message: bool = True) -> str:
    """A hole for a path as typed inputs have it: `payload.user.message`."""
    return f"${{{'msg.' if of_message else ''}{written.removeprefix('msg.')}}}"


def _literal(text: str) -> str:
    """As it stands, also where Liquid would see something in it."""
    if "{{" in text or "{%" in text or "${" in text:
        return f"{{% raw %}}{text}{{% endraw %}}"
    return text


def _references(text: str) -> str:
    """`$name` and `$!{name}` as holes; the rest as it stands."""
    parts, at = [], 0
    for found in _REFERENCE.finditer(text):
        parts.append(_literal(text[at : found.start()]))
        parts.append(f"${{{found[1] or found[2]}}}")
        at = found.end()
    parts.append(_literal(text[at:]))
    return "".join(parts)


def _directive(name: str, given: str | None, open_: list[str]) -> str:
    match name, given:
        case "foreach", str() if each := _EACH.fullmatch(given.strip() + " "):
            open_.append("foreach")
            return f"{{% for {each[1]} in {each[2]} %}}"
        case "if", str():
            open_.append("if")
            return f"{{% if {_condition(given)} %}}"
        case "elseif", str() if open_:
            return f"{{% elsif {_condition(given)} %}}"
        case "else", _ if open_:
            return "{% else %}"
        case "break", None if open_:
            return "{% break %}"
        case "end", None if open_:
            return "{% endfor %}" if open_.pop() == "foreach" else "{% endif %}"
        case "set", str() if found := _SET.fullmatch(given.strip()):
            return f"{{% assign {found[1]} = {_term(found[2].strip())} %}}"
    raise ValueError(f"`#{name}({given or ''})` of Velocity cannot be understood.")


def _condition(given: str) -> str:
    words = {"&&": "and", "||": "or"}
    parts = _COMPARED.split(given.strip())
    return " ".join(
        words.get(part, part) if n % 2 else _term(part) for n, part in enumerate(parts)
    )


def _term(part: str) -> str:
    found = _TERM.fullmatch(part.strip())
    if found is None:
        raise ValueError(f"`{part.strip()[:40]}` of Velocity cannot be understood.")
    if not found[1]:
        return found[0].replace("null", "nil")
    return f"{found[1]} == blank" if found[0].startswith("!") else found[1]
