"""How a value looks in a list, on a record and in a template: money, times, statuses, people, links.

A cell is declared in `formatters_columns` and drawn with the value and, where the list gives it, the row:

    formatters_columns = {"amount_minor": money("amount_minor", "currency"), "state": badge(), "created_at": when()}
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID
from zlib import crc32

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup, escape
from werkzeug.routing import BuildError

from fanzadmin.console.data.masks import Concealed
from fanzadmin.console.data.shapes import Record, Value
from fanzadmin.console.data.words import words_of
from fanzadmin.console.rendering.tones import tone_of
from fanzadmin.kernel.i18n.languages import (
    STATE,
    current_language,
    day_text,
    money_text,
    number_text,
    share_text,
    translate,
)
from fanzadmin.kernel.i18n.reasons import reason_text

LONG = 140  # characters a list shows of a text
MANY = 6  # items a list shows of a collection


Formatter = Callable[[Value], object]  # a Cell, or a function as Flask-AppBuilder takes it


@dataclass(frozen=True, slots=True)
class Cell:
    """Draws one value. `numeric` columns are aligned at the end; `currency` is where an amount's currency stands;
    `is_badge` says that the column holds one of few words, which are translated in `context`;
    `noun` that it holds the id of another system's record."""

    draw: Callable[
        [Any, Value], Markup
    ]  # a value of the column's type, and the record as the user may see it
    numeric: bool = False
    currency: str = ""
    is_badge: bool = False
    context: str = STATE
    noun: str = ""

    def __call__(self, value: Value, item: Value = None) -> Markup:
        return _nothing(current_language()) if value is None or value == "" else self.draw(value, item)


@lru_cache
def _nothing(_language: str) -> Markup:
    """What stands where a record holds nothing, in the reader's language."""
    return _html(f'<span class="faint" aria-label="{escape(gettext("empty"))}">–</span>')


def _html(text: str) -> Markup:
    """What was put together from escaped parts: four times as quick as Markup's own formatting."""
    return Markup(text)  # noqa: S704  see above


def read(item: Value, path: str) -> Value:
    """The value at a dotted path of a record or a row; None where the way ends."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
    return item


def money(amount: str, currency: str = "currency") -> Cell:
    """Minor units in the column `amount`, in the currency at the path `currency` (or that ISO 4217 code itself)."""
    del amount  # named for the reader; the value comes with the cell

    def draw(value: int, item: Value) -> Markup:
        code = currency if len(currency) == 3 and currency.isupper() else read(item, currency)
        text = money_text(int(value), str(code)) if code else number_text(int(value))
        return _html(f'<span class="money">{escape(text)}</span>')

    return Cell(draw, numeric=True, currency=currency)


def when(*, day_only: bool = False) -> Cell:
    """A moment; the page shows it in the reader's own time zone and UTC on pointing."""
    return Cell(lambda value, _item: time_text(value, day_only=day_only))


def time_text(value: date | datetime, *, day_only: bool = False) -> Markup:
    """A `<time>` that forms.js turns to local time; naive moments are taken as UTC."""
    if not isinstance(value, datetime):
        return Markup('<time datetime="%s">%s</time>') % (value.isoformat(), day_text(value))
    at = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    if day_only:
        return _html(f'<time class="nowrap" datetime="{at.date().isoformat()}">{day_text(at)}</time>')
    stamp = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return _html(f'<time class="nowrap" datetime="{stamp}">{day_text(at)}, {at:%H:%M}</time>')


def badge(tones: Mapping[str, str] | None = None, *, context: str = STATE) -> Cell:
    """A status pill; `tones` maps values to good, info, warn, bad, accent or "" beyond the words known anyway. `context`
    says translators of a word with another meaning here."""
    return Cell(lambda value, _item: status(value, tones, context), is_badge=True, context=context)


def word(context: str = STATE) -> Cell:
    """One of few words, without the pill of a state: a kind, an audience, a device."""
    return Cell(lambda value, _item: escape(state_text(str(value), context)), context=context)


def name_of_key() -> Cell:
    """A key that is a name in small letters: `velvet` as "Velvet"."""
    return Cell(lambda value, _item: escape(words_of(str(value))))


