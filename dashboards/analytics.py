"""The analytics board: how the creators and their audience grow."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from dash import html
from flask_babel import gettext, lazy_pgettext, ngettext, pgettext
from flask_babel import lazy_gettext as _

from dashboards import forecast, theme
from dashboards.hours import hours
from dashboards.parts import number, signed, table, tenth, whole
from dashboards.scope import Scope
from dashboards.shell import Board, Card, Drawn, Feed
from fanzadmin.crm.queries import ClusterDay, days_by_cluster, growth_by_cluster, top_growth
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.media.queries import published_by_kind
from fanzadmin.operations.rights import ANALYTICS_BOARD_READ

KINDS = {
    "audio": lazy_pgettext("state", "Audio"),
    "image": lazy_pgettext("state", "Image"),
    "video": lazy_pgettext("state", "Video"),
    "other": lazy_pgettext("state", "Other"),
}
AUDIENCES = {"public": _("Everyone"), "subscribers": _("Subscribers"), "ppv": _("Pay-per-view")}
METHODS = {forecast.REGRESSION: _("Regression"), forecast.NAIVE: _("Last week repeated")}
LEARNED_DAYS = 180


def growth(scope: Scope) -> tuple[Drawn, ...]:
    """The numbers on top, and growth by cluster."""
    grown = growth_by_cluster(scope.first, clusters=scope.clusters)
    before, now = sum(row.before for row in grown), sum(row.subscribers for row in grown)
    started, ended = sum(row.started for row in grown), sum(row.ended for row in grown)
    active = sum(row.active_creators for row in grown)
    tiles = [
        number(
            gettext("Creators active"),
            whole(active),
            gettext("published or earned in %(days)s days", days=scope.days),
        ),
        number(
            gettext("Subscribers"),
            whole(now),
            gettext("%(change)s in %(days)s days", change=signed(now - before), days=scope.days),
        ),
        number(_joined(), whole(started), gettext("%(mean)s a day", mean=tenth(started / scope.days))),
        number(
            _left(),
            whole(ended),
            gettext("%(share)s of those who were there", share=_share(ended, before + started)),
        ),
    ]
    figure = theme.figure(
        [
            theme.bars(_joined(), [row.name for row in grown], [row.started for row in grown], "--series-2"),
            theme.bars(_left(), [row.name for row in grown], [-row.ended for row in grown], "--series-4"),
        ],
        empty=_no_change(scope),
        stacked=True,
    )
    summary = "; ".join(
        gettext(
            "%(cluster)s %(change)s to %(count)s",
            cluster=row.name,
            change=signed(row.started - row.ended),
            count=whole(row.subscribers),
        )
        for row in grown
    )
    return Drawn(tiles), Drawn(figure, f"{summary}." if summary else "")


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
            scope.name_of(cluster), scope.dates, _carried(levels, scope.dates, first_net[cluster]), colour
        )
        for (cluster, levels), colour in zip(sorted(by_cluster.items()), _colours(), strict=False)
    ]
    figure = theme.figure(traces, empty=gettext("Nobody has subscribed yet."))
    return Drawn(figure, gettext("Running subscriptions at the end of each day (UTC)."))


def _coming_and_going(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    started, ended = _summed(rows, lambda row: row.started), _summed(rows, lambda row: row.ended)
    joined, left = [started.get(day, 0) for day in scope.dates], [ended.get(day, 0) for day in scope.dates]
    net = [came - went for came, went in zip(joined, left, strict=True)]
    figure = theme.figure(
        [
            theme.bars(_joined(), scope.dates, joined, "--series-2"),
            theme.bars(_left(), scope.dates, [-went for went in left], "--series-4"),
            theme.line(_net(), scope.dates, net, "--ink"),
        ],
        empty=_no_change(scope),
        stacked=True,
    )
    note = gettext(
        "%(joined)s joined, %(left)s left: %(net)s net. The last day is today, so far.",
        joined=whole(sum(joined)),
        left=whole(sum(left)),
        net=signed(sum(net)),
    )
    return Drawn(figure, note)


def _engagement(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    kinds: dict[str, Callable[[ClusterDay], int]] = {
        gettext("Likes"): lambda row: row.likes,
        gettext("Comments"): lambda row: row.comments,
        gettext("Messages"): lambda row: row.messages,
        gettext("Clicks"): lambda row: row.clicks,
    }
    counted = {name: _summed(rows, read) for name, read in kinds.items()}
    traces = [
        theme.line(name, scope.dates, [by_day.get(day, 0) for day in scope.dates], colour)
        for (name, by_day), colour in zip(counted.items(), _colours(), strict=False)
    ]
    figure = theme.figure(traces, empty=gettext("Nothing happened in these %(days)s days.", days=scope.days))
    return Drawn(figure, _acts(*(sum(by_day.values()) for by_day in counted.values())))


def _acts(likes: int, comments: int, messages: int, clicks: int) -> str:
    counts = (
        ngettext("%(many)s like", "%(many)s likes", likes, many=whole(likes)),
        ngettext("%(many)s comment", "%(many)s comments", comments, many=whole(comments)),
        ngettext("%(many)s message", "%(many)s messages", messages, many=whole(messages)),
        ngettext("%(many)s click", "%(many)s clicks", clicks, many=whole(clicks)),
    )
    return f"{', '.join(counts)}."


def _outlook(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    """The next four weeks of subscribers, by whichever of two methods was closer on the weeks already known."""
    net = _summed(rows, lambda row: row.started - row.ended)
    now = _held_now(rows)
    past = [scope.now.date() - timedelta(days=back) for back in range(LEARNED_DAYS, 0, -1)]
    history = [day for day in past if net and day >= min(net)]
    outlook = forecast.outlook([net.get(day, 0) for day in history], now=now)
    if outlook is None:
        needed = forecast.NEEDED_DAYS
        return Drawn(
            theme.nothing(gettext("At least %(days)s days of history are needed to look ahead.", days=needed))
        )
    ahead = [scope.now.date() + timedelta(days=step + 1) for step in range(forecast.HORIZON)]
    behind = [*history[-forecast.HORIZON :], scope.now.date()]
    changes = [net.get(day, 0) for day in behind]
    levels = [now - sum(changes[at + 1 :]) for at in range(len(behind))]
    figure = theme.figure(
        [
            theme.band(
                gettext("%(percent)s %% of outcomes", percent=80),
                ahead,
                outlook.low,
                outlook.high,
                "--series-1",
            ),
            theme.line(gettext("So far"), behind, levels, "--ink"),
            theme.line(str(METHODS[outlook.winner]), ahead, outlook.values, "--series-1"),
            theme.line(str(METHODS[outlook.loser]), ahead, outlook.others, "--ink-faint", dash="dot"),
        ],
        empty="",
    )
    figure["layout"]["yaxis"]["rangemode"] = "normal"
    return Drawn(figure, _judged(outlook))


def _judged(outlook: forecast.Outlook) -> str:
    """Why this method is shown."""
    values = {"rounds": outlook.rounds, "error": tenth(outlook.error), "other": tenth(outlook.other_error)}
    if outlook.winner == forecast.REGRESSION:
        return str(
            gettext(
                "Regression is shown: over the last %(rounds)s four-week spans it missed by %(error)s subscribers on"
                " average; last week repeated loses with %(other)s.",
                **values,
            )
        )
    return str(
        gettext(
            "Last week repeated is shown: over the last %(rounds)s four-week spans it missed by %(error)s subscribers on"
            " average; regression loses with %(other)s.",
            **values,
        )
    )


def content(scope: Scope) -> tuple[Drawn]:
    """What came out, for whom."""
    counts = {
        (row.kind, row.audience): row.assets
        for row in published_by_kind(scope.since, clusters=scope.clusters)
    }
    kinds = sorted({kind for kind, _audience in counts})
    traces = [
        theme.bars(
            str(label),
            [str(KINDS.get(kind, kind.capitalize())) for kind in kinds],
            [counts.get((kind, key), 0) for kind in kinds],
            colour,
        )
        for (key, label), colour in zip(AUDIENCES.items(), _colours(), strict=False)
    ]
    empty = gettext("Nothing was published in these %(days)s days.", days=scope.days)
    figure = theme.figure(traces, empty=empty, stacked=True)
    total = sum(counts.values())
    sold = sum(count for (_kind, audience), count in counts.items() if audience == "ppv")
    note = ngettext(
        "%(many)s item, %(share)s of it pay-per-view.",
        "%(many)s items, %(share)s of them pay-per-view.",
        total,
        many=whole(total),
        share=_share(sold, total),
    )
    return (Drawn(figure, note if total else ""),)


def top(scope: Scope) -> tuple[Drawn]:
    """Who grew most."""
    rows = [
        (
            html.Span([row.name, html.Small(f" @{row.handle}")]),
            row.cluster,
            whole(row.subscribers),
            signed(row.started - row.ended),
            whole(row.published),
            whole(row.reactions),
            whole(row.messages),
            whole(row.clicks),
            money_text(row.gross_minor, row.currency),
        )
        for row in top_growth(scope.first, clusters=scope.clusters)
    ]
    headings = (
        gettext("Creator"),
        gettext("Cluster"),
        gettext("Subscribers"),
        _net(),
        gettext("Published"),
        gettext("Reactions"),
        gettext("Messages"),
        gettext("Clicks"),
        gettext("Gross"),
    )
    empty = gettext("No creator has figures in this period.")
    return (Drawn(table(headings, rows, numeric=2, empty=empty)),)


def _joined() -> str:
    return str(pgettext("fans who joined", "Joined"))


def _left() -> str:
    return str(pgettext("fans who left", "Left"))


def _net() -> str:
    return str(pgettext("fans who joined less those who left", "Net"))


def _no_change(scope: Scope) -> str:
    return str(gettext("Nobody joined or left in these %(days)s days.", days=scope.days))


def _summed(rows: Iterable[ClusterDay], read: Callable[[ClusterDay], int]) -> dict[date, int]:
    """The clusters' figures of each day together."""
    sums: dict[date, int] = defaultdict(int)
    for row in rows:
        sums[row.day] += read(row)
    return sums


