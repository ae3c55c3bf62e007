"""The demo's history as FanzGPT remembers it, its figures those that the other systems tallied, and suggestions for the newest assets
made from it by the real rules."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import insert

from fanzadmin.contracts.media import Assets
from fanzadmin.gpt import service
from fanzadmin.gpt.models import AssetHistory, PostHistory
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoAsset, World
from fanzadmin.kernel.ports import NoProvider, ask

ACTS = ("likes", "comments", "shares", "clicks", "unlocks", "earned_minor")
SUGGESTED = 24  # assets at the end of the year that still wait for a decision


def seed(world: World) -> None:
    """History rows from `world.assets`."""
    captions, reactions = _captions(world), _reactions(world)
    rows = [
        _row(asset, captions.get(asset.id, ""), world.posts.get(asset.id), reactions.get(asset.id, Counter()))
        for asset in world.assets
    ]
    if not rows:
        return
    session.execute(insert(AssetHistory), rows)
    posts = [_post_row(row) for row in rows if row["post_id"] is not None]
    if posts:
        session.execute(insert(PostHistory), posts)
    session.flush()
    for asset in world.assets[-SUGGESTED:]:
        service.suggest(asset.id)


def _row(asset: DemoAsset, caption: str, post_id: str | None, acts: Mapping[str, int]) -> dict[str, object]:
    return {
        "asset_id": asset.id,
        "creator_id": asset.creator.id,
        "cluster": asset.creator.cluster.key,
        "post_id": post_id,
        "title": asset.title,
        "caption": caption,
        "tags": list(asset.tags),
        "tag_words": " ".join(asset.tags),
        "kind": asset.kind,
        "audience": asset.audience,
        "price_minor": asset.price_minor,
        "currency": asset.creator.cluster.currency,
        "published_at": asset.published_at,
        "created_at": asset.published_at,
        **{name: acts[name] for name in ACTS},
    }


def _post_row(row: Mapping[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("post_id", "asset_id", "likes", "comments", "shares")}


def _reactions(world: World) -> dict[str, Counter[str]]:
    """What other systems' demos tallied by asset id."""
    asset_ids = {asset.id for asset in world.assets}
    reactions: dict[str, Counter[str]] = {}
    for (subject_id, _day), amounts in world.tallies.items():
        if subject_id in asset_ids:
            reactions.setdefault(subject_id, Counter()).update(amounts)
    return reactions


def _captions(world: World) -> dict[str, str]:
    try:
        cards = ask(Assets).cards(tuple(asset.id for asset in world.assets))
    except NoProvider:
        return {}
    return {asset_id: card.caption for asset_id, card in cards.items()}
