"""The reads of MediaCore: cards for everyone, full views for the creator and staff, figures for boards."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext, ngettext
from sqlalchemy import Select, func, select

from fanzadmin.contracts.media import AssetCard, Assets, Viewer
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.i18n.reasons import ReasonCard, read_reasons, reason_text
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.web.paging import KeysetQuery, Paged
from fanzadmin.media.assets.models import ENCODE, Asset, Rendition, State
from fanzadmin.media.assets.signed_urls import picture_url


class NoSuchAsset(NotFound):
    title = "There is no such asset"


@dataclass(frozen=True, kw_only=True)
class RenditionView:
    """One rendition; sizes in bytes, bit rate in bits per second."""

    purpose: str
    name: str
    content_type: str
    width: int | None
    height: int | None
    bit_rate: int | None
    size: int


@dataclass(frozen=True, kw_only=True)
class AssetView:
    """An asset as its creator and staff see it. `waits_for` are sentences, `reasons` the same with codes and values; `percent` is of the
    encode; `announce` is how fans hear of it; while `publish_at` is set it is not offered before that moment. While it waits for one, `place` is
    where it stands (1 is next) and `starts_in_s` about how many seconds remain: both can only fall."""

    id: str
    cluster: str
    creator_id: str
    title: str
    caption: str
    tags: tuple[str, ...]
    kind: str
    state: str
    audience: str
    price_minor: int
    currency: str
    performer_ids: tuple[str, ...]
    filename: str
    size: int
    stored_bytes: int
    sha256: str
    duration_ms: int
    width: int | None
    height: int | None
    poster_url: str
    thumbhash: str
    waits_for: tuple[str, ...]
    reasons: tuple[ReasonCard, ...]
    percent: int
    doing: str
    created_at: datetime
    ready_at: datetime | None
    poster_pending: bool
    poster_problem: str
    announce: str
    publish_at: datetime | None
    published_at: datetime | None
    processing_ms: int | None
    renditions: tuple[RenditionView, ...] = ()
    task_id: str = ""
    place: int = 0
    starts_in_s: int = 0


@dataclass(frozen=True, kw_only=True)
class Gates:
    """Where an asset stands at each gate: the values of the enums Scan, Records and Encode, and whether it is offered."""

    scan: str
    scan_reasons: tuple[str, ...]
    records: str
    records_reasons: tuple[str, ...]
    encode: str
    failure: str
    is_published: bool
    is_withdrawn: bool


class AssetAnswers(Assets):
    """What other systems may ask."""

    def card(self, asset_id: str) -> AssetCard | None:
        return self.cards((asset_id,)).get(asset_id)

    def cards(self, asset_ids: tuple[str, ...]) -> dict[str, AssetCard]:
        known_ids = [asset_id for asset_id in asset_ids if is_id(asset_id)]
        if not known_ids:
            return {}
        rows = session.execute(select(Asset).where(Asset.id.in_(known_ids))).scalars()
        return {row.id: asset_card(row) for row in rows}


@dataclass(frozen=True, slots=True)
class PublishedKind:
    """How many assets of a kind came out for an audience."""

    kind: str
    audience: str
    assets: int


def published_by_kind(
    since: datetime, *, clusters: frozenset[str] | None = None
) -> tuple[PublishedKind, ...]:
    """What was published since then and still is, by kind and audience."""
    by = (Asset.kind, Asset.audience)
    query = select(*by, func.count()).where(Asset.published_at >= since, Asset.state == State.PUBLISHED)
    if clusters is not None:
        query = query.where(Asset.cluster.in_(clusters))
    rows = session.execute(query.group_by(*by).order_by(*by))
    return tuple(PublishedKind(kind or "other", audience, int(count)) for kind, audience, count in rows)


def visible_to(viewer: Viewer) -> Select[Asset]:
    """The assets whose whole view `viewer` may read: the own ones, or for staff those of their clusters."""
    query = select(Asset)
    if not viewer.is_staff:
        return query.where(Asset.creator_id == viewer.creator_id)
    return query if viewer.clusters is None else query.where(Asset.cluster.in_(sorted(viewer.clusters)))


def asset_view(asset_id: str, viewer: Viewer) -> AssetView:
    """One asset with its renditions and progress. Raises NoSuchAsset, also for a neighbour's."""
    query = visible_to(viewer).where(Asset.id == asset_id)
    row = session.execute(query).scalar() if is_id(asset_id) else None
    if row is None:
        raise NoSuchAsset(gettext("There is no asset with this number among yours."))
    query = (
        select(Rendition).where(Rendition.asset_id == asset_id).order_by(Rendition.purpose, Rendition.path)
    )
    renditions = tuple(_rendition(item) for item in session.execute(query).scalars())
    return replace(with_progress([shaped(row)])[0], renditions=renditions)


def gates_of(asset_id: str, viewer: Viewer) -> Gates:
    """The gates of an asset, for its creator and staff. Raises NoSuchAsset, also for a neighbour's."""
    row = (
        session.execute(visible_to(viewer).where(Asset.id == asset_id)).scalar() if is_id(asset_id) else None
    )
    if row is None:
        raise NoSuchAsset(gettext("There is no asset with this number among yours."))
    return Gates(
        scan=row.scan_state,
        scan_reasons=_sentences(row.scan_reasons),
        records=row.records_state,
        records_reasons=_sentences(row.records_reasons),
        encode=row.encode_state,
        failure=reason_text(row.failure),
        is_published=row.published_at is not None,
        is_withdrawn=row.withdrawn_at is not None,
    )


