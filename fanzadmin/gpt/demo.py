"""The demo's history as FanzGPT remembers it, and suggestions for the newest assets made from it by the real rules."""

from collections import Counter
from collections.abc import Mapping
from random import Random

from sqlalchemy import insert

from fanzadmin.contracts.media import Assets
from fanzadmin.gpt import service
from fanzadmin.gpt.models import AssetHistory
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoAsset, World
from fanzadmin.kernel.ports import NoProvider, ask

ACTS = ("likes", "comments", "shares", "clicks", "unlocks")
EVENING = (18, 19, 20, 21, 22)
SUGGESTED = 24  # assets at the end of the year that still wait for a decision


def seed(world: World) -> None:
    """History rows from `world.assets`; the figures are the other systems' where they have them."""
    rng = world.rng("gpt")
    captions, reactions = _captions(world), _reactions(world)
    names = {name for acts in reactions.values() for name in acts}
    rows = []
    for asset in world.assets:
        acts = _likely(asset, rng) | {name: reactions.get(asset.id, Counter())[name] for name in names}
        rows.append(_row(asset, captions.get(asset.id, ""), world.posts.get(asset.id), acts))
    if not rows:
        return
    session.execute(insert(AssetHistory), rows)
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
        "earned_minor": acts["unlocks"] * asset.price_minor * 3 // 4,
        "created_at": asset.published_at,
        **{name: acts[name] for name in ACTS},
    }


def _reactions(world: World) -> dict[str, Counter[str]]:
    """What other systems' demos tallied by asset id."""
    asset_ids = {asset.id for asset in world.assets}
    reactions: dict[str, Counter[str]] = {}
    for (subject_id, _day), amounts in world.tallies.items():
        if subject_id in asset_ids:
            reactions.setdefault(subject_id, Counter()).update(amounts)
    return reactions


def _likely(asset: DemoAsset, rng: Random) -> dict[str, int]:
    """Figures where there are none: evenings and low prices do better, as in life."""
    size = rng.uniform(18, 48) * (1.5 if asset.published_at.hour in EVENING else 1.0)
    return {
        "likes": int(size * rng.uniform(0.6, 1.4)),
        "comments": int(size * rng.uniform(0.05, 0.2)),
        "shares": int(size * rng.uniform(0, 0.08)),
        "clicks": int(size * rng.uniform(1, 2.5)),
        "unlocks": int(size * rng.uniform(0.5, 1.2) * 500 / asset.price_minor) if asset.price_minor else 0,
    }


def _captions(world: World) -> dict[str, str]:
    try:
        cards = ask(Assets).cards(tuple(asset.id for asset in world.assets))
    except NoProvider:
        return {}
    return {asset_id: card.caption for asset_id, card in cards.items()}
