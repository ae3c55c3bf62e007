"""FanzGPT, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from fanzadmin.gpt.models import Kind, Suggestion, SuggestionState
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.web.paging import KeysetQuery


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggestion as its creator reads it. `value` is a list of tags, a caption, an hour of the UTC day, minor
    units, or None when withheld; `score` is 0 to 1."""

    id: str
    asset_id: str
    title: str
    kind: str
    value: Any  # its shape depends on the kind
    reason: str
    score: float
    evidence: Mapping[str, Any]
    state: str
    provider: str
    model: str
    created_at: datetime
    decided_at: datetime | None


def suggestions_of(creator_id: str, *, asset_id: str = "", state: str = "") -> KeysetQuery[SuggestionView]:
    """A creator's suggestions, of one asset where given, newest first."""
    return KeysetQuery(_suggestions(creator_id, asset_id=asset_id, state=state), (Suggestion.id,), shaped)


def _suggestions(creator_id: str, *, asset_id: str = "", state: str = "") -> Select[Suggestion]:
    query = select(Suggestion).where(Suggestion.creator_id == creator_id)
    if asset_id:
        query = query.where(Suggestion.asset_id == (asset_id if is_id(asset_id) else None))
    return query.where(Suggestion.state == state) if state else query


def suggestions_for(creator_id: str, asset_id: str) -> tuple[SuggestionView, ...]:
    """All suggestions for an asset of the creator's, in the order of Kind."""
    rows = session.execute(_suggestions(creator_id, asset_id=asset_id)).scalars()
    order = [kind.value for kind in Kind]
    return tuple(sorted((shaped(row) for row in rows), key=lambda suggestion: order.index(suggestion.kind)))


def waiting_for(creator_id: str, *, limit: int = 50) -> tuple[SuggestionView, ...]:
    """What a creator has not decided yet, newest first."""
    query = _suggestions(creator_id, state=SuggestionState.OFFERED.value)
    rows = session.execute(query.order_by(Suggestion.created_at.desc(), Suggestion.id).limit(limit)).scalars()
    return tuple(shaped(row) for row in rows)


def count_waiting(creator_id: str) -> int:
    """How many suggestions wait for a creator's decision."""
    waiting = _suggestions(creator_id, state=SuggestionState.OFFERED.value).subquery()
    return int(session.execute(select(func.count()).select_from(waiting)).scalar_one())


def shaped(row: Suggestion) -> SuggestionView:
    """`row` as it leaves the system."""
    return SuggestionView(**{name: getattr(row, name) for name in SuggestionView.__slots__})
