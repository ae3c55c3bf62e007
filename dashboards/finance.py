"""The finance board: one currency at a time; amounts of different currencies never meet."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from dash import html

from dashboards import theme
from dashboards.parts import badge, major, number, table, whole
from dashboards.scope import Scope
from dashboards.shell import Board, Card, Drawn, Feed
from fanzadmin.contracts.crm import People
from fanzadmin.finance import queries as finance
from fanzadmin.finance.queries import PayoutFigures, Revenue
from fanzadmin.kernel.money import format_money
from fanzadmin.kernel.ports import ask
from security.rbac import Right

PURPOSES = {"subscription": "Subscriptions", "unlock": "Unlocks", "tip": "Tips"}
PAYOUTS = {"requested": "--series-4", "approved": "--series-2", "paid": "--series-3", "refused": "--bad"}
COSTS = {"storage_cost": "Storage", "processing_cost": "Processing"}
NOTHING_PAID = "Nothing was paid in this period."


def money(scope: Scope) -> tuple[Drawn, ...]:
    """What was paid, who got which part, and for what."""
    rows = finance.revenue_by_day(scope.since, scope.now, clusters=scope.clusters)
    rows = tuple(row for row in rows if row.currency == scope.currency)
    return _numbers(scope, rows), _shares(scope, rows), _purposes(scope, rows)


def _numbers(scope: Scope, rows: Iterable[Revenue]) -> Drawn:
    gross, processor, platform, creators = _totals(rows)
    running = [
        one for one in finance.recurring_revenue(clusters=scope.clusters) if one.currency == scope.currency
    ]
    monthly = sum(one.mrr_minor for one in running)
    paying = sum(one.subscriptions for one in running)

    def said(minor: int) -> str:
        return _money(minor, scope)

    return Drawn(
        [
            number("Gross", said(gross), f"settled in {scope.days} days"),
            number("Creators' share", said(creators), _share(creators, gross)),
            number("Platform fee", said(platform), _share(platform, gross)),
            number("Processor fee", said(processor), _share(processor, gross)),
            number("Monthly recurring", said(monthly), f"{whole(paying)} running subscriptions"),
        ]
    )


def _shares(scope: Scope, rows: Iterable[Revenue]) -> Drawn:
    by_day: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        for at, part in enumerate((row.creator_minor, row.platform_fee_minor, row.processor_fee_minor)):
            by_day[row.day][at] += part
    names = ("Creators' share", "Platform fee", "Processor fee")
    traces = [
        theme.bars(
            name, scope.dates, [_axis(by_day[day][at], scope) for day in scope.dates], theme.SERIES[at]
        )
        for at, name in enumerate(names)
    ]
    figure = theme.figure(traces, empty=NOTHING_PAID, stacked=True, money=True)
    return Drawn(
        figure,
        "The three parts of each day stand on each other: together they are the gross.",
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
                "Gross",
                [PURPOSES.get(purpose, purpose) for purpose in order],
                [_axis(sums[purpose], scope) for purpose in order],
                "--series-1",
            )
        ],
        empty=NOTHING_PAID,
        money=True,
    )
    told = "; ".join(f"{PURPOSES.get(one, one)} {_money(sums[one], scope)}" for one in order)
    return Drawn(figure, f"{told}." if told else "", scope.currency)


def by_cluster(scope: Scope) -> tuple[Drawn]:
    """Every cluster that the person may see, each in its own currency."""
    running = {
        (one.cluster, one.currency): one.mrr_minor
        for one in finance.recurring_revenue(clusters=scope.allowed)
    }
    found = finance.revenue_by_cluster(scope.since, scope.now, clusters=scope.allowed)
    lines = [
        (
            _books_name(scope, one.cluster, one.currency),
            whole(one.payments),
            format_money(one.gross_minor, one.currency),
            format_money(one.processor_fee_minor, one.currency),
            format_money(one.platform_fee_minor, one.currency),
            format_money(one.creator_minor, one.currency),
            format_money(running.get((one.cluster, one.currency), 0), one.currency),
        )
        for one in found
    ]
    headings = (
        "Cluster",
        "Payments",
        "Gross",
        "Processor fee",
        "Platform fee",
        "Creators' share",
        "Monthly recurring",
    )
    note = "Currencies are not added together." if len({one.currency for one in found}) > 1 else ""
    return (Drawn(table(headings, lines, numeric=1, empty=NOTHING_PAID), note),)


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
                "Monthly recurring",
                [f"{month:%b %Y}" for month in months],
                [_axis(sums[month], scope) for month in months],
                "--series-5",
            )
        ],
        empty="There are no running subscriptions.",
        money=True,
        xaxis=theme.categories(),
    )
    now = sums[months[-1]] if months else 0
    return (
        Drawn(
            figure,
            f"At each month's end; {_money(now, scope)} now." if months else "",
            f"{scope.currency} a month",
        ),
    )


def payouts(scope: Scope) -> tuple[Drawn]:
    """What creators asked to be paid, and how far that is."""
    rows = [
        one
        for one in finance.payouts_by_month(scope.since, clusters=scope.clusters)
        if one.currency == scope.currency
    ]
    months = sorted({one.month for one in rows})
    found = _payout_sums(rows)
    traces = [
        theme.bars(
            state.capitalize(),
            [f"{month:%b %Y}" for month in months],
            [_axis(found.get((month, state), 0), scope) for month in months],
            colour,
        )
        for state, colour in PAYOUTS.items()
    ]
    figure = theme.figure(
        traces,
        empty="No payout was requested in this period.",
        stacked=True,
        money=True,
        xaxis=theme.categories(),
    )
    waiting = sum(one.amount_minor for one in rows if one.state in {"requested", "approved"})
    return (Drawn(figure, f"{_money(waiting, scope)} wait to be paid." if rows else "", scope.currency),)


def costs(scope: Scope) -> tuple[Drawn]:
    """What the platform itself spent."""
    rows = [
        one
        for one in finance.costs_by_month(scope.since, scope.now, clusters=scope.clusters)
        if one.currency == scope.currency
    ]
    sums: dict[tuple[date, str], int] = defaultdict(int)
    for one in rows:
        sums[one.month, one.code] += one.amount_minor
    months = sorted({one.month for one in rows})
    traces = [
        theme.bars(
            label,
            [f"{month:%b %Y}" for month in months],
            [_axis(sums[month, code], scope) for month in months],
            colour,
        )
        for (code, label), colour in zip(COSTS.items(), theme.SERIES[3:5], strict=True)
    ]
    figure = theme.figure(
        traces,
        empty="No storage or processing was booked in this period.",
        stacked=True,
        money=True,
        xaxis=theme.categories(),
    )
    return (Drawn(figure, f"{_money(sum(sums.values()), scope)} in all." if rows else "", scope.currency),)


def books(scope: Scope) -> tuple[Drawn]:
    """Whether debits and credits are the same, in each currency by itself."""
    rows = finance.books_sums(clusters=scope.allowed)
    lines = [
        (
            _books_name(scope, one.cluster, one.currency),
            _verdict(one.debits_minor - one.credits_minor, one.currency),
            whole(one.postings),
            format_money(one.debits_minor, one.currency),
            format_money(one.credits_minor, one.currency),
        )
        for one in rows
    ]
    right = all(one.debits_minor == one.credits_minor for one in rows)
    note = (
        "Debits and credits are the same." if right else "The books are broken: tell Finance and Operations."
    )
    headings = ("Books", "State", "Postings", "Debits", "Credits")
    return (Drawn(table(headings, lines, numeric=2, empty="Nothing was booked yet."), note if rows else ""),)


def earners(scope: Scope) -> tuple[Drawn]:
    """Who earned most."""
    rows = [
        one
        for one in finance.top_creators(scope.since, scope.now, clusters=scope.clusters)
        if one.currency == scope.currency
    ]
    known = ask(People).creators(tuple(one.creator_id for one in rows))
    lines = [
        (
            known[one.creator_id].name if one.creator_id in known else "A creator who is gone",
            scope.name_of(one.cluster),
            whole(one.payments),
            _money(one.gross_minor, scope),
            _money(one.creator_minor, scope),
        )
        for one in rows
    ]
    headings = ("Creator", "Cluster", "Payments", "Gross", "Creator's share")
    return (Drawn(table(headings, lines, numeric=2, empty=NOTHING_PAID), unit=scope.currency),)


def _payout_sums(rows: Iterable[PayoutFigures]) -> dict[tuple[date, str], int]:
    sums: dict[tuple[date, str], int] = defaultdict(int)
    for one in rows:
        sums[one.month, one.state] += one.amount_minor
    return sums


def _totals(rows: Iterable[Revenue]) -> tuple[int, int, int, int]:
    """Gross, processor fee, platform fee, creators' share."""
    found = tuple(rows)
    return (
        sum(row.gross_minor for row in found),
        sum(row.processor_fee_minor for row in found),
        sum(row.platform_fee_minor for row in found),
        sum(row.creator_minor for row in found),
    )


