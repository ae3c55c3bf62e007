"""The week of the analytics board: at which hours posts do best."""

from collections.abc import Sequence

from babel.dates import get_day_names
from flask_babel import gettext, ngettext

from dashboards import theme
from dashboards.parts import tenth
from dashboards.scope import Scope
from dashboards.shell import Drawn
from fanzadmin.kernel.i18n.languages import current_language
from fanzadmin.social.queries import HourResponse, response_by_hour

ENOUGH_POSTS = 3
PRIOR_POSTS = 5.0  # posts that the mean of all hours is worth


def hours(scope: Scope) -> tuple[Drawn]:
    """When posts do best."""
    by_hour = {(row.weekday, row.hour): row for row in response_by_hour(scope.since, clusters=scope.clusters)}
    cells = [
        [by_hour[day, hour].response if (day, hour) in by_hour else None for hour in range(24)]
        for day in range(7)
    ]
    hovers = [
        [_response(by_hour[day, hour]) if (day, hour) in by_hour else "" for hour in range(24)]
        for day in range(7)
    ]
    trace = theme.heat(
        [f"{hour:02}" for hour in range(24)],
        [_weekday(day) for day in range(7)],
        cells,
        hover="%{customdata}",
    )
    trace["customdata"] = hovers
    figure = theme.figure(
        [trace],
        empty=gettext("No post came out in these %(days)s days.", days=scope.days),
        hovermode="closest",
    )
    if figure["data"]:
        figure["layout"]["yaxis"] |= {"autorange": "reversed", "showgrid": False}
        figure["layout"]["xaxis"] = theme.categories()
    return (Drawn(figure, _best_hour(tuple(by_hour.values()))),)


def _response(row: HourResponse) -> str:
    return str(
        ngettext(
            "%(weekday)s %(hour)s: %(mean)s reactions a post, %(num)s post",
            "%(weekday)s %(hour)s: %(mean)s reactions a post, %(num)s posts",
            row.posts,
            weekday=_weekday(row.weekday),
            hour=f"{row.hour:02}:00",
            mean=tenth(row.response, grouped=False),
        )
    )


def _weekday(number: int) -> str:
    """`Mon` for 0."""
    return str(get_day_names("abbreviated", "stand-alone", current_language())[number])


def _best_hour(rows: Sequence[HourResponse]) -> str:
    """The hour that did best, in a sentence; hours with few posts are pulled to the mean of all."""
    compared = [row for row in rows if row.posts >= ENOUGH_POSTS]
    if not compared:
        few = gettext("No hour has %(posts)s posts to compare yet.", posts=ENOUGH_POSTS)
        return str(few) if rows else ""
    mean = sum(row.posts * row.response for row in rows) / sum(row.posts for row in rows)

    def expected(row: HourResponse) -> float:
        return (row.posts * row.response + PRIOR_POSTS * mean) / (row.posts + PRIOR_POSTS)

    best = max(compared, key=expected)
    return str(
        gettext(
            "%(weekday)s %(hour)s did best: %(response)s reactions a post in %(posts)s posts, %(mean)s on average."
            " Few posts count less.",
            weekday=_weekday(best.weekday),
            hour=f"{best.hour:02}:00",
            response=tenth(best.response, grouped=False),
            posts=best.posts,
            mean=tenth(mean, grouped=False),
        )
    )
