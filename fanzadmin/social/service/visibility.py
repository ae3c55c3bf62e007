"""Who is at a post, and whether they may see it. Posts are found through the person who looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import AssetCard, Assets, audience_includes
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Forbidden, NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.social.models import Audience, Post, State
from security.identity import Me


class NoSuchPost(NotFound):
    title = "There is no such post"


class UnknownCreator(NotFound):
    title = "There is no such creator"


class NotAFan(Forbidden):
    title = "Only fans can do this"


class Locked(Forbidden):
    title = "This post is locked"


@dataclass(frozen=True, slots=True)
class Looker:
    """A person at a post: a fan, a creator, or both."""

    fan: FanCard | None
    creator: CreatorCard | None

    def as_fan(self) -> FanCard:
        """Raises NotAFan."""
        if self.fan is None:
            raise NotAFan(gettext("Sign in as a fan to do this."))
        return self.fan

    def owns(self, post: Post) -> bool:
        return self.creator is not None and self.creator.id == post.creator_id


def looker(person: Me) -> Looker:
    """Who this person is to the posts."""
    people = ask(People)
    return Looker(people.fan_of_user(person.user_id), people.creator_of_user(person.user_id))


def fan_of(person: Me) -> FanCard:
    """Raises NotAFan."""
    fan = ask(People).fan_of_user(person.user_id)
    if fan is None:
        raise NotAFan(gettext("Sign in as a fan to do this."))
    return fan


def visible_post(post_id: str) -> Post:
    """A post that is still offered, for this system's own use. Raises NoSuchPost."""
    found = select(Post).where(Post.id == post_id, Post.state == State.VISIBLE.value)
    fresh = found.execution_options(populate_existing=True)  # the counts change behind the session's back
    post = session.scalars(fresh).one_or_none() if is_id(post_id) else None
    if post is None:
        raise NoSuchPost(gettext("This post is not there, or not any more."))
    return post


def open_post(who: Looker, post_id: str) -> Post:
    """A post that this person may see whole. Raises NoSuchPost, Locked."""
    post = visible_post(post_id)
    cards = cards_of([post])
    if not is_offered(post, cards):
        raise NoSuchPost(gettext("This post is not there, or not any more."))
    if post.id not in open_among(who, [post], cards):
        raise Locked(
            gettext("Unlock this post first.")
            if post.audience == Audience.PPV
            else gettext("Subscribe to see this post.")
        )
    return post


def cards_of(posts: Sequence[Post]) -> dict[str, AssetCard]:
    """The assets of these posts, by id."""
    asset_ids = tuple(post.asset_id for post in posts if post.asset_id is not None)
    return ask(Assets).cards(asset_ids) if asset_ids else {}


def is_offered(post: Post, cards: Mapping[str, AssetCard]) -> bool:
    """Whether the asset of a post, if it has one, is still published."""
    card = cards.get(post.asset_id or "")
    return post.asset_id is None or (card is not None and card.published_at is not None)


def open_among(who: Looker, posts: Sequence[Post], cards: Mapping[str, AssetCard]) -> frozenset[str]:
    """The ids of those posts that this person may see whole; two questions, however many posts.

    Everyone sees public posts, subscribers theirs, who unlocked an asset its post; a creator the own ones.
    """
    subscribed, unlocked = _paid_for(who, posts)
    return frozenset(
        post.id
        for post in posts
        if who.owns(post)
        or audience_includes(
            audience_of(post, cards),
            subscribed=post.creator_id in subscribed,
            unlocked=post.asset_id in unlocked,
        )
    )


def audience_of(post: Post, cards: Mapping[str, AssetCard]) -> str:
    """An asset's audience is MediaCore's word, also when it changed after the post was made."""
    card = cards.get(post.asset_id or "")
    return card.audience if card is not None else post.audience


def _paid_for(who: Looker, posts: Sequence[Post]) -> tuple[frozenset[str], frozenset[str]]:
    """The creators to whom a fan subscribes, and what of these posts was unlocked."""
    if who.fan is None:
        return frozenset(), frozenset()
    asset_ids = tuple(post.asset_id for post in posts if post.asset_id is not None)
    entitlements = ask(Entitlements)
    unlocked = entitlements.unlocked_among(who.fan.id, asset_ids) if asset_ids else frozenset[str]()
    return entitlements.subscribed_creator_ids(who.fan.id), unlocked
