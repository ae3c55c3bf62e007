"""Number cards above a list: how many, how much, how old, each a click away from its rows.

    cards = (
        Card("Waiting", q="state:any:requested,approved"),
        Card("To pay", q="state:any:approved", total="amount_minor"),
        Card("Waiting longest", q="state:any:requested", oldest="requested_at"),
        Card("New", since="created_at", days=7),              # beside the 7 days before
    )

They say of the whole list, whatever it is filtered by, under the rules of the current user: so that a card is what
its click leads to. The page asks for them after it is there; each has its time, and says when it is an estimate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import format_timedelta, gettext
from sqlalchemy import func, null
from sqlalchemy.orm import Query
from werkzeug.datastructures import MultiDict

from fanzadmin.console.data.counting import Count
from fanzadmin.console.data.shapes import Record
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.console.filters.language import Condition, Group, parse, write
from fanzadmin.console.registry import may
from fanzadmin.console.search.mixin import Finding
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import money_text

CARD_TIMEOUT = 600  # ms of each statement of a card
AMOUNTS = 3  # currencies that a card names, the one of most rows first and large


@dataclass(frozen=True, slots=True)
class Card:
    """`q` chooses the rows as a list's address does. `total` sums a column of minor units by the `currency` (a path);
    `oldest` is the moment whose age is said; `since` counts the last `days` of that moment beside the days before.
    `good_when` (up, down, or "" for neither) says which way is welcome. `waits` names the ability by which someone
    deals with the rows: the front page says whoever has it of them (console/inbox.py)."""

    label: str
    q: str = ""
    total: str = ""
    currency: str = "currency"
    oldest: str = ""
    since: str = ""
    days: int = 7
    good_when: str = ""
    icon: str = ""
    waits: str = ""

    @property
    def group(self) -> Group:
        """The rows that the card says of, as its click selects them."""
        group = parse(self.q)
        if not self.since:
            return group
        parts = group.parts if group.every else (group,)
        return Group((*parts, Condition(self.since, "last", (f"{self.days}d",))))

    @property
    def columns(self) -> set[str]:
        """Every column that the card says something of."""
        names = {condition.column for condition in self.group.conditions()}
        return names | {name for name in (self.total, self.oldest) if name}


@dataclass(frozen=True, slots=True)
class Figure:
    """What a card says. `trend` is the change in percent beside the days before, None where none is said."""

    card: Card
    url: str
    value: str = ""
    note: str = ""
    trend: float | None = None


class NumberCards(Finding):
    """The cards above a list."""

    RIGHTS: ClassVar[dict[str, str]] = {"card_figures": "read"}

    cards: ClassVar[Sequence[Card]] = ()

    def offered_cards(self) -> list[Figure]:
        """The cards that the current user may see, without their figures: none says of a column kept from them."""
        allowed = set(self.columns_for("search"))
        return [
            Figure(card, self.address(MultiDict(), q=write(card.group)))
            for card in self.cards
            if card.columns - {card.total} <= allowed and self._may_sum(card.total)
        ]

    def _may_sum(self, column: str) -> bool:
        return not column or (column in self.columns_for("export") and not self.is_masked(column))

    @expose("/finding/cards")
    @has_access
    def card_figures(self) -> ResponseReturnValue:
        """The cards with their figures, drawn."""
        figures = [self._figure(figure) for figure in self.offered_cards()]
        page = render_template("console/_cards.html", figures=figures, late=False)
        return page, {"Cache-Control": "no-store"}

    def waiting_cards(self) -> Iterator[tuple[Figure, Count | None]]:
        """The cards whose rows wait for the current user, with how many there are; None where that takes too long."""
        for figure in self.offered_cards():
            if figure.card.waits and may(figure.card.waits, self.resource):
                query = self.matching(MultiDict({"q": write(figure.card.group)})).order_by(None)
                yield (
                    figure,
                    with_statement_timeout(
                        CARD_TIMEOUT, partial(self.datamodel.count, query), subject=figure.url
                    ),
                )

    def _figure(self, figure: Figure) -> Figure:
        card = figure.card
        query = self.matching(MultiDict({"q": write(card.group)})).order_by(None)
        measure = self._sum if card.total else self._age if card.oldest else self._count
        result = with_statement_timeout(
            CARD_TIMEOUT, lambda: measure(card, query), subject=f"card {card.label} of {self.endpoint}"
        )
        value, note, trend = result or ("–", gettext("takes too long to count"), None)
        return Figure(card, figure.url, value, note, trend)

    def _count(self, card: Card, query: Query[Record]) -> tuple[str, str, float | None]:
        count: Count = self.datamodel.count(query)
        if not card.since:
            return str(count), "", None
        before: Count = self.datamodel.count(self._days_before(card))
        note = gettext("in %(days)s days", days=card.days)
        if count.about or before.about or not before:
            return str(count), note, None
        return str(count), note, 100 * (count - before) / before

    def _days_before(self, card: Card) -> Query[Record]:
        """The rows of the days before those that a card says of."""
        moment = self.fields[card.since].column
        end = clock.now() - timedelta(days=card.days)
        first, last = end - timedelta(days=card.days), end
        rows = self.matching(MultiDict({"q": card.q})).order_by(None)
        return rows.filter(moment >= first, moment < last)

    def _sum(self, card: Card, query: Query[Record]) -> tuple[str, str, float | None]:
        order = self.datamodel.order(card.currency)
        for step in order.joins:
            query = query.outerjoin(step)
        currency = null() if order.expression is None else order.expression
        amount = func.sum(getattr(self.datamodel.obj, card.total))
        sums = (
            query.with_entities(currency, amount)
            .group_by(currency)
            .order_by(func.count().desc())
            .limit(AMOUNTS + 1)
        )
        amounts = [money_text(int(total), code) for code, total in session.execute(sums.statement) if code]
        others = amounts[1:AMOUNTS] + ([gettext("and more")] if len(amounts) > AMOUNTS else [])
        return amounts[0] if amounts else "0", " · ".join(others), None

    def _age(self, card: Card, query: Query[Record]) -> tuple[str, str, float | None]:
        first = query.with_entities(func.min(self.fields[card.oldest].column)).scalar()
        if first is None:
            return gettext("none"), "", None
        return "".join(_age(first)), "", None


def _age(first: date | datetime) -> Iterator[str]:
    now = clock.now()
    yield format_timedelta(now - first if isinstance(first, datetime) else now.date() - first)
