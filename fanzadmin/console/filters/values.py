"""Values of conditions as people type them, turned into what the database compares. Unreadable says what is wrong."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import (
    NumberFormatError,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    list_currencies,
    parse_decimal,
)
from flask_babel import gettext
from sqlalchemy import Boolean, ColumnElement, Date, Enum, Integer, Uuid, and_, or_
from sqlalchemy.orm import Mapper
from sqlalchemy.types import TypeEngine

from fanzadmin.console.data.shapes import Record, Value
from fanzadmin.console.filters.field import Field
from fanzadmin.console.filters.language import Unreadable
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import current_language
from fanzadmin.kernel.ids import is_id

LARGEST = Decimal(10) ** 17
USUAL = 2  # decimal places of most currencies
UNUSUAL = {code: places for code in list_currencies() if (places := get_currency_precision(code)) != USUAL}

_AMOUNT = re.compile(r"([A-Z]{3}\s*)?(-?[\d\s'.,]*\d)\s*([A-Z]{3})?", re.I)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_FRACTION = re.compile(r"\d+\.\d+")
_EXAMPLE = Decimal("49.90")
_SPAN = re.compile(r"(\d{1,4})\s*([hdwmy])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
_MONTHS = {"m": 1, "y": 12}


def number(text: str) -> Decimal:
    """A number in the plain form (`1234.5`), which an address has in every language, else as the reader writes it, else
    with thousands grouped by commas. The filter panel writes what is typed in the plain form. Raises Unreadable."""
    bare = "".join(text.split()).replace("−", "-")
    value = next((read for way in (_plain, _as_reader, _grouped) if (read := way(bare)) is not None), None)
    if value is None:
        raise Unreadable(gettext("“%(text)s” is not a number.", text=text))
    if not value.is_finite() or abs(value) > LARGEST:
        raise Unreadable(gettext("“%(text)s” is not a number that a record can hold.", text=text))
    return value


def _plain(bare: str) -> Decimal | None:
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def _as_reader(bare: str) -> Decimal | None:
    try:
        return parse_decimal(bare, locale=current_language(), strict=True)
    except NumberFormatError:
        return None


def _grouped(bare: str) -> Decimal | None:
    return Decimal(bare.replace(",", "")) if _GROUPED.fullmatch(bare) else None


def as_read(text: str) -> str:
    """A number or an amount of an address with the reader's decimal sign: `49.95 EUR` as `49,95 EUR`."""
    point = get_decimal_symbol(current_language())
    return _FRACTION.sub(lambda match: match[0].replace(".", point), text)


