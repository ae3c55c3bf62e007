"""FanzSocial's part of the demo: who follows whom, posts of assets and of words, and what fans left on them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import insert

from fanzadmin.kernel.db import Model, session
from fanzadmin.kernel.demo import DemoCreator, DemoFan, World
from fanzadmin.kernel.ids import id_at
from fanzadmin.social.models import Audience, Comment, Follow, Like, Post, Share, State

AT_ONCE = 5_000  # rows in one statement
WORDS_A_MONTH = 2.6  # posts of words of an average creator
CURIOUS = 8.0  # creators that an average fan follows without paying
LIKELY: dict[type[Model], float] = {Like: 0.45, Comment: 0.04, Share: 0.02}  # of those who may see a post
COUNTS: dict[type[Model], str] = {Like: "likes", Comment: "comments", Share: "shares"}

THOUGHTS = (
    "Cutting the new set tonight. Tea is ready, the cat is not helping.",
    "Thank you for a thousand kind words this month.",
    "Which one next: the lake, the roof or the old theatre?",
    "Out with the camera at five in the morning. Worth it.",
    "A quiet week ahead, then something bigger.",
    "Somebody asked how I choose the music: I hum until my sister gives in.",
    "New lights arrived. I look like a film star or a ghost, nothing in between.",
    "Questions and answers on Sunday. Ask me anything within reason.",
    "Rain all day, so I sorted the archive. You will like what I found.",
    "Two years today since the first upload. Thank you for staying.",
)
COMMENTS = (
    "Beautiful.",
    "This made my day.",
    "The light!",
    "More of this, please.",
    "Watched it twice.",
    "You get better every month.",
    "That ending!",
    "Where was this?",
    "Worth every minute.",
    "Well done.",
    "I was waiting for this one.",
    "The lake, definitely.",
)

Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class _Relation:
    """Between these moments the fan was there to look; `paying` while a subscription ran."""

    fan: DemoFan
    since: datetime
    until: datetime
    paying: bool


def seed(world: World) -> None:
    """Write the year's posts and reactions; the posts' counts are those of the rows."""
    rng = world.rng("social")
    relations = _relations(world, rng)
    rows: dict[type[Model], Rows] = {Post: _posts(world, rng), Follow: _follows(world, relations, rng)}
    for table in (Like, Comment, Share):
        rows[table] = []
    for post in rows[Post]:
        for table, fan, at in _reactions(post, relations.get(str(post["creator_id"]), []), rng):
            if at < world.now:
                rows[table].append(_reaction(table, post, fan, at, rng))
                world.see(fan, at)
                count = COUNTS[table]
                post[count] = int(str(post[count])) + 1
                world.tally(str(post["creator_id"]), at, **{count: 1})
                if post["asset_id"]:
                    world.tally(str(post["asset_id"]), at, **{count: 1})
    world.posts = {str(post["asset_id"]): str(post["id"]) for post in rows[Post] if post["asset_id"]}
    for table, table_rows in rows.items():
        for first in range(0, len(table_rows), AT_ONCE):
            session.execute(insert(table.__table__), table_rows[first : first + AT_ONCE])


def _relations(world: World, rng: Random) -> dict[str, list[_Relation]]:
    """By creator: the subscribers, and those who follow out of curiosity."""
    relations: defaultdict[str, list[_Relation]] = defaultdict(list)
    paying = set()
    for subscription in world.subscriptions:
        paying.add((subscription.fan.id, subscription.creator.id))
        relations[subscription.creator.id].append(
            _Relation(
                subscription.fan, subscription.started_at, subscription.ended_at or world.now, paying=True
            )
        )
    by_cluster: defaultdict[str, list[DemoCreator]] = defaultdict(list)
    for creator in world.creators:
        by_cluster[creator.cluster.key].append(creator)
    for fan in world.fans:
        for _ in range(int(rng.expovariate(1 / CURIOUS) + rng.random() / 2)):
            creator = rng.choice(by_cluster[fan.cluster.key])
            since = max(fan.joined_at, creator.joined_at)
            since += (world.now - since) * rng.random()
            if (fan.id, creator.id) not in paying:
                paying.add((fan.id, creator.id))
                relations[creator.id].append(_Relation(fan, since, world.now, paying=False))
    return relations


def _follows(world: World, relations: dict[str, list[_Relation]], rng: Random) -> Rows:
    rows, seen = [], set()
    creators = {creator.id: creator for creator in world.creators}
    for creator_id, followers in relations.items():
        for follower in sorted(followers, key=lambda relation: relation.since):
            if (follower.fan.id, creator_id) in seen:
                continue
            seen.add((follower.fan.id, creator_id))
            world.tally(creator_id, follower.since, followers=1)
            world.see(follower.fan, follower.since)
            rows.append(
                {
                    "id": id_at(follower.since, rng),
                    "fan_id": follower.fan.id,
                    "creator_id": creator_id,
                    "cluster": creators[creator_id].cluster.key,
                    "created_at": follower.since,
                }
            )
    return rows


def _posts(world: World, rng: Random) -> Rows:
    rows = [
        _post(
            asset.creator,
            asset.published_at,
            rng,
            asset_id=asset.id,
            title=asset.title,
            audience=asset.audience,
        )
        for asset in world.assets
    ]
    for creator in world.creators:
        months = (world.now - creator.joined_at).days / 30
        for _ in range(int(months * WORDS_A_MONTH + rng.random())):
            at = creator.joined_at + (world.now - creator.joined_at) * rng.random()
            audience = rng.choice((Audience.PUBLIC, Audience.PUBLIC, Audience.SUBSCRIBERS))
            rows.append(_post(creator, at, rng, body=rng.choice(THOUGHTS), audience=audience))
    return rows


def _post(
    creator: DemoCreator,
    at: datetime,
    rng: Random,
    *,
    audience: str,
    asset_id: str | None = None,
    title: str = "",
    body: str = "",
) -> dict[str, object]:
    return {
        "id": id_at(at, rng),
        "creator_id": creator.id,
        "cluster": creator.cluster.key,
        "asset_id": asset_id,
        "title": title,
        "body": body,
        "audience": str(audience),
        "state": State.VISIBLE.value,
        "created_at": at,
        "published_at": at,
        "likes": 0,
        "comments": 0,
        "shares": 0,
    }


def _reactions(
    post: dict[str, object], relations: list[_Relation], rng: Random
) -> Iterator[tuple[type[Model], DemoFan, datetime]]:
    """Who was there when the post came, and may see it, reacts within the following days."""
    published, appeal = cast("datetime", post["published_at"]), rng.betavariate(2, 3) * 2.5
    if post["audience"] == Audience.PPV:
        appeal /= 4  # only those who unlocked it
    shown_to = {
        relation.fan.id: relation.fan
        for relation in relations
        if relation.since < published < relation.until
        and (relation.paying or post["audience"] == Audience.PUBLIC)
    }
    for fan in shown_to.values():
        for table, likely in LIKELY.items():
            if rng.random() < likely * appeal:
                yield table, fan, published + timedelta(hours=rng.expovariate(1 / 20))


def _reaction(
    table: type[Model], post: dict[str, object], fan: DemoFan, at: datetime, rng: Random
) -> dict[str, object]:
    row: dict[str, object] = {
        "id": id_at(at, rng),
        "post_id": post["id"],
        "fan_id": fan.id,
        "cluster": post["cluster"],
        "created_at": at,
    }
    return row | ({"body": rng.choice(COMMENTS), "state": State.VISIBLE.value} if table is Comment else {})
