"""Reactions: likes, comments and shares on posts that one may see."""

from flask_babel import gettext
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from fanzadmin.contracts.social import CommentRemoved, PostCommented, PostLiked, PostShared, PostUnliked
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.social.models import Comment, Like, Post, Share, State
from fanzadmin.social.queries.visibility import fan_id_of, open_post, published_post
from fanzadmin.social.service.texts import clean
from fanzadmin.social.service.writing import publishing_creator
from security.asset_viewer import viewer_of
from security.identity import Me, NoFanAccount, fan_of

LONGEST = 2000  # characters


class NoSuchComment(NotFound):
    title = "There is no such comment"


def like_post(person: Me, post_id: str) -> int:
    """Like a post; twice is once. Returns its likes. Raises NoFanAccount, NoSuchPost, Locked."""
    viewer = viewer_of(person)
    fan_id, post = fan_id_of(viewer), open_post(viewer, post_id)
    if not _react(Like, post, fan_id):
        return post.likes
    record(PostLiked(cluster=post.cluster, post_id=post.id, creator_id=post.creator_id, fan_id=fan_id))
    return _count(post.id, Post.likes, 1)


def unlike_post(person: Me, post_id: str) -> int:
    """Take one's like back, also from a post that is locked by now. Returns its likes. Raises NoFanAccount, NoSuchPost."""
    fan, post = fan_of(person), published_post(post_id)
    deleted = delete(Like).where(Like.post_id == post.id, Like.fan_id == fan.id)
    if session.execute(deleted.returning(Like.id)).scalar() is None:
        return post.likes
    record(PostUnliked(cluster=post.cluster, post_id=post.id, creator_id=post.creator_id, fan_id=fan.id))
    return _count(post.id, Post.likes, -1)


def share_post(person: Me, post_id: str) -> int:
    """Note that a fan carried a post elsewhere, once for each fan. Returns its shares. Raises NoFanAccount, NoSuchPost, Locked."""
    viewer = viewer_of(person)
    fan_id, post = fan_id_of(viewer), open_post(viewer, post_id)
    if not _react(Share, post, fan_id):
        return post.shares
    record(PostShared(cluster=post.cluster, post_id=post.id, creator_id=post.creator_id, fan_id=fan_id))
    return _count(post.id, Post.shares, 1)


def comment_post(person: Me, post_id: str, *, body: str) -> str:
    """Say something under a post: a fan, or the post's own creator in answer. Returns the comment's id.

    Raises NoFanAccount, NotPublishing, NoSuchPost, Locked, EmptyText, TextTooLong.
    """
    words, viewer = clean(body, longest=LONGEST), viewer_of(person)
    post = open_post(viewer, post_id)
    is_creator = viewer.creator_id == post.creator_id
    if is_creator:
        publishing_creator(person)
    fan_id = None if is_creator else viewer.fan_id
    if fan_id is None and not is_creator:
        raise NoFanAccount
    comment = Comment(
        id=new_id(), post_id=post.id, fan_id=fan_id, cluster=post.cluster, body=words, created_at=clock.now()
    )
    session.add(comment)
    _count(post.id, Post.comments, 1)
    if fan_id is not None:
        record(
            PostCommented(
                cluster=post.cluster,
                post_id=post.id,
                creator_id=post.creator_id,
                fan_id=fan_id,
                comment_id=comment.id,
            )
        )
    return comment.id


def withdraw_comment(person: Me, comment_id: str) -> None:
    """Take one's own comment back; a creator may take any from under the own posts. Raises NoSuchComment."""
    viewer, comment = viewer_of(person), _standing(comment_id)
    is_author = viewer.fan_id is not None and comment.fan_id == viewer.fan_id
    if not is_author and viewer.creator_id != comment.post.creator_id:
        raise NoSuchComment(gettext("There is no such comment of yours."))
    _take_away(comment, State.WITHDRAWN, "Taken back")


def moderate_comment(comment_id: str, *, reason: str) -> None:
    """Remove a comment for the Community team, with the reason kept. Raises NoSuchComment, EmptyText (no reason)."""
    why, comment = clean(reason, longest=LONGEST), _standing(comment_id)
    clusters = current().clusters
    if clusters is not None and comment.cluster not in clusters:
        raise NoSuchComment(gettext("There is no such comment."))
    _take_away(comment, State.REMOVED, why)


def _react(kind: type[Like] | type[Share], post: Post, fan_id: str) -> bool:
    """Whether this is the fan's first one on this post."""
    values = {"id": new_id(), "post_id": post.id, "fan_id": fan_id, "cluster": post.cluster}
    inserted = insert(kind).values(**values, created_at=clock.now()).on_conflict_do_nothing()
    return session.execute(inserted.returning(kind.id)).scalar() is not None


def _count(post_id: str, column: InstrumentedAttribute[int], by: int) -> int:
    """Core, not the unit of work: counters are no news for the audit, and two at once must both count."""
    counted = update(Post).where(Post.id == post_id).values({column: column + by}).returning(column)
    return session.execute(counted.execution_options(synchronize_session=False)).scalar_one()


def _standing(comment_id: str) -> Comment:
    comment = session.get(Comment, comment_id, with_for_update=True) if is_id(comment_id) else None
    if comment is None or comment.state != State.VISIBLE:
        raise NoSuchComment(gettext("This comment is not there, or not any more."))
    return comment


def _take_away(comment: Comment, state: State, reason: str) -> None:
    comment.state, comment.removed_reason = state.value, reason
    _count(comment.post_id, Post.comments, -1)
    if comment.fan_id is not None:
        record(
            CommentRemoved(
                cluster=comment.cluster,
                post_id=comment.post_id,
                creator_id=comment.post.creator_id,
                fan_id=comment.fan_id,
                comment_id=comment.id,
            )
        )
