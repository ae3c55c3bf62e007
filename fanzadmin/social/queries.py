"""What may be read of posts. The feed is merged when it is read, and each post is checked against what the fan paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, func, select, text, true, tuple_
from sqlalchemy.orm import aliased

from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.media import AssetCard
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.paging import BadCursor
from fanzadmin.kernel.web.rest import page
from fanzadmin.social.models import Audience, Comment, Follow, Like, Post, State
from fanzadmin.social.service.visibility import (
    Looker,
    NoSuchPost,
    audience_of,
    cards_of,
    fan_of,
    is_offered,
    looker,
    open_among,
    open_post,
    visible_post,
)
from security.identity import Me


@dataclass(frozen=True, slots=True)
class Media:
    """The asset of a post. A locked one has no picture but its ThumbHash; `price_minor` is 0 unless it is ppv."""

    id: str
    kind: str
    duration_ms: int
    price_minor: int
    currency: str
    thumbhash: str
    poster_url: str


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post as one person may see it. Locked words are left out; a locked asset keeps its title and caption."""

    id: str
    creator_id: str
    creator_handle: str
    creator_name: str
    title: str
    body: str
    audience: str
    locked: bool
    media: Media | None
    published_at: datetime
    likes: int
    comments: int
    shares: int
    liked: bool


