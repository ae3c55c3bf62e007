"""The security board: what waits, what was let through and what was not."""

from collections import defaultdict
from datetime import datetime, timedelta

from dash import html
from flask_babel import gettext, lazy_pgettext, ngettext, pgettext
from flask_babel import lazy_gettext as _

from dashboards import theme
from dashboards.parts import badge, number, table, tenth, whole
from dashboards.scope import Scope
from dashboards.shell import Board, Card, Drawn, Feed
from fanzadmin.kernel import clock
from fanzadmin.kernel.i18n.languages import STATE, day_text, translate
from fanzadmin.shield import queries as shield
from fanzadmin.shield.rights import SHIELD_BOARD_READ
from security.sign_ins import failed_sign_ins

OUTCOMES = {
    "clean": "--good",
    "blocked": "--bad",
    "refused": "--ink-faint",
    "failed": "--warn",
    "waiting": "--info",
}
SEVERITIES = {"critical": "bad", "high": "warn", "medium": "info", "low": "plain"}
COLOURS = {"critical": "--bad", "high": "--warn", "medium": "--info", "low": "--ink-faint"}
REASONS = {
    "archive": lazy_pgettext("state", "Archive"),
    "blocked_hash": lazy_pgettext("state", "Blocked hash"),
    "codec_not_allowed": lazy_pgettext("state", "Codec not allowed"),
    "disguised": lazy_pgettext("state", "Disguised"),
    "document": lazy_pgettext("state", "Document"),
    "empty": lazy_pgettext("state", "Empty"),
    "executable": lazy_pgettext("state", "Executable"),
    "hidden_archive": lazy_pgettext("state", "Hidden archive"),
    "hidden_document": lazy_pgettext("state", "Hidden document"),
    "hidden_executable": lazy_pgettext("state", "Hidden executable"),
    "hidden_malware": lazy_pgettext("state", "Hidden malware"),
    "hidden_script": lazy_pgettext("state", "Hidden script"),
    "malformed": lazy_pgettext("state", "Malformed"),
    "playlist": lazy_pgettext("state", "Playlist"),
    "script": lazy_pgettext("state", "Script"),
    "svg": lazy_pgettext("state", "Svg"),
    "too_large": lazy_pgettext("state", "Too large"),
    "too_long": lazy_pgettext("state", "Too long"),
    "too_many_frames": lazy_pgettext("state", "Too many frames"),
    "too_many_pixels": lazy_pgettext("state", "Too many pixels"),
    "too_many_streams": lazy_pgettext("state", "Too many streams"),
    "trailing_data": lazy_pgettext("state", "Trailing data"),
    "truncated": lazy_pgettext("state", "Truncated"),
    "type_not_allowed": lazy_pgettext("state", "Type not allowed"),
    "unclean_metadata": lazy_pgettext("state", "Unclean metadata"),
    "undecodable": lazy_pgettext("state", "Undecodable"),
}


def waiting(scope: Scope) -> tuple[Drawn, ...]:
    """What the team has before it now, whatever the period."""
    board = shield.board(days=scope.days, clusters=scope.clusters)
    listed = shield.block_list(days=scope.days, clusters=scope.clusters)
    resolve = _hours(tenth(board.resolve_hours)) if board.resolve_hours is not None else "–"
    tiles = [
        number(
            gettext("Open incidents"),
            whole(board.unresolved),
            _counted("critical", board.critical) if board.critical else gettext("none critical"),
            tone="bad" if board.critical else "good",
        ),
        number(gettext("Unassigned"), whole(board.unassigned), gettext("open and not assigned")),
        number(gettext("Time to resolve"), resolve, gettext("mean of %(days)s days", days=scope.days)),
        number(gettext("Files scanned"), whole(board.scanned), _files("blocked", board.blocked)),
        number(
            gettext("Blocked hashes"),
            whole(listed.hashes),
            gettext("%(added)s new, %(caught)s caught", added=whole(listed.added), caught=whole(listed.hits)),
        ),
    ]
    counted = shield.unresolved_by_severity(clusters=scope.clusters)
    figure = theme.lying_figure(
        [
            theme.lying_bars(
                pgettext("incidents", "Open"),
                [_word(severity) for severity in counted],
                list(counted.values()),
                [COLOURS[severity] for severity in counted],
            )
        ],
        empty=gettext("No incident is open."),
    )
    summary = ", ".join(_counted(severity, count) for severity, count in counted.items() if count)
    note = gettext("Now: %(counted)s.", counted=summary) if summary else ""
    return Drawn(tiles), Drawn(figure, note), _open_incidents(scope)


def _open_incidents(scope: Scope) -> Drawn:
    rows = [
        (
            html.A(row.title, href=f"/shieldincidentconsole/show/{row.id}", className="primary"),
            badge(_word(row.severity), SEVERITIES[row.severity]),
            scope.name_of(row.cluster),
            row.assignee or gettext("Nobody"),
            _age(clock.now() - row.created_at),
        )
        for row in shield.open_incidents(clusters=scope.clusters)
    ]
    headings = (
        gettext("Incident"),
        gettext("Severity"),
        gettext("Cluster"),
        gettext("Assigned to"),
        gettext("Open for"),
    )
    shown = table(headings, rows, numeric=4, empty=gettext("No incident is open."))
    return Drawn(shown, gettext("At most twenty are listed."))


