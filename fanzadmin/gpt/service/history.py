"""Remembering: FanzGPT's own copy of what was published and what people did with it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.media import AssetChanged, AssetPublished, AssetUploaded
from fanzadmin.gpt.models import AssetHistory
from fanzadmin.gpt.service.past import Fresh, Past
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session

SETTLED = timedelta(days=3)  # younger posts still gather their response and would look worse than they are
OWN, ALIKE, RECENT = 500, 60, 1500
_PAST = [getattr(AssetHistory, name) for name in Past.__slots__]
_FRESH = [getattr(AssetHistory, name) for name in Fresh.__slots__]


def remember_upload(fact: AssetUploaded) -> None:
    """Keep the first words about an asset; what is known already stays."""
    values = {
        "asset_id": fact.asset_id,
        "creator_id": fact.creator_id,
        "cluster": fact.cluster,
        "title": fact.title,
        "audience": fact.audience,
        "price_minor": fact.price_minor,
        "currency": fact.currency,
    }
    session.execute(insert(AssetHistory).values(values).on_conflict_do_nothing())


def remember_publication(fact: AssetPublished | AssetChanged) -> None:
    """Keep an asset as its audience sees it, and when it came out for the first time."""
    words = {
        "title": fact.title,
        "caption": fact.caption,
        "tags": list(fact.tags),
        "tag_words": " ".join(fact.tags),
        "kind": fact.kind,
        "audience": fact.audience,
        "price_minor": fact.price_minor,
        "currency": fact.currency,
    }
    about = {"asset_id": fact.asset_id, "creator_id": fact.creator_id, "cluster": fact.cluster}
    row = insert(AssetHistory).values(**about, **words, published_at=clock.now())
    first = func.coalesce(AssetHistory.published_at, row.excluded.published_at)
    session.execute(
        row.on_conflict_do_update(index_elements=["asset_id"], set_={**words, "published_at": first})
    )


def remember_post(asset_id: str, *, post_id: str) -> None:
    """An asset became a post: likes and comments name the post only."""
    _add(AssetHistory.asset_id == asset_id, post_id=post_id)


def count_for_post(post_id: str, **amounts: int) -> None:
    """Add to the figures of a post's asset; a post of words has none."""
    _add(
        AssetHistory.post_id == post_id,
        **{name: getattr(AssetHistory, name) + by for name, by in amounts.items()},
    )


def count_for_asset(asset_id: str, **amounts: int) -> None:
    """Add to an asset's figures; an empty id is no one's."""
    if asset_id:
        changes = {name: getattr(AssetHistory, name) + by for name, by in amounts.items()}
        _add(AssetHistory.asset_id == asset_id, **changes)


def fresh_asset(asset_id: str) -> tuple[Fresh, str] | None:
    """The asset that suggestions are wanted for, and its cluster; None when nothing is known of it."""
    query = select(*_FRESH, AssetHistory.cluster).where(AssetHistory.asset_id == asset_id)
    row = session.execute(query).first()
    if row is None:
        return None
    values = dict(row._mapping)
    cluster = str(values.pop("cluster"))
    return Fresh(**values | {"tags": tuple(values["tags"] or ())}), cluster


def own_past(fresh: Fresh) -> list[Past]:
    """What the creator published before, settled, newest first."""
    return _read(
        AssetHistory.creator_id == fresh.creator_id, AssetHistory.asset_id != fresh.asset_id, limit=OWN
    )


def cluster_past(fresh: Fresh, cluster: str) -> list[Past]:
    """What others in the cluster published lately."""
    return _read(AssetHistory.cluster == cluster, AssetHistory.creator_id != fresh.creator_id, limit=RECENT)


def cluster_alike(fresh: Fresh, cluster: str) -> list[Past]:
    """What others in the cluster published that shares words with the asset: PostgreSQL's full text, best first."""
    words = func.websearch_to_tsquery("simple", " or ".join(_plain_words(fresh.words)))
    query = (
        select(*_PAST)
        .where(
            AssetHistory.cluster == cluster,
            AssetHistory.creator_id != fresh.creator_id,
            AssetHistory.published_at < clock.now() - SETTLED,
            AssetHistory.words.op("@@")(words),
        )
        .order_by(func.ts_rank(AssetHistory.words, words).desc(), AssetHistory.asset_id)
        .limit(ALIKE)
    )
    return [_past(row._mapping) for row in session.execute(query)]


def _plain_words(text: str) -> list[str]:
    cleaned = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return [word for word in dict.fromkeys(cleaned.split()) if len(word) > 2 and word not in {"and", "not"}][
        :30
    ]


def _read(*conditions: ColumnElement[bool], limit: int) -> list[Past]:
    query = select(*_PAST).where(*conditions, AssetHistory.published_at < clock.now() - SETTLED)
    query = query.order_by(AssetHistory.published_at.desc()).limit(limit)
    return [_past(row._mapping) for row in session.execute(query)]


def _past(values: Mapping[Any, Any]) -> Past:  # Any: a row's columns are those of _PAST
    return Past(**{**values, "tags": tuple(values["tags"] or ())})


def _add(condition: ColumnElement[bool], **changes: object) -> None:
    change = update(AssetHistory).where(condition).values(**changes)
    session.execute(change.execution_options(synchronize_session=False))