def amounts(
    field: Field, values: Iterable[str], compare: Callable[..., ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Compare minor units with amounts in major units: `50` is 50.00 of each row's own currency, `50 EUR` only euros."""
    read = [_amount(value) for value in values]
    codes = {code for _, code in read if code}
    if len(codes) > 1:
        raise Unreadable(gettext("Amounts of two currencies cannot be compared."))
    majors = sorted(major for major, _ in read)

    def compared(places: int) -> ColumnElement[bool]:
        return compare(field.column, *(major.scaleb(places) for major in majors))

    fixed = field.currency if re.fullmatch(r"[A-Z]{3}", field.currency) else ""
    requested = codes.pop() if codes else fixed
    if requested and requested not in list_currencies():
        raise Unreadable(gettext("“%(wanted)s” is not a currency.", wanted=requested))
    if requested == fixed and fixed:
        return compared(get_currency_precision(fixed))
    if fixed:
        raise Unreadable(gettext("These amounts are in %(fixed)s.", fixed=fixed))
    if requested:
        return and_(_in_currency(field, [requested]), compared(get_currency_precision(requested)))
    return _of_each_currency(field, compared)


def _amount(text: str) -> tuple[Decimal, str]:
    match = _AMOUNT.fullmatch(_with_code(text.strip()))
    if match is None:
        example = format_decimal(_EXAMPLE, "#,##0.00", locale=current_language())
        raise Unreadable(
            gettext("“%(text)s” is not an amount such as %(example)s.", text=text, example=example)
        )
    return number(match[2].replace("'", "")), (match[1] or match[3] or "").strip().upper()


def _with_code(text: str) -> str:
    """The amount with the code in place of the currency's sign, as lists show it to the reader."""
    for sign, code in _signs(current_language()):
        if text.startswith(sign):
            return code + text.removeprefix(sign)
        if text.endswith(sign):
            return text.removesuffix(sign) + code
    return text


@lru_cache
def _signs(language: str) -> tuple[tuple[str, str], ...]:
    """The signs of currencies that are no codes, the longest first: `R$` ends as `$` does."""
    signs = {get_currency_symbol(code, locale=language): code for code in sorted(list_currencies())}
    return tuple(
        sorted(((sign, code) for sign, code in signs.items() if sign != code), key=lambda pair: -len(pair[0]))
    )


def _of_each_currency(field: Field, compared: Callable[[int], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Every row by the decimal places of its own currency."""
    if not field.currency:
        return compared(USUAL)
    others: dict[int, list[str]] = {}
    for code in _unusual_in_use(field):
        others.setdefault(UNUSUAL[code], []).append(code)
    if not others:
        return compared(USUAL)
    clauses = [and_(_in_currency(field, codes), compared(places)) for places, codes in others.items()]
    every = [code for codes in others.values() for code in codes]
    return or_(and_(~_in_currency(field, every), compared(USUAL)), *clauses)


def _unusual_in_use(field: Field) -> list[str]:
    """The currencies without two decimal places that rows can have: asked of the small table that names them."""
    path = field.currency.split(".")
    if len(path) == 1:
        return sorted(UNUSUAL)
    mapper: Mapper[Record] = field.column.property.parent
    for name in path[:-1]:
        mapper = mapper.relationships[name].mapper
    column = mapper.class_.__dict__[path[-1]]
    return sorted(code for (code,) in session.query(column).filter(column.in_(sorted(UNUSUAL))).distinct())


def _in_currency(field: Field, codes: list[str]) -> ColumnElement[bool]:
    """Whether a row's currency, at the dotted path of the cell, is one of these."""
    mapper: Mapper[Record] = field.column.property.parent
    if not field.currency:
        raise Unreadable(gettext("These amounts have no currency of their own; leave it out."))

    def within(mapper: Mapper[Record], path: list[str]) -> ColumnElement[bool]:
        attribute = getattr(mapper.class_, path[0])
        if len(path) == 1:
            clause: ColumnElement[bool] = attribute.in_(codes)
            return clause
        inner = within(mapper.relationships[path[0]].mapper, path[1:])
        has: ColumnElement[bool] = attribute.has(inner)
        return has

    return within(mapper, field.currency.split("."))


def day(text: str) -> tuple[datetime, timedelta]:
    """When a day or a minute begins, in UTC, and how long it is. Raises Unreadable."""
    plain = text.strip().replace(" ", "T", 1)
    try:
        if len(plain) == len("2026-11-22"):
            return datetime.combine(date.fromisoformat(plain), time(), UTC), timedelta(days=1)
        at = datetime.fromisoformat(plain.replace("Z", "+00:00"))
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(gettext("“%(text)s” is not a day such as 2026-11-22.", text=text)) from None
    exact = bool(at.second or at.microsecond)
    return at, timedelta(seconds=1) if exact else timedelta(minutes=1)


def first_and_next(field: Field, text: str) -> tuple[date, date]:
    """The first moment (or day) of what was typed, and the first after it."""
    begin, length = day(text)
    try:
        after = begin + length
    except OverflowError:
        raise Unreadable(gettext("“%(text)s” is not a day that a record can hold.", text=text)) from None
    if not isinstance(field.column.type, Date):
        return begin, after
    return begin.date(), max(after.date(), begin.date() + timedelta(days=1))


def span(field: Field, text: str, *, past: bool) -> tuple[date, date]:
    """`7d`, `2w`, `3m`, `1y` or `12h` before (or after) now, as the two ends."""
    match = _SPAN.fullmatch(text.strip().lower())
    if match is None:
        raise Unreadable(gettext("“%(text)s” is not a length of time such as 7d, 2w, 3m or 1y.", text=text))
    now = clock.now()
    try:
        other = _moved(now, int(match[1]) * (-1 if past else 1), match[2])
    except (ValueError, OverflowError):
        raise Unreadable(gettext("“%(text)s” reaches beyond the calendar.", text=text)) from None
    ends = (other, now) if past else (now, other)
    return (ends[0].date(), ends[1].date()) if isinstance(field.column.type, Date) else ends


def _moved(at: datetime, count: int, unit: str) -> datetime:
    """The moment `count` units later; the 31st of a shorter month is its last day."""
    if unit in _HOURS:
        return at + timedelta(hours=count * _HOURS[unit])
    years, month = divmod(at.year * 12 + at.month - 1 + count * _MONTHS[unit], 12)
    return at.replace(year=years, month=month + 1, day=min(at.day, monthrange(years, month + 1)[1]))


def ids(values: Iterable[str]) -> list[str]:
    """Ids as the platform writes them. Raises Unreadable."""
    plain = [value.strip().lower() for value in values]
    wrong = next((value for value in plain if not is_id(value)), None)
    if wrong is not None:
        raise Unreadable(gettext("“%(wrong)s” is not an id.", wrong=wrong))
    return plain


def keys(field: Field, values: Iterable[str], kind: TypeEngine[Value] | None = None) -> Sequence[Value]:
    """Values of a column (or of a related table's key of the type `kind`). Raises Unreadable."""
    kind = kind or field.column.type
    if isinstance(kind, Uuid):
        return ids(values)
    if isinstance(kind, Enum):
        return [_member(kind, value) for value in values]
    if isinstance(kind, Integer) and not isinstance(kind, Boolean):
        return [int(number(value)) for value in values]
    return list(values)


def _member(kind: Enum, value: str) -> object:
    """An enum's member by its name or value, or the plain word of an enum of words."""
    if kind.enum_class is None:
        if value not in kind.enums:
            raise Unreadable(gettext("there is no “%(value)s”.", value=value))
        return value
    for member in kind.enum_class:
        if value in {member.name, str(member.value)}:
            return member
    raise Unreadable(gettext("there is no “%(value)s”.", value=value))
