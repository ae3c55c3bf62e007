"""Stored messages: a sentence kept in English, and beside it the message and its values, from which each reader gets the
sentence in the reader's own language.

    message = stored_message(N_("%(fan)s tipped %(gross)s."), fan=fan.name, gross=amount(1499, "USD"))
    in_english(message)             # "Tom N. tipped $14.99.", which is stored with `message`
    for_reader(sentence, message)   # "Tom N. hat 14,99 $ Trinkgeld gegeben."

A value stands in the sentence as it is, an amount as the reader writes amounts, and a part that is a stored message itself
("a fan", a title in quotation marks) in the reader's language.
"""

import re
from collections.abc import Callable
from typing import Any, TypedDict, final

from fanzadmin.kernel.i18n.languages import SOURCE, current_language, money_text, translate
from fanzadmin.kernel.money import format_money

_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")  # no other kind of format: what is stored decides about no width


@final
class Amount(TypedDict):
    """Money in minor units."""

    minor: int
    currency: str


@final
class StoredMessage(TypedDict):
    """A message of the catalogues with the values for its places."""

    message: str
    values: "dict[str, Value]"


Value = str | Amount | StoredMessage
StoredJson = Any  # what a column held, which may be older than these classes


def amount(minor: int, currency: str) -> Amount:
    return {"minor": minor, "currency": currency}


def stored_message(message: str, **values: Value) -> StoredMessage:
    """A message, which N_ marks, with those of the values that it names. Raises KeyError where one is missing."""
    names = dict.fromkeys(place[1] for place in _PLACE.finditer(message) if place[1])
    return {"message": message, "values": {name: values[name] for name in names}}


def in_english(message: StoredMessage) -> str:
    return _filled(message, str, format_money)


def for_reader(sentence: str, message: StoredMessage | None) -> str:
    """A stored sentence in the reader's language. `sentence`, its English, stays where it was stored without its message,
    where the message has no translation, and where the values do not fit it."""
    if not message or current_language() == SOURCE:
        return sentence
    try:
        if translate(message["message"]) == message["message"]:
            return sentence
        return _filled(message, translate, money_text)
    except (AttributeError, LookupError, TypeError, ValueError):
        return sentence


def _filled(
    message: StoredJson,
    translate: Callable[[str], str],
    money: Callable[[int, str], str],
) -> str:
    values = message["values"]
    return _PLACE.sub(
        lambda place: _value_text(values[place[1]], translate, money) if place[1] else "%",
        translate(message["message"]),
    )


def _value_text(value: StoredJson, translate: Callable[[str], str], money: Callable[[int, str], str]) -> str:
    if isinstance(value, str):
        return value
    if "minor" in value:
        return money(value["minor"], value["currency"])
    return _filled(value, translate, money)