def _books_name(scope: Scope, cluster: str, currency: str) -> object:
    return html.Span([scope.name_of(cluster), " ", html.Small(currency)])


def _verdict(difference_minor: int, currency: str) -> object:
    if difference_minor == 0:
        return badge("Balanced", "good")
    return badge(f"Off by {format_money(difference_minor, currency)}", "bad")


def _money(minor: int, scope: Scope) -> str:
    return format_money(minor, scope.currency) if scope.currency else "–"


def _axis(minor: int, scope: Scope) -> float:
    return major(minor, scope.currency)


def _share(part: int, total: int) -> str:
    return f"{100 * part / total:.1f} % of gross" if total else "no gross"


BOARD = Board(
    name="finance",
    title="Finance",
    lede="What fans pay, who gets it, and whether the books are right.",
    right=Right.FINANCE_BOARD_READ,
    money=True,
    feeds=(
        Feed(
            money,
            (
                Card("money-numbers", "In short", "", kind="numbers"),
                Card("shares", "Settled payments by day and who gets them", "", wide=True),
                Card("purposes", "Gross by purpose", ""),
            ),
        ),
        Feed(recurring, (Card("recurring", "Monthly recurring revenue", ""),)),
        Feed(payouts, (Card("payouts", "Payouts by month requested and state", ""),)),
        Feed(costs, (Card("costs", "What storage and processing cost", ""),)),
        Feed(
            by_cluster,
            (Card("by-cluster", "Money by cluster", "each in its own currency", kind="table", wide=True),),
        ),
        Feed(books, (Card("books", "Books check", "debits = credits", kind="table", wide=True),)),
        Feed(earners, (Card("earners", "Creators who earned most", "", kind="table", wide=True),)),
    ),
)
