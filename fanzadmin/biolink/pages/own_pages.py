"""Whether a page of ours that a link leads to is there: a live page of an active creator, a published work.

A link to what is not there is refused when it is made. What ceases later marks the link as broken until it comes back.
"""

from collections.abc import Iterable

from flask_babel import gettext
from sqlalchemy import select, update

from fanzadmin.biolink.pages.models import Page, PageState, ShortLink
from fanzadmin.biolink.targets.addresses import checked_target, own_page_path
from fanzadmin.biolink.targets.refusals import TargetRefused
from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask

LOST = frozenset(
    {"cancelled", "failed", "quarantined", "withdrawn"}
)  # states of an asset that will not be published


def checked_target_of(creator_id: str, text: str) -> str:
    """The address as a link of this creator stores it. Raises TargetRefused."""
    target = checked_target(text)
    check_own_page(target, creator_id=creator_id)
    return target


def check_own_page(target: str, *, creator_id: str) -> bool:
    """Whether the page behind a stored target is there now; True for other sites. The creator's own page and works may be on their
    way still. Raises TargetRefused for what is not there."""
    path = own_page_path(target)
    if not path or is_there(path):
        return True
    if path.startswith("/@"):
        own = ask(People).creator(creator_id)
        if own is None or path != f"/@{own.handle.lower()}":
            raise TargetRefused(gettext("There is no page %(path)s.", path=path.removeprefix("/")))
    elif not _is_own_and_coming(path, creator_id):
        raise TargetRefused(gettext("There is no such work to watch."))
    return False


def is_there(path: str) -> bool:
    """Whether visitors find something at `/@handle` or `/watch/<id>`."""
    if path.startswith("/@"):
        live = select(Page.creator_id).where(Page.handle == path[2:], Page.state == PageState.LIVE)
        creator_id = session.execute(live).scalar()
    else:
        card = _asset_at(path)
        creator_id = card.creator_id if card is not None and card.state == "published" else None
    return creator_id is not None and creator_id in ask(People).active_among((creator_id,))


def recheck_links_to_asset(asset_id: str) -> None:
    """Mark the links to a work after it was published or withdrawn."""
    _recheck((f"/watch/{asset_id}",))


def recheck_links_to_creator(creator_id: str) -> None:
    """Mark the links to a creator's page and works after the creator came or went."""
    handles = session.execute(select(Page.handle).where(Page.creator_id == creator_id)).scalars()
    works = (
        select(ShortLink.own_path).where(ShortLink.own_path.startswith("/watch/")).distinct()
    )  # made by hand: few
    paths = session.execute(works).scalars().all()
    cards = ask(Assets).cards(tuple(path.removeprefix("/watch/") for path in paths))
    _recheck(
        [f"/@{handle}" for handle in handles]
        + [f"/watch/{card.id}" for card in cards.values() if card.creator_id == creator_id]
    )


def _recheck(paths: Iterable[str]) -> None:
    """Core, not the unit of work: what others did to a page is no change of the link for its history."""
    for path in paths:
        marked = update(ShortLink).where(ShortLink.own_path == path).values(is_broken=not is_there(path))
        session.execute(marked.execution_options(synchronize_session=False))


def _is_own_and_coming(path: str, creator_id: str) -> bool:
    card = _asset_at(path)
    return card is not None and card.creator_id == creator_id and card.state not in LOST


def _asset_at(path: str) -> AssetCard | None:
    asset_id = path.removeprefix("/watch/")
    return ask(Assets).card(asset_id) if is_id(asset_id) else None
