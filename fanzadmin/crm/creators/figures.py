"""Counting: a creator's figures in all and by day, in one statement each, safe under any concurrency."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import String, cast, insert, literal, select
from sqlalchemy.dialects import postgresql

from fanzadmin.crm.creators.models import Creator, CreatorDay, CreatorNumbers
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session

IN_ALL = frozenset(CreatorNumbers.__table__.columns.keys()) - {"creator_id", "cluster", "updated_at"}
BY_DAY = frozenset(CreatorDay.__table__.columns.keys()) - {"creator_id", "cluster", "day"}


def count(creator_id: str, **amounts: int) -> None:
    """Add to a creator's figures, in all and of today; the names are columns of CreatorNumbers and CreatorDay.

    A day counts what was done on it: what is taken back later lowers the figure in all and no day. Money that goes back
    is booked on the day it goes back.

    An unknown creator is left alone. Raises ValueError for a figure that neither table has.
    """
    if unknown := amounts.keys() - IN_ALL - BY_DAY:
        raise ValueError(f"there are no figures named {', '.join(sorted(unknown))}")
    if in_all := {name: amount for name, amount in amounts.items() if name in IN_ALL}:
        _add(CreatorNumbers, creator_id, in_all, {"updated_at": clock.now()})
    if by_day := {
        name: amount for name, amount in amounts.items() if name in BY_DAY and _is_of_today(name, amount)
    }:
        _add(CreatorDay, creator_id, by_day, {"day": clock.now().date()})


def restate_figures(figures: Mapping[tuple[str, date], Mapping[str, int]]) -> None:
    """Replace the figures of all creators by `figures`: creator id and day → name → amount; other ids are left out."""
    clusters = {row.id: row.cluster for row in session.execute(select(Creator.id, Creator.cluster))}
    by_day: list[dict[str, object]] = []
    in_all: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (creator_id, day), amounts in figures.items():
        if creator_id in clusters:
            in_all[creator_id].update(amounts)
            counted = {name: amounts.get(name, 0) for name in BY_DAY}
            by_day.append({"creator_id": creator_id, "cluster": clusters[creator_id], "day": day, **counted})
    _replace_days(by_day)
    _replace_numbers(clusters, in_all)


def _is_of_today(name: str, amount: int) -> bool:
    return amount > 0 or name.endswith("_minor")


def _add(
    table: type[CreatorNumbers] | type[CreatorDay],
    creator_id: str,
    amounts: Mapping[str, int],
    fixed: Mapping[str, object],
) -> None:
    values = {**amounts, **fixed}
    columns = ["creator_id", "cluster", *values]
    row = select(
        Creator.id,
        cast(Creator.cluster, String),
        *(literal(value, table.__table__.c[name].type) for name, value in values.items()),
    ).where(Creator.id == creator_id)
    statement = postgresql.insert(table).from_select(columns, row)
    changes = {name: getattr(table, name) + statement.excluded[name] for name in amounts}
    if "updated_at" in fixed:
        changes["updated_at"] = statement.excluded.updated_at
    session.execute(
        statement.on_conflict_do_update(index_elements=list(table.__table__.primary_key), set_=changes)
    )


def _replace_days(rows: list[dict[str, object]]) -> None:
    session.execute(CreatorDay.__table__.delete())
    if rows:
        session.execute(insert(CreatorDay.__table__), rows)


def _replace_numbers(clusters: Mapping[str, str], in_all: Mapping[str, Counter[str]]) -> None:
    session.execute(CreatorNumbers.__table__.delete())
    rows = [
        {
            "creator_id": creator_id,
            "cluster": cluster,
            "updated_at": clock.now(),
            **{name: in_all.get(creator_id, Counter())[name] for name in IN_ALL},
        }
        for creator_id, cluster in clusters.items()
    ]
    if rows:
        session.execute(insert(CreatorNumbers.__table__), rows)
