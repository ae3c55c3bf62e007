"""Posts as people may see them. The feed is merged when it is read, and each post is checked against what the fan paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask_babel import gettext
from sqlalchemy import ColumnElement, select, true, tuple_
from sqlalchemy.orm import aliased

from fanzadmin.contracts.crm import Blocks, CreatorCard, People
from fanzadmin.contracts.media import AssetCard, Viewer
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.paging import BadCursor, KeysetQuery, Paged
from fanzadmin.social.models import Audience, Follow, Like, Post, State
from fanzadmin.social.queries.visibility import (
    NoSuchPost,
    VisiblePost,
    fan_id_of,
    published_post,
    visible_posts,
)
from security.asset_viewer import viewer_of
from security.identity import Me


@dataclass(frozen=True, slots=True)
class Media:
    """The asset of a post. A locked one has no picture but its ThumbHash; `price_minor` is 0 unless it is ppv."""

    id: str
    title: str
    kind: str
    duration_ms: int
    price_minor: int
    currency: str
    thumbhash: str
    poster_url: Annotated[str, "signed and expiring; empty while locked"]


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post as one viewer may see it. A locked text is left out; a locked asset keeps its title and caption."""

    id: str
    creator_id: str
    creator_handle: str
    creator_name: str
    title: str
    body: Annotated[str, "empty while a text is locked"]
    audience: Annotated[str, "public, subscribers or ppv"]
    locked: bool
    media: Media | None
    attachments: Annotated[tuple[Media, ...], "what a written post shows besides its words"]
    published_at: datetime
    edited_at: Annotated[datetime | None, "when its words last changed"]
    likes: int
    comments: int
    shares: int
    liked: bool


def feed(person: Me, *, limit: int = 25, cursor: str | None = None) -> Paged[PostCard]:
    """The posts of the creators that this fan follows. Raises NoFanAccount, BadCursor.

    Each followed creator gives at most a page of posts by index, so the cost grows with the number of creators
    followed, not with the number of their posts.
    """
    viewer, older = viewer_of(person), aliased(Post)
    fan_id = fan_id_of(viewer)
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
        .where(Follow.fan_id == fan_id, Follow.creator_id.in_(_followed_and_active(fan_id)))
        .order_by(recent.c.published_at.desc(), recent.c.id.desc())
        .limit(limit + 1)
        .subquery("merged")
    )
    query = (
        select(Post).join(merged, Post.id == merged.c.id).order_by(Post.published_at.desc(), Post.id.desc())
    )
    posts = session.execute(query.execution_options(populate_existing=True)).scalars().all()
    shown = posts[:limit]
    return Paged(items=_cards(viewer, shown), next=shown[-1].id if len(posts) > limit else None)


def posts_of(
    creator_id: str, person: Me | None, *, limit: int = 25, cursor: str | None = None
) -> Paged[PostCard]:
    """A creator's posts as `person` (None: anonymous) may see them. Raises BadCursor."""
    if not is_id(creator_id):
        return Paged(items=(), next=None)
    query = select(Post).where(Post.creator_id == creator_id, Post.state == State.VISIBLE.value)
    newest = KeysetQuery(query, (Post.published_at, Post.id), shape=lambda post: post)
    posts = newest.page(limit=limit, cursor=cursor)
    return Paged(items=_cards(viewer_of(person), posts.items), next=posts.next)


def post(person: Me, post_id: str) -> PostCard:
    """One post. Raises NoSuchPost."""
    shown = _cards(viewer_of(person), [published_post(post_id)])
    if not shown:
        raise NoSuchPost(gettext("This post is not there, or not any more."))
    return shown[0]


def _followed_and_active(fan_id: str) -> frozenset[str]:
    """The creators whom a fan follows, who may act now and are not blocked."""
    followed = session.execute(select(Follow.creator_id).where(Follow.fan_id == fan_id)).scalars()
    return ask(People).active_among(tuple(followed)) - ask(Blocks).blocked_creators(fan_id)


def _before(older: type[Post], cursor: str | None) -> ColumnElement[bool]:
    """The cursor of the feed is the id of the last post shown."""
    if cursor is None:
        return true()
    last = session.get(Post, cursor) if is_id(cursor) else None
    if last is None:
        raise BadCursor(gettext("Leave the cursor out to begin again."))
    return tuple_(older.published_at, older.id) < tuple_(last.published_at, last.id)


def _cards(viewer: Viewer, posts: Sequence[Post]) -> tuple[PostCard, ...]:
    """Posts as the viewer may see them, in a fixed number of statements and questions."""
    visible = visible_posts(viewer, posts)
    if not visible:
        return ()
    creators = ask(People).creators(tuple({each.post.creator_id for each in visible}))
    liked = _liked(viewer, [each.post.id for each in visible])
    return tuple(
        _card(each, creators.get(each.post.creator_id), is_liked=each.post.id in liked) for each in visible
    )


def _liked(viewer: Viewer, post_ids: Sequence[str]) -> frozenset[str]:
    if viewer.fan_id is None:
        return frozenset()
    query = select(Like.post_id).where(Like.fan_id == viewer.fan_id, Like.post_id.in_(post_ids))
    return frozenset(session.execute(query).scalars())


def _card(visible: VisiblePost, creator: CreatorCard | None, *, is_liked: bool) -> PostCard:
    post, asset, is_open = visible.post, visible.asset, visible.is_open
    body = post.body if is_open else ""
    return PostCard(
        id=post.id,
        creator_id=post.creator_id,
        creator_handle=creator.handle if creator else "",
        creator_name=creator.name if creator else former_user(),
        title=asset.title if asset else post.title,
        body=asset.caption if asset else body,
        audience=visible.audience,
        locked=not is_open,
        media=_media(asset, is_open=is_open) if asset else None,
        attachments=tuple(
            _media(each.card, is_open=is_open and each.is_open) for each in visible.attachments
        ),
        published_at=post.listed_at,
        edited_at=post.edited_at,
        likes=post.likes,
        comments=post.comments,
        shares=post.shares,
        liked=is_liked,
    )


def _media(asset: AssetCard, *, is_open: bool) -> Media:
    return Media(
        id=asset.id,
        title=asset.title,
        kind=asset.kind,
        duration_ms=asset.duration_ms,
        price_minor=asset.price_minor if asset.audience == Audience.PPV else 0,
        currency=asset.currency,
        thumbhash=asset.thumbhash,
        poster_url=asset.poster_url if is_open else "",
    )


def former_user() -> str:
    """The name shown for a user who has left."""
    return str(gettext("Somebody who left"))