def status(value: Value, tones: Mapping[str, str] | None = None, context: str = STATE) -> Markup:
    """`pending_review` as a pill "Pending review", in the reader's language and the tone of the word."""
    word = str(value.value if isinstance(value, Enum) else value)
    return _pill(word, (tones or {}).get(word), context, current_language())


@lru_cache(4096)
def _pill(word: str, tone: str | None, context: str, _language: str) -> Markup:
    tone = tone_of(word) if tone is None else tone
    classes = f"badge status badge-{tone}" if tone else "badge status"
    return Markup('<span class="%s">%s</span>') % (classes, state_text(word, context))


def state_text(word: str, context: str = STATE) -> str:
    """The word of a state, a kind, a reason, in the reader's language: "Open" is a state here, and no verb."""
    words = words_of(word)
    return translate(words, context=context)


def link(
    endpoint: str | Callable[[Any], str | None],  # Any: a record of the console's model
    *,
    pk: str = "id",
    label: str = "",
) -> Cell:
    """A link to `endpoint` (or to what the function makes of the record) with the record's `pk` path as key."""

    def draw(value: Value, item: Value) -> Markup:
        text = translate(label) if label else value
        try:
            key = read(item, pk) if item is not None else value
            url = endpoint(item) if callable(endpoint) else url_for(endpoint, pk=key)
        except BuildError:
            url = None
        return Markup('<a href="%s">%s</a>') % (url, text) if url else escape(text if value else "")

    return Cell(draw)


def avatar(*, picture: str = "", note: str = "") -> Cell:
    """A user: initials or the picture at the path `picture`, the name, and a small `note` path below."""

    def draw(value: Value, item: Value) -> Markup:
        url = str(read(item, picture) or "") if picture and item is not None else ""
        small = read(item, note) if note and item is not None else ""
        below = f"<small>{escape(small)}</small>" if small else ""
        return _html(f'<span class="person">{face(value, url)}<span>{escape(value)}{below}</span></span>')

    return Cell(draw)


def face(name: object, picture: str | None = "", size: str = "") -> Markup:
    """A round avatar of initials (the colour follows the name) or of a picture. `size`: sm, lg, xl or empty."""
    parts = str(name).lstrip("@").replace(".", " ").replace("_", " ").split()
    initials = (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else parts[0][1:2])).upper() if parts else "?"
    classes = f"avatar avatar-{crc32(str(name).encode()) % 6}" + (f" avatar-{size}" if size else "")
    inner = f'<img src="{escape(picture)}" alt="">' if picture else escape(initials)
    return _html(f'<span class="{escape(classes)}" aria-hidden="true">{inner}</span>')


def spark(points: Sequence[float]) -> str:
    """The corners of a line through `points`, 100 wide and 24 high, as SVG's `points` has them."""
    low, high, last = min(points), max(points), max(1, len(points) - 1)
    span = (high - low) or 1
    return " ".join(
        f"{at * 100 / last:.1f},{22 - (point - low) * 20 / span:.1f}" for at, point in enumerate(points)
    )


def size() -> Cell:
    """Bytes as kB, MB, GB (decimal)."""
    return Cell(lambda value, _item: escape(size_text(int(value))), numeric=True)


