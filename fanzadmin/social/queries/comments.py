"""Comments under a post."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from fanzadmin.contracts.crm import Blocks, People
from fanzadmin.contracts.media import Viewer
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.paging import KeysetQuery, Paged
from fanzadmin.social.models import Comment, Post, State
from fanzadmin.social.queries.posts import former_user
from fanzadmin.social.queries.visibility import open_post
from security.asset_viewer import viewer_of
from security.identity import Me


@dataclass(frozen=True, slots=True)
class CommentCard:
    """Words under a post. `is_mine`: the current user may take it back."""

    id: str
    author: str
    by_creator: bool
    body: str
    created_at: datetime
    is_mine: bool


def comments_of(
    person: Me, post_id: str, *, limit: int = 25, cursor: str | None = None
) -> Paged[CommentCard]:
    """The comments under a post that this person may see, the oldest first; the creator sees none of a blocked fan. Raises NoSuchPost, Locked, BadCursor."""
    viewer = viewer_of(person)
    post = open_post(viewer, post_id)
    query = select(Comment).where(Comment.post_id == post.id, Comment.state == State.VISIBLE.value)
    if viewer.creator_id == post.creator_id:
        hidden = ask(Blocks).blocked_fans(post.creator_id)
        query = query.where(Comment.fan_id.is_(None) | Comment.fan_id.not_in(hidden))
    oldest = KeysetQuery(
        query, (Comment.created_at, Comment.id), shape=lambda comment: comment, descending=False
    )
    comments = oldest.page(limit=limit, cursor=cursor)
    creator = ask(People).creator(post.creator_id)
    fans = ask(People).fans(tuple({each.fan_id for each in comments.items if each.fan_id}))
    names = {fan.id: fan.name for fan in fans.values()} | {None: creator.name if creator else former_user()}
    items = tuple(_comment_card(each, viewer, post, names) for each in comments.items)
    return Paged(items=items, next=comments.next)


def _comment_card(
    comment: Comment, viewer: Viewer, post: Post, names: Mapping[str | None, str]
) -> CommentCard:
    is_author = viewer.fan_id is not None and comment.fan_id == viewer.fan_id
    return CommentCard(
        id=comment.id,
        author=names.get(comment.fan_id, former_user()),
        by_creator=comment.fan_id is None,
        body=comment.body,
        created_at=comment.created_at,
        is_mine=is_author or viewer.creator_id == post.creator_id,
    )