def _held_now(rows: Sequence[ClusterDay]) -> int:
    return sum({row.cluster: row.subscribers for row in rows}.values())


def _carried(levels_by_day: Mapping[date, int], dates: Sequence[date], before: int) -> list[int]:
    """A level for every date: that of the last day on which something happened."""
    levels = []
    for day in dates:
        before = levels_by_day.get(day, before)
        levels.append(before)
    return levels


def _colours() -> Sequence[str]:
    return theme.SERIES


def _share(part: int, total: int) -> str:
    number = tenth(100 * part / total, grouped=False) if total else "0"
    return str(gettext("%(number)s %%", number=number))


BOARD = Board(
    name="analytics",
    title=_("Analytics"),
    lede=_("How creators and their audience grow."),
    right=ANALYTICS_BOARD_READ,
    feeds=(
        Feed(
            growth,
            (
                Card("growth-numbers", _("In short"), "", kind="numbers"),
                Card("growth", _("Subscriptions joined and left by cluster"), _("subscriptions")),
            ),
        ),
        Feed(content, (Card("content", _("Content published by kind and audience"), _("items")),)),
        Feed(
            days,
            (
                Card("subscribers", _("Subscribers over time"), _("subscribers"), wide=True),
                Card("churn", _("Subscriptions joined and left by day"), _("subscriptions a day")),
                Card("engagement", _("Likes, comments, messages and clicks by day"), _("a day")),
                Card("outlook", _("Subscribers in the next four weeks"), _("subscribers")),
            ),
        ),
        Feed(
            hours, (Card("hours", _("Response to posts by weekday and hour (UTC)"), _("reactions a post")),)
        ),
        Feed(top, (Card("top", _("Creators who grew most"), _("own currency"), kind="table", wide=True),)),
    ),
)
