"""FanzGPT, read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import get_day_names
from sqlalchemy import Select, func, select

from fanzadmin.gpt.models import Kind, Preference, Suggestion, SuggestionState
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import current_language
from fanzadmin.kernel.i18n.reasons import reason_text
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.web.paging import KeysetQuery


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggestion as its creator reads it. `value` is a list of tags, a caption, an hour of the day by the
    clock `time_zone`, minor units, or None when withheld; `reason` is in the reader's language, `reason_codes` is what programs
    read; `score` is 0 to 1."""

    id: str
    asset_id: str
    title: str
    kind: str
    value: Any  # its shape depends on the kind
    reason: str
    reason_codes: tuple[str, ...]
    time_zone: str
    score: float
    evidence: Mapping[str, Any]
    state: str
    provider: str
    model: str
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    """One suggestion for one or more assets of a creator: the newest, and all of them, it included."""

    newest: SuggestionView
    suggestions: tuple[SuggestionView, ...]


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


def groups_of(waiting: Sequence[SuggestionView]) -> tuple[SuggestionGroup, ...]:
    """The same suggestion for several assets is one to decide, in the order of the first of each."""
    groups: dict[tuple[str, str], list[SuggestionView]] = {}
    for suggestion in waiting:
        groups.setdefault((suggestion.kind, json.dumps(suggestion.value)), []).append(suggestion)
    return tuple(SuggestionGroup(group[0], tuple(group)) for group in groups.values())


def time_zone_of(creator_id: str) -> str:
    """The IANA name of a creator's clock, UTC where none was chosen."""
    chosen = select(Preference.time_zone).where(Preference.creator_id == creator_id)
    return session.execute(chosen).scalar() or "UTC"


def count_waiting(creator_id: str) -> int:
    """How many decisions wait for a creator: the same suggestion for several assets is one."""
    waiting = _suggestions(creator_id, state=SuggestionState.OFFERED.value)
    decisions = waiting.with_only_columns(Suggestion.kind, Suggestion.value).distinct().subquery()
    return int(session.execute(select(func.count()).select_from(decisions)).scalar_one())


def shaped(row: Suggestion) -> SuggestionView:
    """`row` as it leaves the system."""
    read = {"reason", "reason_codes", "time_zone", "evidence"}
    values = {name: getattr(row, name) for name in SuggestionView.__slots__ if name not in read}
    return SuggestionView(
        **values,
        reason=reason_text(row.reason),
        reason_codes=tuple(row.reason.splitlines()),
        time_zone=str(row.evidence.get("time_zone", "")),
        evidence=_evidence(row.evidence),
    )


def _evidence(figures: Mapping[str, object]) -> dict[str, object]:
    """The figures with the weekday as the reader calls it."""
    weekday = figures.get("best_weekday")
    if not isinstance(weekday, int):
        return dict(figures)
    return dict(figures) | {"best_weekday": get_day_names("wide", "stand-alone", current_language())[weekday]}