def own_assets(
    creator_id: str, *, states: Iterable[str] = (), limit: int = 24, cursor: str | None = None
) -> Paged[AssetView]:
    """One page of a creator's assets with progress; only those in `states` where any are given."""
    query = select(Asset).where(Asset.creator_id == creator_id)
    if shown_states := list(states):
        query = query.where(Asset.state.in_(shown_states))
    return _page(query, limit=limit, cursor=cursor)


def assets_visible_to(viewer: Viewer, *, limit: int = 24, cursor: str | None = None) -> Paged[AssetView]:
    """One page of the assets whose whole view `viewer` may read, with progress."""
    return _page(visible_to(viewer), limit=limit, cursor=cursor)


def _page(query: Select[Asset], *, limit: int, cursor: str | None) -> Paged[AssetView]:
    rows = KeysetQuery(query, (Asset.id,), shape=shaped).page(limit=limit, cursor=cursor)
    return Paged(tuple(with_progress(rows.items)), rows.next)


def counts_by_state(creator_id: str | None = None) -> dict[str, int]:
    """How many assets stand in each state, of one creator or of all."""
    query = select(Asset.state, func.count()).group_by(Asset.state)
    if creator_id is not None:
        query = query.where(Asset.creator_id == creator_id)
    return dict(session.execute(query).tuples().all())


def shaped(row: Asset) -> AssetView:
    """A row as a view, without progress and renditions."""
    return AssetView(
        id=row.id,
        cluster=row.cluster,
        creator_id=row.creator_id,
        title=row.title,
        caption=row.caption,
        tags=tuple(row.tags),
        kind=row.kind or "",
        state=row.state,
        audience=row.audience,
        price_minor=row.price_minor,
        currency=row.currency,
        performer_ids=tuple(row.performer_ids),
        filename=row.filename,
        size=row.size,
        stored_bytes=row.stored_bytes,
        sha256=row.sha256,
        duration_ms=row.duration_ms or 0,
        width=row.width,
        height=row.height,
        poster_url=picture_url(row, for_owner=True),
        thumbhash=row.thumbhash,
        waits_for=_sentences(_reasons(row)),
        reasons=read_reasons(_reasons(row)),
        percent=100 if row.ready_at else 0,
        doing="",
        created_at=row.created_at,
        ready_at=row.ready_at,
        poster_pending=row.poster != row.poster_drawn,
        poster_problem=" ".join(map(str, read_reasons(row.poster_problem.splitlines()))),
        announce=row.announce,
        publish_at=row.publish_at,
        published_at=row.published_at,
        processing_ms=row.processing_ms,
    )


def with_progress(views: Iterable[AssetView]) -> list[AssetView]:
    """The views, those being processed with the percent and message of their task; one query for all."""
    views = list(views)
    moving = [
        view.id
        for view in views
        if view.state in (State.PROCESSING, State.NEEDS_RECORDS) and not view.ready_at
    ]
    if not moving:
        return views
    # A task may end between the two reads: its last state counts, else progress would fall back to nothing.
    query = (
        select(Task)
        .where(Task.name == ENCODE, Task.subject.in_(moving), Task.state.in_(("waiting", "running", "done")))
        .order_by(Task.created_at)
    )
    tasks = {task.subject: task for task in session.execute(query).scalars()}
    return [_doing(view, tasks[view.id]) if view.id in tasks else view for view in views]


def _doing(view: AssetView, task: Task) -> AssetView:
    """The view with what its task does now, or where it stands in the queue."""
    view = replace(view, percent=task.percent, doing=task.message, task_id=str(task.id))
    if task.state != "waiting" or not task.place:
        return view
    left = (task.expected_at - clock.now()).total_seconds() if task.expected_at else 0.0
    return replace(view, place=task.place, starts_in_s=max(0, round(left)), doing=_standing(task.place, left))


def _standing(place: int, seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    if minutes < 1:
        return str(gettext("Waiting: number %(place)s, starts any moment", place=place))
    return str(
        ngettext(
            "Waiting: number %(place)s, about %(num)s minute",
            "Waiting: number %(place)s, about %(num)s minutes",
            minutes,
            place=place,
        )
    )


def _reasons(row: Asset) -> list[str]:
    if row.state in (State.QUARANTINED, State.UNCHECKED):
        return row.scan_reasons
    if row.state == State.FAILED:
        return row.failure.splitlines()
    if row.state == State.WITHDRAWN:
        return [row.withdrawn_reason]
    return row.records_reasons


def _sentences(reasons: Iterable[str]) -> tuple[str, ...]:
    return tuple(card.sentence for card in read_reasons(reasons))


def asset_card(row: Asset) -> AssetCard:
    """What others may show of an asset."""
    return AssetCard(
        id=row.id,
        creator_id=row.creator_id,
        cluster=row.cluster,
        title=row.title,
        caption=row.caption,
        kind=row.kind or "",
        state=row.state,
        audience=row.audience,
        price_minor=row.price_minor,
        currency=row.currency,
        duration_ms=row.duration_ms or 0,
        tags=tuple(row.tags),
        poster_url=picture_url(row),
        thumbhash=row.thumbhash,
        published_at=row.published_at.isoformat() if row.published_at else None,
    )


def _rendition(row: Rendition) -> RenditionView:
    return RenditionView(
        purpose=row.purpose,
        name=row.name,
        content_type=row.content_type,
        width=row.width,
        height=row.height,
        bit_rate=row.bit_rate,
        size=row.size,
    )


def titles_of(asset_ids: tuple[str, ...]) -> dict[str, str]:
    """The titles of assets, by id; unknown ids are left out."""
    query = select(Asset.id, Asset.title).where(Asset.id.in_([key for key in asset_ids if is_id(key)]))
    return {row.id: row.title for row in session.execute(query)}
