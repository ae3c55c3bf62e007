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
from security.rbac import Right

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
    before, now = sum(one.before for one in grown), sum(one.subscribers for one in grown)
    started, ended = sum(one.started for one in grown), sum(one.ended for one in grown)
    active = sum(one.active_creators for one in grown)
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
            theme.bars(_joined(), [one.name for one in grown], [one.started for one in grown], "--series-2"),
            theme.bars(_left(), [one.name for one in grown], [-one.ended for one in grown], "--series-4"),
        ],
        empty=_nobody(scope),
        stacked=True,
    )
    told = "; ".join(
        gettext(
            "%(cluster)s %(change)s to %(count)s",
            cluster=one.name,
            change=signed(one.started - one.ended),
            count=whole(one.subscribers),
        )
        for one in grown
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
        empty=_nobody(scope),
        stacked=True,
    )
    told = gettext(
        "%(joined)s joined, %(left)s left: %(net)s net. The last day is today, so far.",
        joined=whole(sum(joined)),
        left=whole(sum(left)),
        net=signed(sum(net)),
    )
    return Drawn(figure, told)


def _engagement(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    kinds: dict[str, Callable[[ClusterDay], int]] = {
        gettext("Likes"): lambda row: row.likes,
        gettext("Comments"): lambda row: row.comments,
        gettext("Messages"): lambda row: row.messages,
        gettext("Clicks"): lambda row: row.clicks,
    }
    counted = {name: _summed(rows, read) for name, read in kinds.items()}
    traces = [
        theme.line(name, scope.dates, [found.get(day, 0) for day in scope.dates], colour)
        for (name, found), colour in zip(counted.items(), _colours(), strict=False)
    ]
    figure = theme.figure(traces, empty=gettext("Fans did nothing in these %(days)s days.", days=scope.days))
    return Drawn(figure, _acts(*(sum(found.values()) for found in counted.values())))


def _acts(likes: int, comments: int, messages: int, clicks: int) -> str:
    told = (
        ngettext("%(many)s like", "%(many)s likes", likes, many=whole(likes)),
        ngettext("%(many)s comment", "%(many)s comments", comments, many=whole(comments)),
        ngettext("%(many)s message", "%(many)s messages", messages, many=whole(messages)),
        ngettext("%(many)s click", "%(many)s clicks", clicks, many=whole(clicks)),
    )
    return f"{', '.join(told)}."


def _outlook(scope: Scope, rows: Sequence[ClusterDay]) -> Drawn:
    """The next four weeks of subscribers, by whichever of two methods was closer on the weeks already known."""
    net = _summed(rows, lambda row: row.started - row.ended)
    now = _held_now(rows)
    past = [scope.now.date() - timedelta(days=back) for back in range(LEARNED_DAYS, 0, -1)]
    known = [day for day in past if net and day >= min(net)]
    told = forecast.outlook([net.get(day, 0) for day in known], now=now)
    if told is None:
        needed = forecast.NEEDED_DAYS
        return Drawn(
            theme.nothing(gettext("At least %(days)s days of history are needed to look ahead.", days=needed))
        )
    ahead = [scope.now.date() + timedelta(days=step + 1) for step in range(forecast.HORIZON)]
    behind = [*known[-forecast.HORIZON :], scope.now.date()]
    changes = [net.get(day, 0) for day in behind]
    held = [now - sum(changes[at + 1 :]) for at in range(len(behind))]
    figure = theme.figure(
        [
            theme.band(
                gettext("%(percent)s %% of outcomes", percent=80), ahead, told.low, told.high, "--series-1"
            ),
            theme.line(gettext("So far"), behind, held, "--ink"),
            theme.line(str(METHODS[told.winner]), ahead, told.values, "--series-1"),
            theme.line(str(METHODS[told.loser]), ahead, told.others, "--ink-faint", dash="dot"),
        ],
        empty="",
    )
    figure["layout"]["yaxis"]["rangemode"] = "normal"
    return Drawn(figure, _judged(told))


def _judged(told: forecast.Outlook) -> str:
    """Why this method is shown."""
    values = {"rounds": told.rounds, "error": tenth(told.error), "other": tenth(told.other_error)}
    if told.winner == forecast.REGRESSION:
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
    found = {
        (one.kind, one.audience): one.assets
        for one in published_by_kind(scope.since, clusters=scope.clusters)
    }
    kinds = sorted({kind for kind, _audience in found})
    traces = [
        theme.bars(
            str(label),
            [str(KINDS.get(kind, kind.capitalize())) for kind in kinds],
            [found.get((kind, key), 0) for kind in kinds],
            colour,
        )
        for (key, label), colour in zip(AUDIENCES.items(), _colours(), strict=False)
    ]
    empty = gettext("Nothing was published in these %(days)s days.", days=scope.days)
    figure = theme.figure(traces, empty=empty, stacked=True)
    total = sum(found.values())
    sold = sum(count for (_kind, audience), count in found.items() if audience == "ppv")
    told = ngettext(
        "%(many)s item, %(share)s of it pay-per-view.",
        "%(many)s items, %(share)s of them pay-per-view.",
        total,
        many=whole(total),
        share=_share(sold, total),
    )
    return (Drawn(figure, told if total else ""),)


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
            money_text(one.gross_minor, one.currency),
        )
        for one in top_growth(scope.first, clusters=scope.clusters)
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


def _nobody(scope: Scope) -> str:
    return str(gettext("Nobody joined or left in these %(days)s days.", days=scope.days))


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
    number = tenth(100 * part / total, grouped=False) if total else "0"
    return str(gettext("%(number)s %%", number=number))


BOARD = Board(
    name="analytics",
    title=_("Analytics"),
    lede=_("How creators and their audience grow."),
    right=Right.ANALYTICS_BOARD_READ,
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
                Card("engagement", _("What fans did by day"), _("acts a day")),
                Card("outlook", _("Subscribers in the next four weeks"), _("subscribers")),
            ),
        ),
        Feed(
            hours, (Card("hours", _("Response to posts by weekday and hour (UTC)"), _("reactions a post")),)
        ),
        Feed(top, (Card("top", _("Creators who grew most"), _("own currency"), kind="table", wide=True),)),
    ),
)
