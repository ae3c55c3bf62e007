"""Clicks and views, recorded without slowing the answer: one INSERT each, and no wait for the disk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, insert, literal, select, text

from fanzadmin.biolink.models import Click, View
from fanzadmin.biolink.service.links import Target
from fanzadmin.biolink.service.salts import visitor_hash
from fanzadmin.biolink.service.visits import Visit
from fanzadmin.contracts.biolink import LinkClicked
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id

SAME_VISIT = timedelta(minutes=30)
# The last fraction of a second of clicks may be lost when the database server itself crashes; nothing else may.
NO_WAIT_FOR_DISK = text("SET LOCAL synchronous_commit TO off")


@dataclass(frozen=True, slots=True)
class SeenPage:
    """The page that a view is of."""

    page_id: str
    creator_id: str
    cluster: str


def record_click(target: Target, visit: Visit) -> None:
    """Keep a click. A bot's is kept with its reason and told to nobody; who clicked within the last half hour is
    counted again, but not as a new visitor. What only looks ahead is not kept at all."""
    if not visit.counts:
        return
    _keep(Click, {"link_id": target.link_id}, target, visit)
    if not visit.bot_reason:
        record(
            LinkClicked(
                cluster=target.cluster,
                link_id=target.link_id,
                creator_id=target.creator_id,
                asset_id=target.asset_id or "",
                country=visit.country,
                device=visit.device,
            )
        )


def record_view(page: SeenPage, visit: Visit) -> None:
    """Keep a view of a bio page, by the same rules as a click."""
    if visit.counts:
        _keep(View, {"page_id": page.page_id}, page, visit)


def _keep(
    table: type[Click] | type[View], thing: dict[str, str], owner: Target | SeenPage, visit: Visit
) -> None:
    now, columns = clock.now(), table.__table__.c
    hashes = _hashes(now, visit)
    same = [columns[name] == value for name, value in thing.items()]
    seen = exists(select(table.id).where(*same, table.visitor.in_(hashes), table.at > now - SAME_VISIT))
    values: dict[str, object] = {
        **thing,
        "id": new_id(),
        "creator_id": owner.creator_id,
        "cluster": owner.cluster,
        "at": now,
        "country": visit.country,
        "device": visit.device,
        "referrer": visit.referrer,
        "is_bot": bool(visit.bot_reason),
        "bot_reason": visit.bot_reason,
        "visitor": hashes[0],
    }
    row = select(*(literal(value, columns[name].type) for name, value in values.items()), ~seen)
    session.execute(NO_WAIT_FOR_DISK)
    session.execute(insert(table).from_select([*values, "is_unique"], row, include_defaults=False))


def _hashes(now: datetime, visit: Visit) -> list[bytes]:
    """Today's hash of the visitor first; just after midnight also yesterday's, so that a visit survives it."""
    days = [now.date()]
    if (now - SAME_VISIT).date() != now.date():
        days.append((now - SAME_VISIT).date())
    return [visitor_hash(day, address=visit.address, user_agent=visit.user_agent) for day in days]
