"""The finance board: one currency at a time; amounts of different currencies never meet."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from dash import html
from dash.development.base_component import Component
from flask_babel import gettext, ngettext, pgettext
from flask_babel import lazy_gettext as _

from dashboards import theme
from dashboards.parts import badge, major, month_name, number, table, tenth, whole
from dashboards.scope import Scope
from dashboards.shell import Board, Card, Drawn, Feed
from fanzadmin.contracts.crm import People
from fanzadmin.finance import queries as finance
from fanzadmin.finance.queries import PayoutFigures, Revenue
from fanzadmin.finance.rights import FINANCE_BOARD_READ
from fanzadmin.kernel.i18n.languages import STATE, money_text, translate
from fanzadmin.kernel.ports import ask

PURPOSES = {"subscription": _("Subscriptions"), "unlock": _("Unlocks"), "tip": _("Tips")}
PAYOUTS = {"requested": "--series-4", "approved": "--series-2", "paid": "--series-3", "refused": "--bad"}
NOTHING_PAID = _("Nothing was paid in this period.")


def money(scope: Scope) -> tuple[Drawn, ...]:
    """What was paid, who got which part, and for what."""
    rows = finance.revenue_by_day(scope.since, scope.now, clusters=scope.clusters)
    rows = tuple(row for row in rows if row.currency == scope.currency)
    return _numbers(scope, rows), _shares(scope, rows), _purposes(scope, rows)


def _numbers(scope: Scope, rows: Iterable[Revenue]) -> Drawn:
    gross, processor, platform, creators = _totals(rows)
    running = [
        row for row in finance.recurring_revenue(clusters=scope.clusters) if row.currency == scope.currency
    ]
    monthly = sum(row.mrr_minor for row in running)
    paying = sum(row.subscriptions for row in running)

    def amount(minor: int) -> str:
        return _money(minor, scope)

    return Drawn(
        [
            number(
                gettext("Gross"),
                amount(gross),
                gettext("settled in %(days)s days, refunds left out", days=scope.days),
            ),
            number(gettext("Creators' share"), amount(creators), _share(creators, gross)),
            number(gettext("Platform fee"), amount(platform), _share(platform, gross)),
            number(gettext("Processor fee"), amount(processor), _share(processor, gross)),
            number(gettext("Monthly recurring"), amount(monthly), _running(paying)),
        ]
    )


def _running(paying: int) -> str:
    many = whole(paying)
    return str(ngettext("%(many)s subscription renews", "%(many)s subscriptions renew", paying, many=many))


def _shares(scope: Scope, rows: Iterable[Revenue]) -> Drawn:
    by_day: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        for at, part in enumerate((row.creator_minor, row.platform_fee_minor, row.processor_fee_minor)):
            by_day[row.day][at] += part
    names = (gettext("Creators' share"), gettext("Platform fee"), gettext("Processor fee"))
    traces = [
        theme.bars(
            name, scope.dates, [_axis(by_day[day][at], scope) for day in scope.dates], theme.SERIES[at]
        )
        for at, name in enumerate(names)
    ]
    figure = theme.figure(traces, empty=str(NOTHING_PAID), stacked=True, money=True)
    return Drawn(
        figure,
        gettext("The three parts of each day stand on each other: together they are the gross."),
        scope.currency,
    )


def _purposes(scope: Scope, rows: Iterable[Revenue]) -> Drawn:
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row.purpose] += row.gross_minor
    order = sorted(sums, key=lambda purpose: -sums[purpose])
    figure = theme.lying_figure(
        [
            theme.lying_bars(
                gettext("Gross"),
                [_purpose(purpose) for purpose in order],
                [_axis(sums[purpose], scope) for purpose in order],
                "--series-1",
            )
        ],
        empty=str(NOTHING_PAID),
        money=True,
    )
    note = "; ".join(f"{_purpose(purpose)} {_money(sums[purpose], scope)}" for purpose in order)
    return Drawn(figure, f"{note}." if note else "", scope.currency)


def _purpose(code: str) -> str:
    return str(PURPOSES.get(code, code))


def by_cluster(scope: Scope) -> tuple[Drawn]:
    """Every cluster that the user may see, each in its own currency."""
    running = {
        (row.cluster, row.currency): row.mrr_minor
        for row in finance.recurring_revenue(clusters=scope.allowed)
    }
    rows = finance.revenue_by_cluster(scope.since, scope.now, clusters=scope.allowed)
    lines = [
        (
            _books_name(scope, row.cluster, row.currency),
            whole(row.payments),
            money_text(row.gross_minor, row.currency),
            money_text(row.processor_fee_minor, row.currency),
            money_text(row.platform_fee_minor, row.currency),
            money_text(row.creator_minor, row.currency),
            money_text(running.get((row.cluster, row.currency), 0), row.currency),
        )
        for row in rows
    ]
    headings = (
        gettext("Cluster"),
        gettext("Payments"),
        gettext("Gross"),
        gettext("Processor fee"),
        gettext("Platform fee"),
        gettext("Creators' share"),
        gettext("Monthly recurring"),
    )
    mixed = len({row.currency for row in rows}) > 1
    note = gettext("Currencies are not added together.") if mixed else ""
    return (Drawn(table(headings, lines, numeric=1, empty=str(NOTHING_PAID)), note),)


def recurring(scope: Scope) -> tuple[Drawn]:
    """Monthly recurring revenue, month by month."""
    rows = finance.recurring_revenue_by_month(scope.since, scope.now, clusters=scope.clusters)
    sums: dict[date, int] = defaultdict(int)
    for row in rows:
        if row.currency == scope.currency:
            sums[row.month] += row.mrr_minor
    months = sorted(sums)
    figure = theme.figure(
        [
            theme.bars(
                gettext("Monthly recurring"),
                [month_name(month) for month in months],
                [_axis(sums[month], scope) for month in months],
                "--series-5",
            )
        ],
        empty=gettext("No subscription renews."),
        money=True,
        xaxis=theme.categories(),
    )
    now = sums[months[-1]] if months else 0
    return (
        Drawn(
            figure,
            gettext("At each month's end; %(amount)s now.", amount=_money(now, scope)) if months else "",
            gettext("%(currency)s a month", currency=scope.currency),
        ),
    )


def payouts(scope: Scope) -> tuple[Drawn]:
    """What creators asked to be paid, and how far that is."""
    rows = [
        row
        for row in finance.payouts_by_month(scope.since, clusters=scope.clusters)
        if row.currency == scope.currency
    ]
    months = sorted({row.month for row in rows})
    sums = _payout_sums(rows)
    traces = [
        theme.bars(
            translate(state.capitalize(), context=STATE),
            [month_name(month) for month in months],
            [_axis(sums.get((month, state), 0), scope) for month in months],
            colour,
        )
        for state, colour in PAYOUTS.items()
    ]
    figure = theme.figure(
        traces,
        empty=gettext("No payout was requested in this period."),
        stacked=True,
        money=True,
        xaxis=theme.categories(),
    )
    waiting = sum(
        row.amount_minor
        for row in finance.payouts_waiting(clusters=scope.clusters)
        if row.currency == scope.currency
    )
    note = gettext("%(amount)s wait to be paid, whenever they were requested.", amount=_money(waiting, scope))
    return (Drawn(figure, note if rows or waiting else "", scope.currency),)


def costs(scope: Scope) -> tuple[Drawn]:
    """What the platform itself spent."""
    rows = [
        row
        for row in finance.costs_by_month(scope.since, scope.now, clusters=scope.clusters)
        if row.currency == scope.currency
    ]
    labels = {
        "storage_cost": pgettext("costs", "Storage"),
        "processing_cost": pgettext("costs", "Processing"),
    }
    sums: dict[tuple[date, str], int] = defaultdict(int)
    for row in rows:
        sums[row.month, row.code] += row.amount_minor
    months = sorted({row.month for row in rows})
    traces = [
        theme.bars(
            label,
            [month_name(month) for month in months],
            [_axis(sums[month, code], scope) for month in months],
            colour,
        )
        for (code, label), colour in zip(labels.items(), theme.SERIES[3:5], strict=True)
    ]
    figure = theme.figure(
        traces,
        empty=gettext("No storage or processing was booked in this period."),
        stacked=True,
        money=True,
        xaxis=theme.categories(),
    )
    note = gettext("%(amount)s in all.", amount=_money(sum(sums.values()), scope)) if rows else ""
    return (Drawn(figure, note, scope.currency),)


def books(scope: Scope) -> tuple[Drawn]:
    """Whether debits and credits are the same, in each currency by itself."""
    rows = finance.books_sums(clusters=scope.allowed)
    lines = [
        (
            _books_name(scope, row.cluster, row.currency),
            _verdict(row.debits_minor - row.credits_minor, row.currency),
            whole(row.postings),
            money_text(row.debits_minor, row.currency),
            money_text(row.credits_minor, row.currency),
        )
        for row in rows
    ]
    right = all(row.debits_minor == row.credits_minor for row in rows)
    note = (
        gettext("Debits and credits are the same.")
        if right
        else gettext("The books are broken: tell Finance and Operations.")
    )
    headings = (
        pgettext("accounting", "Books"),
        gettext("State"),
        gettext("Postings"),
        pgettext("accounting", "Debits"),
        pgettext("accounting", "Credits"),
    )
    empty = gettext("Nothing was booked yet.")
    return (Drawn(table(headings, lines, numeric=2, empty=empty), note if rows else ""),)


def earners(scope: Scope) -> tuple[Drawn]:
    """Who earned most."""
    rows = [
        row
        for row in finance.top_creators(scope.since, scope.now, clusters=scope.clusters)
        if row.currency == scope.currency
    ]
    creators = ask(People).creators(tuple(row.creator_id for row in rows))
    lines = [
        (
            creators[row.creator_id].name if row.creator_id in creators else gettext("A creator who is gone"),
            scope.name_of(row.cluster),
            whole(row.payments),
            _money(row.gross_minor, scope),
            _money(row.creator_minor, scope),
        )
        for row in rows
    ]
    headings = (
        gettext("Creator"),
        gettext("Cluster"),
        gettext("Payments"),
        gettext("Gross"),
        gettext("Creator's share"),
    )
    return (Drawn(table(headings, lines, numeric=2, empty=str(NOTHING_PAID)), unit=scope.currency),)


def _payout_sums(rows: Iterable[PayoutFigures]) -> dict[tuple[date, str], int]:
    sums: dict[tuple[date, str], int] = defaultdict(int)
    for row in rows:
        sums[row.month, row.state] += row.amount_minor
    return sums


def _totals(rows: Iterable[Revenue]) -> tuple[int, int, int, int]:
    """Gross, processor fee, platform fee, creators' share."""
    payments = tuple(rows)
    return (
        sum(row.gross_minor for row in payments),
        sum(row.processor_fee_minor for row in payments),
        sum(row.platform_fee_minor for row in payments),
        sum(row.creator_minor for row in payments),
    )


