"""Written posts: drafted, scheduled, published, edited and deleted by their creator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.media import Assets
from fanzadmin.contracts.social import PostEdited, PostPublished
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict, Forbidden, Invalid
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.social.models import Audience, Post, State
from fanzadmin.social.queries.visibility import NoSuchPost
from fanzadmin.social.service.posts import LONGEST, record_removal
from fanzadmin.social.service.texts import clean
from security.identity import Me, creator_of

MOST_ATTACHMENTS = 10
FURTHEST = timedelta(days=366)
AT_ONCE = 500  # scheduled posts in one transaction
NOT_ATTACHED = ("withdrawn", "quarantined", "failed", "cancelled")  # states of assets that are never offered


class NotPublishing(Forbidden):
    title = "You cannot publish now"


class WrongAudience(Invalid):
    title = "There is no such audience for words"


class WrongAttachment(Invalid):
    title = "This cannot be attached"


class WrongMoment(Invalid):
    title = "This moment is not possible"


class PostOfAsset(Conflict):
    title = "This post belongs to an asset"


class PostIsOut(Conflict):
    title = "This post is published already"


@dataclass(frozen=True, kw_only=True)
class PostChange:
    """What shall be otherwise of a post; None leaves it. `is_draft` gives a planned moment up."""

    body: str | None = None
    audience: str | None = None
    asset_ids: Sequence[str] | None = None
    publish_at: datetime | None = None
    is_draft: bool = False


def write_post(
    person: Me,
    *,
    body: str,
    audience: str = Audience.PUBLIC,
    asset_ids: Sequence[str] = (),
    publish_at: datetime | None = None,
    is_draft: bool = False,
) -> str:
    """A creator's post of words for everyone or for subscribers, with any of the own assets: published now, at `publish_at`, or kept as
    a draft. Returns its id.

    Raises NoCreatorAccount, NotPublishing, WrongAudience, WrongAttachment, WrongMoment, EmptyText, TextTooLong.
    """
    creator = publishing_creator(person)
    post = Post(
        id=new_id(),
        creator_id=creator.id,
        cluster=creator.cluster,
        body=clean(body, longest=LONGEST),
        audience=_checked_audience(audience),
        attachments=_checked_assets(creator, asset_ids),
        state=State.DRAFT.value,
        created_at=clock.now(),
    )
    session.add(post)
    if publish_at is not None:
        _schedule(post, publish_at)
    elif not is_draft:
        _publish(post)
    return post.id


def edit_post(person: Me, post_id: str, change: PostChange) -> None:
    """Change a written post. One that is out is marked as edited; only one that is not can be scheduled or become a draft again.

    Raises NoCreatorAccount, NotPublishing, NoSuchPost, PostOfAsset, PostIsOut and what write_post raises of what is sent.
    """
    creator = publishing_creator(person)
    post = _own_post(creator, post_id)
    if post.asset_id is not None:
        raise PostOfAsset(gettext("Its words and audience are those of its content: change them there."))
    former = (post.body, post.audience, list(post.attachments))
    if change.body is not None:
        post.body = clean(change.body, longest=LONGEST)
    if change.audience is not None:
        post.audience = _checked_audience(change.audience)
    if change.asset_ids is not None:
        post.attachments = _checked_assets(creator, change.asset_ids)
    if change.publish_at is not None:
        _schedule(post, change.publish_at)
    elif change.is_draft:
        _demand_unpublished(post)
        post.state, post.publish_at = State.DRAFT.value, None
    if post.state == State.VISIBLE and former != (post.body, post.audience, list(post.attachments)):
        post.edited_at = clock.now()
        record(
            PostEdited(
                cluster=post.cluster, post_id=post.id, creator_id=post.creator_id, audience=post.audience
            )
        )


def publish_own_post(person: Me, post_id: str) -> None:
    """Publish a draft or a scheduled post now. Raises NoCreatorAccount, NotPublishing, NoSuchPost, PostIsOut."""
    post = _own_post(publishing_creator(person), post_id)
    _demand_unpublished(post)
    _publish(post)


def delete_post(person: Me, post_id: str) -> None:
    """Take an own post from every reader for good, a draft too; the asset of one stays. Raises NoCreatorAccount, NoSuchPost."""
    post = _own_post(creator_of(person), post_id)
    was_out = post.published_at is not None
    post.state, post.publish_at = State.DELETED.value, None
    post.removed_reason = "social.deleted"
    if was_out:
        record_removal(post, removed_by="creator")


def publish_scheduled() -> int:
    """Publish the posts whose moment has come and whose creators may act. Returns how many."""
    due = select(Post).where(Post.state == State.SCHEDULED.value, Post.publish_at <= clock.now())
    due = due.order_by(Post.publish_at, Post.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    posts = session.execute(due.execution_options(populate_existing=True)).scalars().all()
    active = ask(People).active_among(tuple({post.creator_id for post in posts}))
    ready = [post for post in posts if post.creator_id in active]
    for post in ready:
        _publish(post)
    return len(ready)


def publishing_creator(person: Me) -> CreatorCard:
    """Raises NoCreatorAccount, NotPublishing."""
    creator = creator_of(person)
    if not creator.is_active:
        raise NotPublishing(gettext("Your account is not active: you cannot publish at the moment."))
    return creator


def _own_post(creator: CreatorCard, post_id: str) -> Post:
    """A post of the creator's that stands, locked. Raises NoSuchPost, also for a neighbour's."""
    post = (
        session.get(Post, post_id, with_for_update=True, populate_existing=True) if is_id(post_id) else None
    )
    standing = {State.DRAFT, State.SCHEDULED, State.VISIBLE}
    if post is None or post.creator_id != creator.id or post.state not in standing:
        raise NoSuchPost(gettext("There is no such post of yours, or not any more."))
    return post


def _publish(post: Post) -> None:
    post.state, post.publish_at, post.published_at = State.VISIBLE.value, None, clock.now()
    record(
        PostPublished(
            cluster=post.cluster,
            post_id=post.id,
            creator_id=post.creator_id,
            asset_id="",
            audience=post.audience,
        )
    )


def _schedule(post: Post, publish_at: datetime) -> None:
    _demand_unpublished(post)
    if publish_at != post.publish_at:
        post.publish_at = _checked_moment(publish_at)
    post.state = State.SCHEDULED.value


def _demand_unpublished(post: Post) -> None:
    if post.state == State.VISIBLE:
        raise PostIsOut(gettext("It is published already; it can be edited or deleted."))


def _checked_audience(audience: str) -> str:
    if audience not in {Audience.PUBLIC, Audience.SUBSCRIBERS}:
        raise WrongAudience(gettext("Words are for everyone (public) or for your subscribers (subscribers)."))
    return str(audience)


def _checked_assets(creator: CreatorCard, asset_ids: Sequence[str]) -> list[str]:
    chosen_ids = list(dict.fromkeys(asset_ids))
    if len(chosen_ids) > MOST_ATTACHMENTS:
        raise WrongAttachment(gettext("Attach at most %(most)s items.", most=MOST_ATTACHMENTS))
    cards = ask(Assets).cards(tuple(chosen_ids)) if chosen_ids else {}
    for asset_id in chosen_ids:
        card = cards.get(asset_id)
        if card is None or card.creator_id != creator.id or card.state in NOT_ATTACHED:
            raise WrongAttachment(gettext("Attach only content of your own that has not been withdrawn."))
    return chosen_ids


def _checked_moment(publish_at: datetime) -> datetime:
    if publish_at.tzinfo is None:
        raise WrongMoment(gettext("Say in which time zone this moment is."))
    if publish_at <= clock.now():
        raise WrongMoment(gettext("This moment has passed; choose one in the future."))
    if publish_at > clock.now() + FURTHEST:
        raise WrongMoment(gettext("Choose a moment within a year."))
    return publish_at