@dataclass(frozen=True, slots=True)
class PostsPage:
    """Posts, the newest first; `next` is the cursor of the page after."""

    items: tuple[PostCard, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class CommentCard:
    """Words under a post. `is_mine`: the person at hand may take it back."""

    id: str
    author: str
    by_creator: bool
    body: str
    created_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class CommentsPage:
    items: tuple[CommentCard, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class EngagementDay:
    """What fans did on one day (UTC) in one cluster."""

    day: date
    cluster: str
    likes: int
    comments: int
    shares: int
    follows: int


@dataclass(frozen=True, slots=True)
class TopPost:
    """A post with what it got; `score` is likes + 2 x comments + 3 x shares."""

    id: str
    creator_id: str
    asset_id: str | None
    cluster: str
    title: str
    audience: str
    published_at: datetime
    likes: int
    comments: int
    shares: int
    score: int


@dataclass(frozen=True, slots=True)
class HourResponse:
    """Visible posts of one weekday (0 Monday) and hour (UTC). `response` is likes + comments + shares a post."""

    weekday: int
    hour: int
    posts: int
    response: float


def feed(person: Me, *, limit: int = 25, cursor: str | None = None) -> PostsPage:
    """The posts of the creators that this fan follows. Raises NotAFan, BadCursor.

    Each followed creator gives at most a page of posts by index, so the cost grows with the number of creators
    followed, not with the number of their posts.
    """
    who, older = looker(person), aliased(Post)
    recent = (
        select(older.id, older.published_at)
        .where(
            older.creator_id == Follow.creator_id, older.state == State.VISIBLE.value, _before(older, cursor)
        )
        .order_by(older.published_at.desc(), older.id.desc())
        .limit(limit + 1)
        .lateral("recent")
    )
    merged = (
        select(recent.c.id)
        .select_from(Follow)
        .join(recent, true())
        .where(Follow.fan_id == who.as_fan().id)
        .order_by(recent.c.published_at.desc(), recent.c.id.desc())
        .limit(limit + 1)
        .subquery("merged")
    )
    query = (
        select(Post).join(merged, Post.id == merged.c.id).order_by(Post.published_at.desc(), Post.id.desc())
    )
    posts = session.execute(query.execution_options(populate_existing=True)).scalars().all()
    shown = posts[:limit]
    return PostsPage(items=_cards(who, shown), next=shown[-1].id if len(posts) > limit else None)


def posts_of(creator_id: str, person: Me | None, *, limit: int = 25, cursor: str | None = None) -> PostsPage:
    """A creator's posts as `person` (None: a visitor) may see them. Raises BadCursor."""
    if not is_id(creator_id):
        return PostsPage(items=(), next=None)
    query = select(Post).where(Post.creator_id == creator_id, Post.state == State.VISIBLE.value)
    keys = (Post.published_at, Post.id)
    found = page(query, {"limit": limit, "cursor": cursor}, key=keys, shape=lambda post: post)
    who = looker(person) if person is not None else Looker(None, None)
    return PostsPage(items=_cards(who, found["items"]), next=found["next"])


def post(person: Me, post_id: str) -> PostCard:
    """One post. Raises NoSuchPost."""
    shown = _cards(looker(person), [visible_post(post_id)])
    if not shown:
        raise NoSuchPost(gettext("This post is not there, or not any more."))
    return shown[0]


def comments_of(person: Me, post_id: str, *, limit: int = 25, cursor: str | None = None) -> CommentsPage:
    """The comments under a post that this person may see, the oldest first. Raises NoSuchPost, Locked, BadCursor."""
    who = looker(person)
    under = open_post(who, post_id)
    query = select(Comment).where(Comment.post_id == under.id, Comment.state == State.VISIBLE.value)
    args = {"limit": limit, "cursor": cursor}
    keys = (Comment.created_at, Comment.id)
    found = page(query, args, key=keys, shape=lambda comment: comment, descending=False)
    creator = ask(People).creator(under.creator_id)
    fans = ask(People).fans(tuple({one.fan_id for one in found["items"] if one.fan_id}))
    names = {fan.id: fan.name for fan in fans.values()} | {None: creator.name if creator else _nobody()}
    items = tuple(_comment_card(one, who, under, names) for one in found["items"])
    return CommentsPage(items=items, next=found["next"])


def follows(person: Me, creator_id: str) -> bool:
    """Whether this fan follows that creator. Raises NotAFan."""
    if not is_id(creator_id):
        return False
    query = select(Follow.id).where(Follow.fan_id == fan_of(person).id, Follow.creator_id == creator_id)
    return session.execute(query).first() is not None


def follower_count(creator_id: str) -> int:
    """How many fans follow a creator."""
    query = select(func.count()).select_from(Follow).where(Follow.creator_id == creator_id)
    return session.execute(query).scalar_one()


def engagement_by_day(
    *, since: datetime, until: datetime, cluster: str | None = None
) -> tuple[EngagementDay, ...]:
    """Likes, comments, shares and new follows by day (UTC) and cluster, for the boards."""
    rows = session.execute(_BY_DAY, {"since": since, "until": until, "cluster": cluster})
    return tuple(
        EngagementDay(row.day, row.cluster, row.likes, row.comments, row.shares, row.follows) for row in rows
    )


def top_posts(
    *,
    since: datetime,
    until: datetime,
    cluster: str | None = None,
    creator_id: str | None = None,
    limit: int = 10,
) -> tuple[TopPost, ...]:
    """The posts published in that time which got most, by score."""
    score = (Post.likes + 2 * Post.comments + 3 * Post.shares).label("score")
    query = select(Post, score).where(
        Post.published_at >= since, Post.published_at < until, Post.state == State.VISIBLE.value
    )
    if cluster is not None:
        query = query.where(Post.cluster == cluster)
    if creator_id is not None:
        query = query.where(Post.creator_id == creator_id)
    rows = session.execute(query.order_by(score.desc(), Post.id.desc()).limit(limit))
    return tuple(_top(found, points) for found, points in rows)


def response_by_hour(since: datetime, *, clusters: frozenset[str] | None = None) -> tuple[HourResponse, ...]:
    """What posts got by the weekday and hour they came out, from `since` on; hours without posts are left out."""
    at = func.timezone("UTC", Post.published_at)
    weekday, hour = func.extract("isodow", at) - 1, func.extract("hour", at)
    query = (
        select(weekday, hour, func.count(), func.avg(Post.likes + Post.comments + Post.shares))
        .where(Post.published_at >= since, Post.state == State.VISIBLE.value)
        .group_by(weekday, hour)
    )
    if clusters is not None:
        query = query.where(Post.cluster.in_(clusters))
    rows = session.execute(query)
    return tuple(HourResponse(int(row[0]), int(row[1]), int(row[2]), float(row[3])) for row in rows)


def _before(older: type[Post], cursor: str | None) -> ColumnElement[bool]:
    """The cursor of the feed is the id of the last post shown."""
    if cursor is None:
        return true()
    last = session.get(Post, cursor) if is_id(cursor) else None
    if last is None:
        raise BadCursor(gettext("Leave the cursor out to begin again."))
    return tuple_(older.published_at, older.id) < tuple_(last.published_at, last.id)


def _cards(who: Looker, posts: Sequence[Post]) -> tuple[PostCard, ...]:
    """Posts as `who` may see them, in a fixed number of statements and questions."""
    cards = cards_of(posts)
    shown = [one for one in posts if is_offered(one, cards)]
    if not shown:
        return ()
    opened = open_among(who, shown, cards)
    creators = ask(People).creators(tuple({one.creator_id for one in shown}))
    liked = _liked(who, shown)
    return tuple(
        _card(one, cards, creators.get(one.creator_id), is_open=one.id in opened, liked=one.id in liked)
        for one in shown
    )


def _liked(who: Looker, posts: Sequence[Post]) -> frozenset[str]:
    if who.fan is None:
        return frozenset()
    ids = [one.id for one in posts]
    query = select(Like.post_id).where(Like.fan_id == who.fan.id, Like.post_id.in_(ids))
    return frozenset(session.execute(query).scalars())


def _card(
    found: Post, cards: Mapping[str, AssetCard], creator: CreatorCard | None, *, is_open: bool, liked: bool
) -> PostCard:
    asset = cards.get(found.asset_id or "")
    words_shown = is_open or asset is not None
    return PostCard(
        id=found.id,
        creator_id=found.creator_id,
        creator_handle=creator.handle if creator else "",
        creator_name=creator.name if creator else _nobody(),
        title=asset.title if asset else found.title,
        body=(asset.caption if asset else found.body) if words_shown else "",
        audience=audience_of(found, cards),
        locked=not is_open,
        media=_media(asset, is_open=is_open) if asset else None,
        published_at=found.published_at,
        likes=found.likes,
        comments=found.comments,
        shares=found.shares,
        liked=liked,
    )


def _media(asset: AssetCard, *, is_open: bool) -> Media:
    return Media(
        id=asset.id,
        kind=asset.kind,
        duration_ms=asset.duration_ms,
        price_minor=asset.price_minor if asset.audience == Audience.PPV else 0,
        currency=asset.currency,
        thumbhash=asset.thumbhash,
        poster_url=asset.poster_url if is_open else "",
    )


def _comment_card(comment: Comment, who: Looker, under: Post, names: Mapping[Any, str]) -> CommentCard:
    is_author = who.fan is not None and comment.fan_id == who.fan.id
    return CommentCard(
        id=comment.id,
        author=names.get(comment.fan_id, _nobody()),
        by_creator=comment.fan_id is None,
        body=comment.body,
        created_at=comment.created_at,
        is_mine=is_author or who.owns(under),
    )


def _nobody() -> str:
    return str(gettext("Somebody who left"))


def _top(found: Post, score: int) -> TopPost:
    return TopPost(
        id=found.id,
        creator_id=found.creator_id,
        asset_id=found.asset_id,
        cluster=found.cluster,
        title=str(found),
        audience=found.audience,
        published_at=found.published_at,
        likes=found.likes,
        comments=found.comments,
        shares=found.shares,
        score=score,
    )


_BY_DAY = text(
    """
    SELECT (at AT TIME ZONE 'UTC')::date AS day, cluster,
           count(*) FILTER (WHERE kind = 'like') AS likes,
           count(*) FILTER (WHERE kind = 'comment') AS comments,
           count(*) FILTER (WHERE kind = 'share') AS shares,
           count(*) FILTER (WHERE kind = 'follow') AS follows
      FROM (SELECT 'like' AS kind, created_at AS at, cluster FROM social.post_like
             WHERE created_at >= :since AND created_at < :until
            UNION ALL
            SELECT 'comment', created_at, cluster FROM social.comment
             WHERE created_at >= :since AND created_at < :until AND state = 'visible'
            UNION ALL
            SELECT 'share', created_at, cluster FROM social.share
             WHERE created_at >= :since AND created_at < :until
            UNION ALL
            SELECT 'follow', created_at, cluster FROM social.follow
             WHERE created_at >= :since AND created_at < :until) AS acts
     WHERE CAST(:cluster AS text) IS NULL OR cluster = :cluster
     GROUP BY 1, 2 ORDER BY 1, 2
    """
)
