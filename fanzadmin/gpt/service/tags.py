"""Tags: those of the earlier assets that a new one resembles, the creator's own before the cluster's."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

from fanzadmin.gpt.models import Kind
from fanzadmin.gpt.service.past import Advice, Fresh, Past, Withheld, confidence, lifts, more
from fanzadmin.gpt.service.similarity import similarities
from fanzadmin.kernel.i18n.reasons import reason_code

NEIGHBOURS, MOST_TAGS = 12, 5
ALIKE = 0.12  # below this two titles share no more than a common word
NEAREST_SHARE = 0.5  # a neighbour is at least this much like it as the nearest: “part one” is in many titles
STANDS_OUT = 1.15
STRANGER = 0.5  # what another creator's tag counts beside one's own


def suggest_tags(fresh: Fresh, own: Sequence[Past], cluster: Sequence[Past]) -> Advice | Withheld | None:
    """Up to five tags; None when the asset has all that come into question."""
    assets = [*own, *cluster]
    tagged = [asset for asset in assets if asset.tags]
    likeness = similarities(fresh.words, [asset.words for asset in tagged])
    near = sorted(zip(likeness, tagged, strict=True), key=lambda pair: (-pair[0], pair[1].asset_id))
    least = max(ALIKE, NEAREST_SHARE * near[0][0]) if near else ALIKE
    near = [(alike, asset) for alike, asset in near[:NEIGHBOURS] if alike >= least]
    scores: defaultdict[str, float] = defaultdict(float)
    for alike, asset in near:
        for tag in set(asset.tags) - set(fresh.tags):
            scores[tag] += alike * (1 if asset.creator_id == fresh.creator_id else STRANGER)
    if not scores:
        return None if near else _withheld(fresh, own)
    chosen = sorted(scores, key=lambda tag: (-scores[tag], tag))[:MOST_TAGS]
    figures = {tag: _figures(tag, own) for tag in chosen}
    return Advice(
        Kind.TAGS,
        chosen,
        _reason(chosen, figures, near, fresh),
        round(fmean(alike for alike, _ in near[:3]) * confidence(len(near), half_at=2), 3),
        {
            "tags": figures,
            "similar": [{"title": asset.title, "alike": round(alike, 2)} for alike, asset in near[:3]],
            "own_posts": len(own),
        },
    )


def _figures(tag: str, own: Sequence[Past]) -> dict[str, object]:
    """How often the creator used a tag, and how those posts did against the creator's average."""
    by_id = lifts(own)
    posts = [by_id[asset.asset_id] for asset in own if tag in asset.tags]
    return {"posts": len(posts), "lift": round(fmean(posts), 2) if posts else None}


def _reason(
    chosen: list[str],
    figures: dict[str, dict[str, object]],
    near: list[tuple[float, Past]],
    fresh: Fresh,
) -> str:
    nearest = near[0][1]
    whose = "alike_own" if nearest.creator_id == fresh.creator_id else "alike_other"
    sentence = reason_code(f"gpt.{whose}", title=nearest.title)
    for tag in chosen:
        posts, lift = figures[tag]["posts"], figures[tag]["lift"]
        if isinstance(posts, int) and isinstance(lift, float) and posts >= 3 and lift >= STANDS_OUT:
            second = reason_code("gpt.tag_stands_out", tag=tag, posts=posts, percent=more(lift))
            return f"{sentence}\n{second}"
    return sentence


def _withheld(fresh: Fresh, own: Sequence[Past]) -> Withheld:
    return Withheld(Kind.TAGS, reason_code("gpt.nothing_alike", title=fresh.title), {"own_posts": len(own)})
