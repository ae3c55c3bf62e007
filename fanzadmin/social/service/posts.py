"""Posts of assets: made, changed and taken away with them; the removal of any post by the Community team."""

from flask_babel import gettext
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.media import Announce, AssetChanged, AssetPublished
from fanzadmin.contracts.social import PostPublished, PostRemoved
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.social.models import Post, State
from fanzadmin.social.queries.visibility import NoSuchPost
from fanzadmin.social.service.texts import clean

LONGEST = 5000  # characters


def publish_post(published: AssetPublished) -> str | None:
    """The post of a published asset: made once, where the creator wants one, and brought back when the asset is published again.

    Returns its id; None when there is none.
    """
    if not Announce(published.announce).in_feed:
        return _restore(published)
    inserted = (
        insert(Post)
        .values(
            id=new_id(),
            creator_id=published.creator_id,
            cluster=published.cluster,
            asset_id=published.asset_id,
            title=published.title,
            body=published.caption,
            audience=published.audience,
            state=State.VISIBLE.value,
            created_at=clock.now(),
            published_at=clock.now(),
            likes=0,
            comments=0,
            shares=0,
        )
        .on_conflict_do_nothing(index_elements=["asset_id"])
        .returning(Post.id)
    )
    post_id = session.execute(inserted).scalar()
    if post_id is None:
        return _restore(published)
    record(
        PostPublished(
            cluster=published.cluster,
            post_id=post_id,
            creator_id=published.creator_id,
            asset_id=published.asset_id,
            audience=published.audience,
        )
    )
    return post_id


def change_post(changed: AssetChanged) -> None:
    """The post of an asset says what the asset says; other words are an edit."""
    post = session.execute(select(Post).where(Post.asset_id == changed.asset_id).with_for_update()).scalar()
    if post is None:
        return
    if (post.title, post.body) != (changed.title, changed.caption):
        post.title, post.body, post.edited_at = changed.title, changed.caption, clock.now()
    post.audience = changed.audience


def withdraw_post(asset_id: str, *, reason: str) -> None:
    """Take the post of a withdrawn asset out of every feed; it comes back if the asset does."""
    session.execute(
        update(Post)
        .where(Post.asset_id == asset_id, Post.state == State.VISIBLE.value)
        .values(state=State.WITHDRAWN.value, removed_reason=reason)
        .execution_options(synchronize_session=False)
    )


def moderate_post(post_id: str, *, reason: str) -> None:
    """Remove a post for the Community team; twice is once. Raises NoSuchPost, EmptyText (no reason)."""
    why = clean(reason, longest=LONGEST)
    post = session.get(Post, post_id, with_for_update=True) if is_id(post_id) else None
    clusters = current().clusters
    if post is None or (clusters is not None and post.cluster not in clusters):
        raise NoSuchPost(gettext("There is no such post."))
    if post.state != State.REMOVED:
        post.state, post.removed_reason, post.publish_at = State.REMOVED.value, why, None
        record_removal(post, removed_by="moderator")


def record_removal(post: Post, *, removed_by: str) -> None:
    """Announce that a post is gone for good."""
    record(
        PostRemoved(
            cluster=post.cluster,
            post_id=post.id,
            creator_id=post.creator_id,
            asset_id=post.asset_id or "",
            removed_by=removed_by,
        )
    )


def _restore(published: AssetPublished) -> str | None:
    """What moderation removed, and what the creator deleted, stays away."""
    session.execute(
        update(Post)
        .where(Post.asset_id == published.asset_id, Post.state == State.WITHDRAWN.value)
        .values(
            state=State.VISIBLE.value,
            removed_reason=None,
            title=published.title,
            body=published.caption,
            audience=published.audience,
        )
        .execution_options(synchronize_session=False)
    )
    return session.execute(select(Post.id).where(Post.asset_id == published.asset_id)).scalar()
