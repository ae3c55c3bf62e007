"""Posts: published with an asset, written as text, withdrawn, moderated."""

from flask_babel import gettext
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.contracts.media import AssetPublished
from fanzadmin.contracts.social import PostPublished
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Forbidden, Invalid
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.social.models import Audience, Post, State
from fanzadmin.social.queries.visibility import NoSuchPost
from fanzadmin.social.service.texts import clean
from security.identity import Me, creator_of

LONGEST = 5000  # characters


class NotPublishing(Forbidden):
    title = "You cannot publish now"


class WrongAudience(Invalid):
    title = "There is no such audience for words"


def publish_post(published: AssetPublished) -> str:
    """The post of a published asset: made once, and brought back when the asset is published again. Returns its id."""
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


def write_post(person: Me, *, body: str, audience: str = Audience.PUBLIC) -> str:
    """A creator's post of words for everyone or for subscribers. Returns its id.

    Raises NoCreatorAccount, NotPublishing, WrongAudience, EmptyText, TextTooLong.
    """
    creator = publishing_creator(person)
    if audience not in {Audience.PUBLIC, Audience.SUBSCRIBERS}:
        raise WrongAudience(gettext("Words are for everyone (public) or for your subscribers (subscribers)."))
    post = Post(
        id=new_id(),
        creator_id=creator.id,
        cluster=creator.cluster,
        body=clean(body, longest=LONGEST),
        audience=str(audience),
        published_at=clock.now(),
    )
    session.add(post)
    record(
        PostPublished(
            cluster=creator.cluster,
            post_id=post.id,
            creator_id=creator.id,
            asset_id="",
            audience=str(audience),
        )
    )
    return post.id


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
        post.state, post.removed_reason = State.REMOVED.value, why


def publishing_creator(person: Me) -> CreatorCard:
    """Raises NoCreatorAccount, NotPublishing."""
    creator = creator_of(person)
    if not creator.is_active:
        raise NotPublishing(gettext("Your account is not active: you cannot publish at the moment."))
    return creator


def _restore(published: AssetPublished) -> str:
    """What moderation removed stays removed."""
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
    return session.execute(select(Post.id).where(Post.asset_id == published.asset_id)).scalar_one()
