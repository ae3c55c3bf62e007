"""What stands in a page, an export or a history where a user may not see the value itself."""

from collections.abc import Callable
from datetime import date

from flask_babel import gettext
from markupsafe import escape

from fanzadmin.console.data.shapes import Value

HIDDEN = "•••"

# The kinds of `info={"pii": kind}` that no one sees without a reason. Other kinds are people's words, and these are
# what a moderator is there to read.
MASKED_KINDS = frozenset({"name", "email", "birth", "identifier", "phone", "address", "bank", "document"})


class Concealed(str):
    """A text in the place of a value; templates draw it so that no one takes it for the value."""

    __slots__ = ()

    def __html__(self) -> str:
        title = escape(gettext("Personal data: masked"))
        return f'<span class="concealed" title="{title}">{escape(str(self))}</span>'


def conceal(value: Value, kind: str = "") -> Concealed | None:
    """The mask of a value by its kind: enough to distinguish two records, too little to write to someone."""
    if value is None or value == "":
        return None
    return Concealed(_DRAWN.get(kind, _whole)(value))


def _whole(_value: Value) -> str:
    return HIDDEN


def _name(value: Value) -> str:
    return " ".join(f"{part[0]}{HIDDEN}" for part in str(value).split())


def _email(value: Value) -> str:
    return f"{str(value)[0]}{HIDDEN}@{HIDDEN}"


def _birth(value: Value) -> str:
    return f"{value.year}-••-••" if isinstance(value, date) else HIDDEN


_DRAWN: dict[str, Callable[[Value], str]] = {"name": _name, "email": _email, "birth": _birth}
