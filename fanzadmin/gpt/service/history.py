"""Remembering: FanzGPT's own copy of what was published and what people did with it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.finance import PaymentRefunded, PaymentSettled
from fanzadmin.contracts.media import AssetChanged, AssetPublished, AssetUploaded
from fanzadmin.contracts.social import PostPublished
from fanzadmin.gpt.models import AssetHistory, PostHistory
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
    row = insert(AssetHistory).values(values)
    words = {name: row.excluded[name] for name in ("title", "audience", "price_minor", "currency")}
    session.execute(
        row.on_conflict_do_update(index_elements=["asset_id"], set_=words, where=AssetHistory.title == "")
    )


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
        row.on_conflict_do_update(
            index_elements=["asset_id"], set_={**words, "published_at": first, "withdrawn_at": None}
        )
    )


def remember_withdrawal(asset_id: str) -> None:
    """An asset was taken back: nothing is learned from it until it is published again."""
    _change(AssetHistory.asset_id == asset_id, withdrawn_at=clock.now())


def remember_post(fact: PostPublished) -> None:
    """An asset became a post: likes and comments name the post only. What the post gathered before counts for the asset now."""
    if not fact.asset_id:
        return
    row = insert(PostHistory).values(post_id=fact.post_id, asset_id=fact.asset_id)
    linked = row.on_conflict_do_update(
        index_elements=["post_id"], set_={"asset_id": fact.asset_id}, where=PostHistory.asset_id.is_(None)
    ).returning(PostHistory.likes, PostHistory.comments, PostHistory.shares)
    figures = session.execute(linked).first()
    if figures is not None:
        count_for_asset(fact.asset_id, creator_id=fact.creator_id, cluster=fact.cluster, **figures._mapping)
    _change(AssetHistory.asset_id == fact.asset_id, post_id=fact.post_id)


def count_for_post(post_id: str, **amounts: int) -> None:
    """Add to the figures of a post, and of its asset where it has one."""
    row = insert(PostHistory).values(post_id=post_id, **amounts)
    added = {name: getattr(PostHistory, name) + by for name, by in amounts.items()}
    counted = row.on_conflict_do_update(index_elements=["post_id"], set_=added).returning(
        PostHistory.asset_id
    )
    asset_id = session.execute(counted).scalar()
    if asset_id is not None:
        changes = {name: getattr(AssetHistory, name) + by for name, by in amounts.items()}
        _change(AssetHistory.asset_id == asset_id, **changes)


def count_for_asset(asset_id: str, *, creator_id: str, cluster: str, **amounts: int) -> None:
    """Add to an asset's figures, also before its words have come; an empty id is no one's."""
    if not asset_id:
        return
    about = {"asset_id": asset_id, "creator_id": creator_id, "cluster": cluster}
    row = insert(AssetHistory).values(**about, title="", audience="", price_minor=0, currency="", **amounts)
    added = {name: getattr(AssetHistory, name) + by for name, by in amounts.items()}
    session.execute(row.on_conflict_do_update(index_elements=["asset_id"], set_=added))


def count_unlock(payment: PaymentSettled | PaymentRefunded, *, by: int) -> None:
    """A fan paid for an asset by itself, or got the money back (`by` is -1)."""
    earned = by * payment.creator_minor
    count_for_asset(
        payment.asset_id,
        creator_id=payment.creator_id,
        cluster=payment.cluster,
        unlocks=by,
        earned_minor=earned,
    )


def fresh_asset(asset_id: str) -> tuple[Fresh, str] | None:
    """The asset that suggestions are wanted for, and its cluster; None when nothing is known of it."""
    query = select(*_FRESH, AssetHistory.cluster).where(
        AssetHistory.asset_id == asset_id, AssetHistory.title != ""
    )
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
            *_settled(),
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
    query = select(*_PAST).where(*conditions, *_settled())
    query = query.order_by(AssetHistory.published_at.desc()).limit(limit)
    return [_past(row._mapping) for row in session.execute(query)]


def _past(values: Mapping[Any, Any]) -> Past:  # Any: a row's columns are those of _PAST
    return Past(**{**values, "tags": tuple(values["tags"] or ())})


def _settled() -> tuple[ColumnElement[bool], ...]:
    return AssetHistory.published_at < clock.now() - SETTLED, AssetHistory.withdrawn_at.is_(None)


def _change(condition: ColumnElement[bool], **changes: object) -> None:
    change = update(AssetHistory).where(condition).values(**changes)
    session.execute(change.execution_options(synchronize_session=False))