def size_text(count: int) -> str:
    """`1_500_000` as "1.5 MB"."""
    amount, units = float(count), iter(("B", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while abs(amount) >= 1000 and unit != "TB":
        amount, unit = amount / 1000, next(units)
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"


def duration(*, milliseconds: bool = False) -> Cell:
    """Seconds (or milliseconds) as 1:02:03."""
    return Cell(
        lambda value, _item: escape(duration_text(float(value) / (1000 if milliseconds else 1))), numeric=True
    )


def duration_text(seconds: float) -> str:
    """`62.4` as "1:02"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(*, of_one: bool = True) -> Cell:
    """A share (0.25, or 25 with `of_one=False`) as 25.0 %."""
    return Cell(lambda value, _item: escape(share_text(float(value) / (1 if of_one else 100))), numeric=True)


def code() -> Cell:
    """An id or a digest: the end of it in fixed width, the whole on pointing."""

    def draw(value: Value, _item: Value) -> Markup:
        text = str(value)
        short = f"…{text[-8:]}" if len(text) > 16 else text
        return Markup('<span class="mono" title="%s">%s</span>') % (text, short)

    return Cell(draw)


def trace() -> Cell:
    """A trace id: the beginning of it, as a link to the page of the trace."""

    def draw(value: Value, _item: Value) -> Markup:
        return Markup('<a href="/trace/%s" class="mono">%s…</a>') % (value, str(value)[:8])

    return Cell(draw)


def words(names: Mapping[str, str]) -> Cell:
    """A list of codes, each by what it is called in the reader's language."""
    return Cell(
        lambda value, _item: escape(", ".join(translate(names.get(code, code)) for code in value) or "–")
    )


def reason() -> Cell:
    """A reason, or several, in the reader's language (kernel/i18n/reasons.py)."""
    return Cell(
        lambda value, _item: escape(reason_text(value if isinstance(value, str) else "\n".join(value)))
    )


def show(value: Value, *, brief: bool = False) -> Markup:
    """A value of any kind as a user reads it; `brief` for the cell of a list."""
    if value is None or value == "" or (isinstance(value, list | tuple | set | dict) and not value):
        return _nothing(current_language())
    for kinds, drawn in BY_TYPE:
        if isinstance(value, kinds):
            return drawn(value, brief)
    return escape(_cut(str(value), brief=brief))


def _cut(text: str, *, brief: bool) -> str:
    return f"{text[:LONG].rstrip()}…" if brief and len(text) > LONG else text


def _collection(items: list[Record], *, brief: bool) -> Markup:
    shown = items[:MANY] if brief else items
    chips = [_chip(str(item)) for item in shown]
    if len(items) > len(shown):
        chips.append(
            Markup('<span class="muted">%s</span>')
            % gettext("and %(count)s more", count=len(items) - len(shown))
        )
    return _html(f'<span class="row">{" ".join(chips)}</span>')


@lru_cache(4096)
def _chip(word: str) -> Markup:
    return Markup('<span class="badge">%s</span>') % words_of(word)


def _yes_no(value: bool) -> Markup:
    if value:
        return _html(f'<span class="badge status badge-good">{escape(gettext("Yes"))}</span>')
    return _html(f'<span class="muted">{escape(gettext("No"))}</span>')


def _json(value: object, *, brief: bool) -> Markup:
    return Markup("<code>{}</code>").format(
        _cut(json.dumps(value, default=str, ensure_ascii=False), brief=brief)
    )


# In this order: a bool is an int, a datetime is a date. Any: a value of the types beside it.
BY_TYPE: tuple[tuple[type | tuple[type, ...], Callable[[Any, bool], Markup]], ...] = (
    (Markup, lambda value, _brief: value),
    (bool, lambda value, _brief: _yes_no(value)),
    (date, lambda value, _brief: time_text(value)),
    (Enum, lambda value, _brief: escape(state_text(str(value.value)))),
    ((int, float, Decimal), lambda value, _brief: Markup('<span class="num">%s</span>') % number_text(value)),
    (UUID, lambda value, _brief: code()(value)),
    (dict, lambda value, brief: _json(value, brief=brief)),
    ((list, tuple, set), lambda value, brief: _collection(list(value), brief=brief)),
)


def draw(formatter: Formatter | None, value: Value, item: Value = None, *, brief: bool = False) -> Markup:
    """What templates call: the declared cell or formatter where there is one, else the value by its type."""
    source = getattr(item, "seen", None) or getattr(item, "source", item)
    if isinstance(value, Concealed):
        return escape(value)
    if isinstance(formatter, Cell):
        return formatter(value, source)
    return show(formatter(value) if formatter else value, brief=brief)


def is_numeric(formatter: Formatter | None, value: Value) -> bool:
    """Whether a column is aligned at the end."""
    if isinstance(formatter, Cell):
        return formatter.numeric
    return formatter is None and isinstance(value, int | float | Decimal) and not isinstance(value, bool)
