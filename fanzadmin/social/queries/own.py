"""A creator's own posts, drafts and scheduled ones too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask_babel import gettext
from sqlalchemy import func, select

from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.paging import KeysetQuery, Paged
from fanzadmin.social.models import Post, State
from fanzadmin.social.queries.visibility import NoSuchPost

STATES = (State.DRAFT, State.SCHEDULED, State.VISIBLE, State.REMOVED)


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A post as its creator sees it. One of an asset (`asset_id`) has the asset's title and words, and is edited there."""

    id: str
    state: Annotated[str, "draft, scheduled, visible or removed"]
    asset_id: str | None
    title: str
    body: str
    audience: str
    asset_ids: Annotated[tuple[str, ...], "what is attached to a written post"]
    created_at: datetime
    publish_at: datetime | None
    published_at: datetime | None
    edited_at: datetime | None
    removed_reason: str
    likes: int
    comments: int
    shares: int


def own_posts(
    creator_id: str, *, state: str | None = None, limit: int = 25, cursor: str | None = None
) -> Paged[OwnPost]:
    """A creator's posts, the latest written first, in one state where that is given. Raises BadCursor."""
    states = (state,) if state in STATES else STATES
    query = select(Post).where(Post.creator_id == creator_id, Post.state.in_(states))
    rows = KeysetQuery(query, (Post.id,), shape=lambda post: post).page(limit=limit, cursor=cursor)
    cards = _cards_of(rows.items)
    return Paged(tuple(_own(row, cards) for row in rows.items), rows.next)


def own_post(creator_id: str, post_id: str) -> OwnPost:
    """One of them. Raises NoSuchPost, also for a neighbour's."""
    query = select(Post).where(Post.id == post_id, Post.creator_id == creator_id, Post.state.in_(STATES))
    row = session.execute(query).scalar() if is_id(post_id) else None
    if row is None:
        raise NoSuchPost(gettext("There is no such post of yours, or not any more."))
    return _own(row, _cards_of((row,)))


def own_posts_by_state(creator_id: str) -> dict[str, int]:
    """How many posts of a creator stand in each state."""
    query = select(Post.state, func.count()).where(Post.creator_id == creator_id).group_by(Post.state)
    return {state: count for state, count in session.execute(query) if state in STATES}


def _cards_of(posts: tuple[Post, ...]) -> dict[str, AssetCard]:
    return ask(Assets).cards(tuple({post.asset_id for post in posts if post.asset_id}))


def _own(post: Post, cards: Mapping[str, AssetCard]) -> OwnPost:
    card = cards.get(post.asset_id or "")
    return OwnPost(
        id=post.id,
        state=post.state,
        asset_id=post.asset_id,
        title=card.title if card else post.title,
        body=card.caption if card else post.body,
        audience=card.audience if card else post.audience,
        asset_ids=tuple(post.attachments),
        created_at=post.created_at,
        publish_at=post.publish_at,
        published_at=post.published_at,
        edited_at=post.edited_at,
        removed_reason=post.removed_reason or "",
        likes=post.likes,
        comments=post.comments,
        shares=post.shares,
    )