def verdicts(scope: Scope) -> tuple[Drawn, ...]:
    """What the scanner decided, by day and for which reason."""
    by_day: dict[str, dict[object, int]] = defaultdict(dict)
    for row in shield.verdicts_by_day(scope.first, clusters=scope.clusters):
        by_day[row.outcome][row.day] = row.files
    traces = [
        theme.bars(_word(outcome), scope.dates, [by_day[outcome].get(day, 0) for day in scope.dates], colour)
        for outcome, colour in OUTCOMES.items()
        if outcome in by_day
    ]
    empty = gettext("No file came in in these %(days)s days.", days=scope.days)
    figure = theme.figure(traces, empty=empty, stacked=True)
    summary = ", ".join(
        _files(outcome, sum(by_day[outcome].values())) for outcome in OUTCOMES if outcome in by_day
    )
    return Drawn(figure, f"{summary}." if summary else ""), _reasons(scope)


def _reasons(scope: Scope) -> Drawn:
    counts = shield.counts_by_reason(days=scope.days, clusters=scope.clusters)
    figure = theme.lying_figure(
        [
            theme.lying_bars(
                gettext("Files"),
                [_reason(code) for code, _count in counts],
                [count for _code, count in counts],
                "--bad",
            )
        ],
        empty=gettext("No file was blocked in these %(days)s days.", days=scope.days),
    )
    return Drawn(figure, gettext("A file may have several reasons.") if counts else "")


def resolution(scope: Scope) -> tuple[Drawn]:
    """How long incidents take."""
    rows = shield.resolution_times(days=scope.days, clusters=scope.clusters)
    labels = [_word(row.severity) for row in rows]
    figure = theme.figure(
        [
            theme.bars(gettext("p50"), labels, [round(row.median_hours, 1) for row in rows], "--series-2"),
            theme.bars(
                gettext("p90"),
                labels,
                [round(row.slow_hours, 1) for row in rows],
                "--series-5",
            ),
        ],
        empty=gettext("No incident was resolved in these %(days)s days.", days=scope.days),
    )
    count = sum(row.resolved for row in rows)
    note = ngettext("%(many)s incident resolved.", "%(many)s incidents resolved.", count, many=whole(count))
    return (Drawn(figure, note if rows else ""),)


def sign_ins(_scope: Scope) -> tuple[Drawn]:
    """Whose password is being guessed."""
    rows = [
        (
            row.username,
            pgettext("login", "Active") if row.active else pgettext("login", "Inactive"),
            _moment(row.last_login) if row.last_login else gettext("Never"),
            whole(row.failures),
        )
        for row in failed_sign_ins()
    ]
    headings = (
        gettext("Login"),
        gettext("State"),
        gettext("Last signed in"),
        gettext("Wrong passwords"),
    )
    note = gettext("Since each login's last right password; logins belong to no cluster.")
    empty = gettext("No login has a wrong password behind it.")
    return (Drawn(table(headings, rows, numeric=3, empty=empty), note),)


def _age(since: timedelta) -> str:
    hours = int(since.total_seconds() // 3600)
    return _hours(str(hours)) if hours < 48 else str(ngettext("%(num)s day", "%(num)s days", hours // 24))


def _hours(hours: str) -> str:
    return str(gettext("%(hours)s h", hours=hours))


def _moment(at: datetime) -> str:
    return f"{day_text(at)} {at:%H:%M}"


def _reason(code: str) -> str:
    return str(REASONS.get(code, code.replace("_", " ").capitalize()))


def _word(state: str) -> str:
    return translate(state.capitalize(), context=STATE)


def _counted(severity: str, count: int) -> str:
    """So many incidents of a severity."""
    words: dict[str, str] = {
        "critical": ngettext("%(num)s critical", "%(num)s critical", count),
        "high": ngettext("%(num)s high", "%(num)s high", count),
        "medium": ngettext("%(num)s medium", "%(num)s medium", count),
        "low": ngettext("%(num)s low", "%(num)s low", count),
    }
    return words[severity]


def _files(outcome: str, count: int) -> str:
    """So many files of an outcome."""
    many = whole(count)
    words: dict[str, str] = {
        "clean": ngettext("%(many)s clean", "%(many)s clean", count, many=many),
        "blocked": ngettext("%(many)s blocked", "%(many)s blocked", count, many=many),
        "refused": ngettext("%(many)s refused", "%(many)s refused", count, many=many),
        "failed": ngettext("%(many)s failed", "%(many)s failed", count, many=many),
        "waiting": ngettext("%(many)s waiting", "%(many)s waiting", count, many=many),
    }
    return words[outcome]


BOARD = Board(
    name="security",
    title=_("Security"),
    lede=_("Incidents, verdicts and what is kept out."),
    right=SHIELD_BOARD_READ,
    refresh_s=60,
    hint="incident",
    feeds=(
        Feed(
            waiting,
            (
                Card("waiting-numbers", _("In short"), "", kind="numbers"),
                Card("waiting", _("Open incidents by severity, now"), _("incidents")),
                Card("open", _("Open incidents"), _("worst first"), kind="table"),
            ),
        ),
        Feed(
            verdicts,
            (
                Card("verdicts", _("Verdicts by day and outcome"), _("files a day"), wide=True),
                Card("reasons", _("Why files were blocked"), _("files")),
            ),
        ),
        Feed(resolution, (Card("resolution", _("Time to resolve by severity"), _("hours")),)),
        Feed(
            sign_ins, (Card("sign-ins", _("Failed sign-ins"), _("wrong passwords"), kind="table", wide=True),)
        ),
    ),
)
