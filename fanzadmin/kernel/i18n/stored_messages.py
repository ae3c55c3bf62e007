"""Sentences that are kept: in English, and beside it as a message and its values, from which each reader has the
sentence in the own language.

    told = tell_of(N_("%(fan)s tipped %(gross)s."), fan=fan.name, gross=amount(1499, "USD"))
    in_english(told)          # "Tom N. tipped $14.99.", which is stored with `told`
    as_read(sentence, told)   # "Tom N. hat 14,99 $ Trinkgeld gegeben."

A value stands in the sentence as it is, an amount as the reader writes amounts, and a part that is told itself ("a fan",
a title in quotation marks) in the reader's words.
"""

import re
from collections.abc import Callable
from typing import Any, TypedDict, final

from fanzadmin.kernel.i18n.languages import SOURCE, money_text, reader, say
from fanzadmin.kernel.money import format_money

_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")  # no other kind of format: what is stored decides about no width


@final
class Amount(TypedDict):
    """Money in minor units."""

    minor: int
    currency: str


@final
class Told(TypedDict):
    """A message of the catalogues with the values for its places."""

    message: str
    values: "dict[str, Value]"


Value = str | Amount | Told


def amount(minor: int, currency: str) -> Amount:
    return {"minor": minor, "currency": currency}


def tell_of(message: str, **values: Value) -> Told:
    """A message, which N_ marks, with those of the values that it names. Raises KeyError where one is missing."""
    names = dict.fromkeys(place[1] for place in _PLACE.finditer(message) if place[1])
    return {"message": message, "values": {name: values[name] for name in names}}


def in_english(told: Told) -> str:
    return _filled(told, str, format_money)


def as_read(sentence: str, told: Told | None) -> str:
    """A kept sentence in the reader's language. `sentence`, its English, stays where it was kept without its message, where
    the message has no translation, and where the values do not fit it."""
    if not told or reader() == SOURCE:
        return sentence
    try:
        if say(told["message"]) == told["message"]:
            return sentence
        return _filled(told, say, money_text)
    except (AttributeError, LookupError, TypeError, ValueError):
        return sentence


def _filled(
    told: Any, words: Callable[[str], str], money: Callable[[int, str], str]
) -> str:  # Any: stored JSON
    values = told["values"]
    return _PLACE.sub(
        lambda place: _written(values[place[1]], words, money) if place[1] else "%", words(told["message"])
    )


def _written(value: Any, words: Callable[[str], str], money: Callable[[int, str], str]) -> str:
    if isinstance(value, str):
        return value
    if "minor" in value:
        return money(value["minor"], value["currency"])
    return _filled(value, words, money)
