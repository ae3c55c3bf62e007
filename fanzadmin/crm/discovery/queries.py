"""Creators whom a fan may find: active, of the fan's brand, and not blocked by either side."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from fanzadmin.contracts.crm import Blocks, FanCard
from fanzadmin.contracts.media import TaggedAssets
from fanzadmin.crm.creators.models import Creator, CreatorState
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.search import has_words, words_of
from fanzadmin.kernel.web.paging import KeysetQuery, Paged


@dataclass(frozen=True, slots=True)
class CreatorResult:
    """A creator as a search shows one; `subscription_minor` is the monthly price."""

    creator_id: str
    handle: str
    name: str
    about: str
    subscription_minor: int
    currency: str


def find_creators(
    fan: FanCard, text: str = "", *, limit: int = 25, cursor: str | None = None
) -> Paged[CreatorResult]:
    """Creators by name, in its order: those whose name or handle has words that begin like `text`, and those who published
    something tagged so. `@…` looks at names and handles alone, `#…` at tags alone. Raises BadCursor."""
    query = select(Creator).where(
        Creator.cluster == fan.cluster,
        Creator.state == CreatorState.ACTIVE,
        Creator.id.not_in(ask(Blocks).blocked_creators(fan.id)),
    )
    if text.strip():
        query = query.where(_matches(fan, text.strip()))
    by_name = KeysetQuery(query, (Creator.name, Creator.id), _result, descending=False)
    return by_name.page(limit=limit, cursor=cursor)


def _matches(fan: FanCard, text: str) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    words = words_of(text)
    if words and not text.startswith("#"):
        ways.append(has_words(Creator.__table__, words))
    if not text.startswith("@"):
        ways.append(Creator.id.in_(ask(TaggedAssets).creators_with_tag(text, cluster=fan.cluster)))
    return or_(*ways) if ways else Creator.id.in_(())


def _result(creator: Creator) -> CreatorResult:
    return CreatorResult(
        creator_id=creator.id,
        handle=creator.handle,
        name=creator.name,
        about=creator.about,
        subscription_minor=creator.subscription_minor,
        currency=creator.brand.currency,
    )
