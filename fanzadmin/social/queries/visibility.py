"""Which posts a viewer may see, whole or locked. MediaCore answers for assets; posts of text follow the same rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import Blocks, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import Access, AssetCard, Opening, Remedy, Viewer, remedy_for
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Forbidden, NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.social.models import Post, State
from security.identity import NoFanAccount


class NoSuchPost(NotFound):
    title = "There is no such post"


class UnknownCreator(NotFound):
    title = "There is no such creator"


class Locked(Forbidden):
    title = "This post is locked"


@dataclass(frozen=True, slots=True)
class VisiblePost:
    """A post as one viewer may see it. `asset` is its asset, if it has one; `attachments` those of a written one that are offered."""

    post: Post
    asset: AssetCard | None
    remedy: Remedy
    attachments: tuple[Opening, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the viewer may see it whole."""
        return self.remedy is Remedy.NOTHING

    @property
    def audience(self) -> str:
        """An asset's audience is MediaCore's word, also when it changed after the post was made."""
        return self.asset.audience if self.asset else self.post.audience


def fan_id_of(viewer: Viewer) -> str:
    """The fan who is the viewer. Raises NoFanAccount."""
    if viewer.fan_id is None:
        raise NoFanAccount
    return viewer.fan_id


def published_post(post_id: str) -> Post:
    """A post that was not taken away, for this system's own use. Raises NoSuchPost."""
    query = select(Post).where(Post.id == post_id, Post.state == State.VISIBLE.value)
    fresh = query.execution_options(populate_existing=True)  # the counts change behind the session's back
    post = session.scalars(fresh).one_or_none() if is_id(post_id) else None
    if post is None:
        raise NoSuchPost(gettext("This post is not there, or not any more."))
    return post


def open_post(viewer: Viewer, post_id: str) -> Post:
    """A post that the viewer may see whole. Raises NoSuchPost, Locked."""
    post = published_post(post_id)
    visible = visible_posts(viewer, [post])
    if not visible:
        raise NoSuchPost(gettext("This post is not there, or not any more."))
    match visible[0].remedy:
        case Remedy.UNLOCK:
            raise Locked(gettext("Unlock this post first."))
        case Remedy.SUBSCRIBE:
            raise Locked(gettext("Subscribe to see this post."))
    return post


def visible_posts(viewer: Viewer, posts: Sequence[Post]) -> tuple[VisiblePost, ...]:
    """The posts as the viewer may see them, without those whose asset is not published any more and those of creators who
    may not act now or are blocked.

    The number of questions to other systems is fixed, however many posts.
    """
    posts = _of_active_creators(viewer, posts)
    asset_ids = tuple(
        {key for post in posts for key in (post.asset_id, *post.attachments) if key is not None}
    )
    openings = ask(Access).openings(viewer, asset_ids) if asset_ids else {}
    subscribed = _subscribed_creators(viewer, posts)
    visible = []
    for post in posts:
        if post.asset_id is None:
            attachments = tuple(openings[key] for key in post.attachments if key in openings)
            visible.append(VisiblePost(post, None, _remedy_for_text(viewer, post, subscribed), attachments))
        elif opening := openings.get(post.asset_id):
            visible.append(VisiblePost(post, opening.card, opening.remedy))
    return tuple(visible)


def _of_active_creators(viewer: Viewer, posts: Sequence[Post]) -> list[Post]:
    """The posts of creators who may act and are not blocked; one's own, and those of one's clusters for staff, whatever their state."""
    active = ask(People).active_among(tuple({post.creator_id for post in posts})) if posts else frozenset()
    if posts and viewer.fan_id is not None:
        active -= ask(Blocks).blocked_creators(viewer.fan_id)
    return [post for post in posts if post.creator_id in active or viewer.owns(post.creator_id, post.cluster)]


def _remedy_for_text(viewer: Viewer, post: Post, subscribed: frozenset[str]) -> Remedy:
    return remedy_for(
        post.audience,
        is_owner=viewer.owns(post.creator_id, post.cluster),
        is_subscribed=post.creator_id in subscribed,
        has_unlocked=False,
    )


def _subscribed_creators(viewer: Viewer, posts: Sequence[Post]) -> frozenset[str]:
    """The creators to whom the viewer subscribes; asked only where a post of text depends on it."""
    if viewer.fan_id is None or all(post.asset_id for post in posts):
        return frozenset()
    return ask(Entitlements).subscribed_creator_ids(viewer.fan_id)