def _books_name(scope: Scope, cluster: str, currency: str) -> str | Component:
    return html.Span([scope.name_of(cluster), " ", html.Small(currency)])


def _verdict(difference_minor: int, currency: str) -> str | Component:
    if difference_minor == 0:
        return badge(gettext("Balanced"), "good")
    return badge(gettext("Off by %(amount)s", amount=money_text(difference_minor, currency)), "bad")


def _money(minor: int, scope: Scope) -> str:
    return money_text(minor, scope.currency) if scope.currency else "–"


def _axis(minor: int, scope: Scope) -> float:
    return major(minor, scope.currency)


def _share(part: int, total: int) -> str:
    if not total:
        return str(gettext("no gross"))
    return str(gettext("%(percent)s %% of gross", percent=tenth(100 * part / total)))


BOARD = Board(
    name="finance",
    title=_("Finance"),
    lede=_("What fans pay, who gets it, and whether the books are right."),
    right=FINANCE_BOARD_READ,
    money=True,
    feeds=(
        Feed(
            money,
            (
                Card("money-numbers", _("In short"), "", kind="numbers"),
                Card("shares", _("Settled payments by day and who gets them"), "", wide=True),
                Card("purposes", _("Gross by purpose"), ""),
            ),
        ),
        Feed(recurring, (Card("recurring", _("Monthly recurring revenue"), ""),)),
        Feed(payouts, (Card("payouts", _("Payouts by month requested and state"), ""),)),
        Feed(costs, (Card("costs", _("What storage and processing cost"), ""),)),
        Feed(
            by_cluster,
            (
                Card(
                    "by-cluster",
                    _("Money by cluster"),
                    _("each in its own currency"),
                    kind="table",
                    wide=True,
                ),
            ),
        ),
        Feed(books, (Card("books", _("Books check"), _("debits = credits"), kind="table", wide=True),)),
        Feed(earners, (Card("earners", _("Creators who earned most"), "", kind="table", wide=True),)),
    ),
)
