"""The security board: what waits, what was let through and what was not."""

from collections import defaultdict
from datetime import timedelta

from dash import html

from dashboards import theme
from dashboards.parts import badge, number, table, whole
from dashboards.scope import Scope
from dashboards.shell import Board, Card, Drawn, Feed
from fanzadmin.kernel import clock
from fanzadmin.shield import queries as shield
from security.rbac import Right
from security.sign_ins import failed_sign_ins

OUTCOMES = {"clean": "--good", "blocked": "--bad", "failed": "--warn", "waiting": "--info"}
SEVERITIES = {"critical": "bad", "high": "warn", "medium": "info", "low": "plain"}
COLOURS = {"critical": "--bad", "high": "--warn", "medium": "--info", "low": "--ink-faint"}


def waiting(scope: Scope) -> tuple[Drawn, ...]:
    """What the team has before it now, whatever the period."""
    board = shield.board(days=scope.days, clusters=scope.clusters)
    listed = shield.block_list(days=scope.days, clusters=scope.clusters)
    resolve = f"{board.resolve_hours:,.1f} h" if board.resolve_hours is not None else "–"
    tiles = [
        number(
            "Open incidents",
            whole(board.unresolved),
            f"{board.critical} critical" if board.critical else "none critical",
            tone="bad" if board.critical else "good",
        ),
        number("Nobody's yet", whole(board.unassigned), "open and not assigned"),
        number("Time to resolve", resolve, f"mean of {scope.days} days"),
        number("Files scanned", whole(board.scanned), f"{whole(board.blocked)} blocked"),
        number(
            "Blocked hashes",
            whole(listed.hashes),
            f"{whole(listed.added)} new, {whole(listed.hits)} caught",
        ),
    ]
    counted = shield.unresolved_by_severity(clusters=scope.clusters)
    figure = theme.lying_figure(
        [
            theme.lying_bars(
                "Open",
                [severity.capitalize() for severity in counted],
                list(counted.values()),
                [COLOURS[severity] for severity in counted],
            )
        ],
        empty="No incident is open.",
    )
    told = ", ".join(f"{count} {severity}" for severity, count in counted.items() if count)
    return Drawn(tiles), Drawn(figure, f"Now: {told}." if told else ""), _open_incidents(scope)


def _open_incidents(scope: Scope) -> Drawn:
    rows = [
        (
            html.A(one.title, href=f"/shieldincidentconsole/show/{one.id}", className="primary"),
            badge(one.severity.capitalize(), SEVERITIES[one.severity]),
            scope.name_of(one.cluster),
            one.assignee or "Nobody",
            _age(clock.now() - one.created_at),
        )
        for one in shield.open_incidents(clusters=scope.clusters)
    ]
    headings = ("Incident", "Severity", "Cluster", "Assigned to", "Open for")
    return Drawn(table(headings, rows, numeric=4, empty="No incident is open."), "At most twenty are listed.")


def verdicts(scope: Scope) -> tuple[Drawn, ...]:
    """What the scanner decided, by day and for which reason."""
    by_day: dict[str, dict[object, int]] = defaultdict(dict)
    for one in shield.verdicts_by_day(scope.first, clusters=scope.clusters):
        by_day[one.outcome][one.day] = one.files
    traces = [
        theme.bars(
            outcome.capitalize(), scope.dates, [by_day[outcome].get(day, 0) for day in scope.dates], colour
        )
        for outcome, colour in OUTCOMES.items()
        if outcome in by_day
    ]
    figure = theme.figure(traces, empty=f"No file came in in these {scope.days} days.", stacked=True)
    told = ", ".join(
        f"{whole(sum(by_day[outcome].values()))} {outcome}" for outcome in OUTCOMES if outcome in by_day
    )
    return Drawn(figure, f"{told}." if told else ""), _reasons(scope)


def _reasons(scope: Scope) -> Drawn:
    found = shield.counts_by_reason(days=scope.days, clusters=scope.clusters)
    figure = theme.lying_figure(
        [
            theme.lying_bars(
                "Files", [_words(code) for code, _ in found], [count for _, count in found], "--bad"
            )
        ],
        empty=f"No file was blocked in these {scope.days} days.",
    )
    return Drawn(figure, "A file may have several reasons." if found else "")


def resolution(scope: Scope) -> tuple[Drawn]:
    """How long incidents take."""
    found = shield.resolution_times(days=scope.days, clusters=scope.clusters)
    labels = [one.severity.capitalize() for one in found]
    figure = theme.figure(
        [
            theme.bars("Half within", labels, [round(one.median_hours, 1) for one in found], "--series-2"),
            theme.bars(
                "Nine of ten within", labels, [round(one.slow_hours, 1) for one in found], "--series-5"
            ),
        ],
        empty=f"No incident was resolved in these {scope.days} days.",
    )
    return (
        Drawn(figure, f"{whole(sum(one.resolved for one in found))} incidents resolved." if found else ""),
    )


def sign_ins(_scope: Scope) -> tuple[Drawn]:
    """Whose password is being guessed."""
    rows = [
        (
            one.username,
            "Active" if one.active else "Inactive",
            f"{one.last_login:%-d %b %Y %H:%M}" if one.last_login else "Never",
            whole(one.failures),
        )
        for one in failed_sign_ins()
    ]
    headings = ("Login", "State", "Last signed in", "Wrong passwords")
    note = "Since each login's last right password; logins belong to no cluster."
    return (Drawn(table(headings, rows, numeric=3, empty="No login has a wrong password behind it."), note),)


def _age(since: timedelta) -> str:
    hours = int(since.total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()


BOARD = Board(
    name="security",
    title="Security",
    lede="Incidents, verdicts and what is kept out.",
    right=Right.SHIELD_BOARD_READ,
    refresh_s=60,
    hint="incident",
    feeds=(
        Feed(
            waiting,
            (
                Card("waiting-numbers", "In short", "", kind="numbers"),
                Card("waiting", "Open incidents by severity, now", "incidents"),
                Card("open", "Open incidents", "worst first", kind="table"),
            ),
        ),
        Feed(
            verdicts,
            (
                Card("verdicts", "Verdicts by day and outcome", "files a day", wide=True),
                Card("reasons", "Why files were blocked", "files"),
            ),
        ),
        Feed(resolution, (Card("resolution", "Time to resolve by severity", "hours"),)),
        Feed(sign_ins, (Card("sign-ins", "Failed sign-ins", "wrong passwords", kind="table", wide=True),)),
    ),
)
