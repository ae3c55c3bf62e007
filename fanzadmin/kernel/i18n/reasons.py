"""Reasons: why something is held, refused or taken back, as a code with values, which each reader gets as a sentence in the
reader's own language.

    declare_reasons("compliance", {"no_consent": N_("No consent of %(name)s for this asset.")})   # in the system's contract
    reason_code("compliance.no_consent", name="Ben")       # "compliance.no_consent?name=Ben", which facts carry and columns keep
    read_reason("compliance.no_consent?name=Ben")     # ReasonCard(code, values, "No consent of Ben for this asset.")

A typed reason is kept and read as it is: its code is `stated`. Several reasons in one text
stand in a line each.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from fanzadmin.kernel.i18n.languages import translate
from fanzadmin.kernel.i18n.stored_messages import StoredMessage, Value, in_english, stored_message

STATED = "stated"
_CODE = re.compile(r"[a-z]+\.[a-z0-9_.]+")
_PLACE = re.compile(r"%\((\w+)\)s")

REASON_MESSAGES: dict[str, str] = {}  # by code
_words: dict[str, Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class ReasonCard:
    """Why: a code with its values for programs, a sentence in the reader's language for people."""

    code: str
    values: dict[str, str]
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def declare_reasons(
    system: str, messages: Mapping[str, str], *, words: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Say how the reasons of a system read. `words` names the values that are translated, too: each by what it is called
    there, else as the message that it is."""
    REASON_MESSAGES.update({f"{system}.{code}": message for code, message in messages.items()})
    for name, names in (words or {}).items():
        _words[f"{system}.{name}"] = names


def reason_code(code: str, /, **values: object) -> str:
    """A declared code with the values that its message names. Raises KeyError for an undeclared one and a missing value."""
    names = dict.fromkeys(_PLACE.findall(REASON_MESSAGES[code]))
    sent = urlencode({name: str(values[name]) for name in names}, quote_via=quote)
    return f"{code}?{sent}" if sent else code


def read_reason(text: str) -> ReasonCard:
    """A stored reason, in the reader's language."""
    code, values = _split(text)
    if not code:
        return ReasonCard(STATED, {}, text)
    shown = {name: _shown(code, name, value) for name, value in values.items()}
    return ReasonCard(code, values, translate(REASON_MESSAGES[code]) % shown)


def read_reasons(texts: Iterable[str]) -> tuple[ReasonCard, ...]:
    """Several stored reasons, in the reader's language; empty ones are left out."""
    return tuple(read_reason(text) for text in texts if text)


def reason_text(text: str) -> str:
    """A stored text that holds reasons, a line each, as one line in the reader's language."""
    return " ".join(card.sentence for card in read_reasons(text.splitlines()))


def reason_value(texts: Iterable[str]) -> Value:
    """Stored reasons as a part of a stored message."""
    parts: list[Value] = [_stored(text) for text in texts if text]
    if len(parts) < 2:
        return parts[0] if parts else ""
    places = {f"r{number}": part for number, part in enumerate(parts)}
    return stored_message(" ".join(f"%({place})s" for place in places), **places)


def english_reason(text: str) -> str:
    """A stored reason in English: for logs, and for what is written once for all readers."""
    stored = _stored(text)
    return stored if isinstance(stored, str) else in_english(stored)


def _stored(text: str) -> str | StoredMessage:
    code, values = _split(text)
    if not code:
        return text
    parts = {name: _stored_word(code, name, value) for name, value in values.items()}
    return stored_message(REASON_MESSAGES[code], **parts)


def _shown(code: str, name: str, value: str) -> str:
    words = _words_of(code, name)
    return value if words is None else translate(words.get(value, value))


def _stored_word(code: str, name: str, value: str) -> Value:
    words = _words_of(code, name)
    return value if words is None else stored_message(words.get(value, value))


def _words_of(code: str, name: str) -> Mapping[str, str] | None:
    return _words.get(f"{code.partition('.')[0]}.{name}")


def _split(text: str) -> tuple[str, dict[str, str]]:
    """The code and its values; no code where it is not declared, or a value is missing: then it is a typed text."""
    code, _, query = text.partition("?")
    if not _CODE.fullmatch(code) or code not in REASON_MESSAGES:
        return "", {}
    values = dict(parse_qsl(query, keep_blank_values=True))
    return (code, values) if values.keys() >= set(_PLACE.findall(REASON_MESSAGES[code])) else ("", {})
