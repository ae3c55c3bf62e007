"""What a record is called: by its own `__str__`, or, where its model has none, by its console's title and the first
column of the list that holds something (`Message: 26 Nov 2026, 14:02 UTC`)."""

from datetime import UTC, datetime

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.masks import conceal
from fanzadmin.console.data.shapes import Record
from fanzadmin.console.rendering.cells import draw
from fanzadmin.kernel.i18n.languages import day_text


def titled(console: ConsoleLike, item: Record) -> str:
    """The title of a record as the current user may read it."""
    return _masked(console, item, str(item)) if _has_name(type(item)) else _described(console, item)


def _has_name(model: type) -> bool:
    return any({"__str__", "__repr__"} & vars(base).keys() for base in model.__mro__ if base is not object)


def _masked(console: ConsoleLike, item: Record, text: str) -> str:
    """A title without the values that the user may not see. A value that an open column shows as well stays: a mask
    there would show that the two are the same."""
    names = item.__mapper__.columns.keys() if hasattr(item, "__mapper__") else ()
    values = {key: str(getattr(item, key, None) or "") for key in names}
    secret = {key for key in values if console.is_masked(key) or console.is_hidden(key)}
    public = " ".join(value for key, value in values.items() if key not in secret)
    for key in secret:
        if values[key] and values[key] in text and values[key] not in public:
            text = text.replace(values[key], conceal(values[key], console.pii_kind(key)) or "")
    return text


def _described(console: ConsoleLike, item: Record) -> str:
    title = str(console.show_title)
    for column in console.columns_for("list"):
        value = console.value_of(item, column)
        if value is not None and value != "":
            return f"{title}: {_text(console, item, column, value)}"
    return title


def _text(console: ConsoleLike, item: Record, column: str, value: object) -> str:
    if isinstance(value, datetime):  # a page would show it in the reader's own time zone, a text cannot
        at = value if value.tzinfo else value.replace(tzinfo=UTC)
        at = at.astimezone(UTC)
        return f"{day_text(at)}, {at:%H:%M} UTC"
    drawn = draw((console.formatters_columns or {}).get(column), value, console.seen(item), brief=True)
    return str(drawn.striptags())
