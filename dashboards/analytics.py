"""The analytics board: how the creators and their audience grow."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from dash import html

from dashboards import forecast, theme
from dashboards.parts import number, signed, table, whole
from dashboards.scope import Scope
from dashboards.shell import Board, Card, Drawn, Feed
from fanzadmin.crm.queries.board import ClusterDay, days_by_cluster, growth_by_cluster, top_growth
from fanzadmin.kernel.money import format_money
from fanzadmin.media.queries import published_by_kind
from fanzadmin.social.queries import HourResponse, response_by_hour
from security.rbac import Right

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
AUDIENCES = {"public": "Everyone", "subscribers": "Subscribers", "ppv": "Pay-per-view"}
LEARNED_DAYS = 180
ENOUGH_POSTS = 3
PRIOR_POSTS = 5.0  # posts that the mean of all hours is worth


def growth(scope: Scope) -> tuple[Drawn, ...]:
    """The numbers on top, and growth by cluster."""
    grown = growth_by_cluster(scope.first, clusters=scope.clusters)
    before, now = sum(one.before for one in grown), sum(one.subscribers for one in grown)
    started, ended = sum(one.started for one in grown), sum(one.ended for one in grown)
    active = sum(one.active_creators for one in grown)
    tiles = [
        number("Creators active", whole(active), f"published or earned in {scope.days} days"),
        number("Subscribers", whole(now), f"{signed(now - before)} in {scope.days} days"),
        number("Joined", whole(started), f"{started / scope.days:,.1f} a day"),
        number("Left", whole(ended), f"{_share(ended, before + started)} of those who were there"),
    ]
    figure = theme.figure(
        [
            theme.bars("Joined", [one.name for one in grown], [one.started for one in grown], "--series-2"),
            theme.bars("Left", [one.name for one in grown], [-one.ended for one in grown], "--series-4"),
        ],
        empty=f"Nobody joined or left in these {scope.days} days.",
        stacked=True,
    )
    told = "; ".join(
        f"{one.name} {signed(one.started - one.ended)} to {whole(one.subscribers)}" for one in grown
    )
    return Drawn(tiles), Drawn(figure, f"{told}." if told else "")


def days(scope: Scope) -> tuple[Drawn, ...]:
    """Subscribers over time, who came and went, what fans did, what comes next: all from the same days."""
    learned = max(scope.days, LEARNED_DAYS)
    first = scope.now.date() - timedelta(days=learned - 1)
    rows = days_by_cluster(first, clusters=scope.clusters)
    shown = [row for row in rows if row.day >= scope.first]
    return (
        _subscribers(scope, shown),
        _coming_and_going(scope, shown),
        _engagement(scope, shown),
        _outlook(scope, rows),
    )


def _subscribers(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    by_cluster: dict[str, dict[date, int]] = defaultdict(dict)
    for row in rows:
        by_cluster[row.cluster][row.day] = row.subscribers
    first_net = {row.cluster: row.subscribers - row.started + row.ended for row in reversed(rows)}
    traces = [
        theme.line(
            scope.name_of(cluster), scope.dates, _carried(found, scope.dates, first_net[cluster]), colour
        )
        for (cluster, found), colour in zip(sorted(by_cluster.items()), _colours(), strict=False)
    ]
    figure = theme.figure(traces, empty="Nobody has subscribed yet.")
    return Drawn(figure, "Running subscriptions at the end of each day (UTC).")


def _coming_and_going(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    started, ended = _summed(rows, lambda row: row.started), _summed(rows, lambda row: row.ended)
    joined, left = [started.get(day, 0) for day in scope.dates], [ended.get(day, 0) for day in scope.dates]
    net = [came - went for came, went in zip(joined, left, strict=True)]
    figure = theme.figure(
        [
            theme.bars("Joined", scope.dates, joined, "--series-2"),
            theme.bars("Left", scope.dates, [-went for went in left], "--series-4"),
            theme.line("Net", scope.dates, net, "--ink"),
        ],
        empty=f"Nobody joined or left in these {scope.days} days.",
        stacked=True,
    )
    told = f"{whole(sum(joined))} joined, {whole(sum(left))} left: {signed(sum(net))} net."
    return Drawn(figure, f"{told} The last day is today, so far.")


def _engagement(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    kinds: dict[str, Callable[[ClusterDay], int]] = {
        "Likes": lambda row: row.likes,
        "Comments": lambda row: row.comments,
        "Messages": lambda row: row.messages,
        "Clicks": lambda row: row.clicks,
    }
    counted = {name: _summed(rows, read) for name, read in kinds.items()}
    traces = [
        theme.line(name, scope.dates, [found.get(day, 0) for day in scope.dates], colour)
        for (name, found), colour in zip(counted.items(), _colours(), strict=False)
    ]
    figure = theme.figure(traces, empty=f"Fans did nothing in these {scope.days} days.")
    told = ", ".join(f"{whole(sum(found.values()))} {name.lower()}" for name, found in counted.items())
    return Drawn(figure, f"{told}.")


def _outlook(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    """The next four weeks of subscribers, by whichever of two methods was closer on the weeks already known."""
    net = _summed(rows, lambda row: row.started - row.ended)
    now = _held_now(rows)
    past = [scope.now.date() - timedelta(days=back) for back in range(LEARNED_DAYS, 0, -1)]
    known = [day for day in past if net and day >= min(net)]
    told = forecast.outlook([net.get(day, 0) for day in known], now=now)
    if told is None:
        needed = f"At least {forecast.NEEDED_DAYS} days of history are needed to look ahead."
        return Drawn(theme.nothing(needed))
    ahead = [scope.now.date() + timedelta(days=step + 1) for step in range(forecast.HORIZON)]
    behind = [*known[-forecast.HORIZON :], scope.now.date()]
    changes = [net.get(day, 0) for day in behind]
    held = [now - sum(changes[at + 1 :]) for at in range(len(behind))]
    figure = theme.figure(
        [
            theme.band("80 % of outcomes", ahead, told.low, told.high, "--series-1"),
            theme.line("So far", behind, held, "--ink"),
            theme.line(told.winner, ahead, told.values, "--series-1"),
            theme.line(told.loser, ahead, told.others, "--ink-faint", dash="dot"),
        ],
        empty="",
    )
    figure["layout"]["yaxis"]["rangemode"] = "normal"
    return Drawn(
        figure,
        f"{told.winner} is shown: over the last {told.rounds} four-week spans it missed by {told.error:,.1f} subscribers on"
        f" average; {told.loser.lower()} loses with {told.other_error:,.1f}.",
    )


def hours(scope: Scope) -> tuple[Drawn]:
    """When posts do best."""
    found = {(one.weekday, one.hour): one for one in response_by_hour(scope.since, clusters=scope.clusters)}
    cells = [
        [found[day, hour].response if (day, hour) in found else None for hour in range(24)]
        for day in range(7)
    ]
    counts = [
        [found[day, hour].posts if (day, hour) in found else 0 for hour in range(24)] for day in range(7)
    ]
    trace = theme.heat(
        [f"{hour:02}" for hour in range(24)],
        WEEKDAYS,
        cells,
        hover="%{y} %{x}:00: %{z:.1f} reactions a post, %{customdata} posts",
    )
    trace["customdata"] = counts
    figure = theme.figure(
        [trace],
        empty=f"No post came out in these {scope.days} days.",
        hovermode="closest",
    )
    if figure["data"]:
        figure["layout"]["yaxis"] |= {"autorange": "reversed", "showgrid": False}
        figure["layout"]["xaxis"] = theme.categories()
    return (Drawn(figure, _best_hour(tuple(found.values()))),)


def _best_hour(found: Sequence[HourResponse]) -> str:
    """The hour that did best, in a sentence; hours with few posts are pulled to the mean of all."""
    compared = [one for one in found if one.posts >= ENOUGH_POSTS]
    if not compared:
        return f"No hour has {ENOUGH_POSTS} posts to compare yet." if found else ""
    mean = sum(one.posts * one.response for one in found) / sum(one.posts for one in found)

    def expected(one: HourResponse) -> float:
        return (one.posts * one.response + PRIOR_POSTS * mean) / (one.posts + PRIOR_POSTS)

    best = max(compared, key=expected)
    return (
        f"{WEEKDAYS[best.weekday]} {best.hour:02}:00 did best: {best.response:.1f} reactions a post in {best.posts} posts,"
        f" {mean:.1f} on average. Few posts count less."
    )


def content(scope: Scope) -> tuple[Drawn]:
    """What came out, for whom."""
    found = {
        (one.kind, one.audience): one.assets
        for one in published_by_kind(scope.since, clusters=scope.clusters)
    }
    kinds = sorted({kind for kind, _ in found})
    traces = [
        theme.bars(
            label,
            [kind.capitalize() for kind in kinds],
            [found.get((kind, key), 0) for kind in kinds],
            colour,
        )
        for (key, label), colour in zip(AUDIENCES.items(), _colours(), strict=False)
    ]
    figure = theme.figure(traces, empty=f"Nothing was published in these {scope.days} days.", stacked=True)
    total = sum(found.values())
    sold = sum(count for (_, audience), count in found.items() if audience == "ppv")
    return (
        Drawn(figure, f"{whole(total)} items, {_share(sold, total)} of them pay-per-view." if total else ""),
    )


def top(scope: Scope) -> tuple[Drawn]:
    """Who grew most."""
    rows = [
        (
            html.Span([one.name, html.Small(f" @{one.handle}")]),
            one.cluster,
            whole(one.subscribers),
            signed(one.started - one.ended),
            whole(one.published),
            whole(one.reactions),
            whole(one.messages),
            whole(one.clicks),
            format_money(one.gross_minor, one.currency),
        )
        for one in top_growth(scope.first, clusters=scope.clusters)
    ]
    headings = (
        "Creator",
        "Cluster",
        "Subscribers",
        "Net",
        "Published",
        "Reactions",
        "Messages",
        "Clicks",
        "Gross",
    )
    return (Drawn(table(headings, rows, numeric=2, empty="No creator has figures in this period.")),)


def _summed(rows: Iterable[ClusterDay], read: Callable[[ClusterDay], int]) -> dict[date, int]:
    """The clusters' figures of each day together."""
    sums: dict[date, int] = defaultdict(int)
    for row in rows:
        sums[row.day] += read(row)
    return sums


