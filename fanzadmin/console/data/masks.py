"""What stands in a page, an export or a history where a person may not see the value itself."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext
from markupsafe import escape

HIDDEN = "•••"

# The kinds of `info={"pii": kind}` that nobody sees without a reason. Other kinds are people's words, and these are
# what a moderator is there to read.
MASKED_KINDS = frozenset({"name", "email", "birth", "identifier", "phone", "address", "bank", "document"})


class Concealed(str):
    """A text in the place of a value; templates draw it so that nobody takes it for the value."""

    __slots__ = ()

    def __html__(self) -> str:
        title = escape(gettext("Personal data: masked"))
        return f'<span class="concealed" title="{title}">{escape(str(self))}</span>'


def conceal(value: Any, kind: str = "") -> Concealed | None:  # Any: the value of any column
    """The mask of a value by its kind: enough to tell two records apart, too little to write to somebody."""
    if value is None or value == "":
        return None
    return Concealed(_DRAWN.get(kind, lambda _value: HIDDEN)(value))


def _name(value: Any) -> str:
    return " ".join(f"{part[0]}{HIDDEN}" for part in str(value).split())


def _email(value: Any) -> str:
    return f"{str(value)[0]}{HIDDEN}@{HIDDEN}"


def _birth(value: Any) -> str:
    return f"{value.year}-••-••" if isinstance(value, date) else HIDDEN


_DRAWN: dict[str, Callable[[Any], str]] = {"name": _name, "email": _email, "birth": _birth}