def _held_now(rows: Sequence[ClusterDay]) -> int:
    return sum({row.cluster: row.subscribers for row in rows}.values())


def _carried(found: Mapping[date, int], dates: Sequence[date], before: int) -> list[int]:
    """A level for every date: that of the last day on which something happened."""
    levels = []
    for day in dates:
        before = found.get(day, before)
        levels.append(before)
    return levels


def _colours() -> Sequence[str]:
    return theme.SERIES


def _share(part: int, total: int) -> str:
    return f"{100 * part / total:.1f} %" if total else "0 %"


BOARD = Board(
    name="analytics",
    title="Analytics",
    lede="How creators and their audience grow.",
    right=Right.ANALYTICS_BOARD_READ,
    feeds=(
        Feed(
            growth,
            (
                Card("growth-numbers", "In short", "", kind="numbers"),
                Card("growth", "Subscriptions joined and left by cluster", "subscriptions"),
            ),
        ),
        Feed(content, (Card("content", "Content published by kind and audience", "items"),)),
        Feed(
            days,
            (
                Card("subscribers", "Subscribers over time", "subscribers", wide=True),
                Card("churn", "Subscriptions joined and left by day", "subscriptions a day"),
                Card("engagement", "What fans did by day", "acts a day"),
                Card("outlook", "Subscribers in the next four weeks", "subscribers"),
            ),
        ),
        Feed(hours, (Card("hours", "Response to posts by weekday and hour (UTC)", "reactions a post"),)),
        Feed(top, (Card("top", "Creators who grew most", "own currency", kind="table", wide=True),)),
    ),
)
