"""Short links: made, changed, looked up, retired."""

import re
import secrets
from datetime import datetime
from typing import TypedDict, Unpack

from flask_babel import gettext
from sqlalchemy import select, update

from fanzadmin.biolink.pages.models import Block, LinkState, Page, PageState, ShortLink
from fanzadmin.biolink.pages.own_pages import check_own_page
from fanzadmin.biolink.targets.addresses import checked_target, own_page_path
from fanzadmin.biolink.targets.refusals import TargetRefused
from fanzadmin.biolink.visits.service import Target
from fanzadmin.contracts.crm import People
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, NotFound
from fanzadmin.kernel.ports import ask

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: people read links aloud
SLUG_LENGTH = 8  # 31^8 = 8.5e11: a million links are one hit in 850,000 guesses
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])")
RESERVED = frozenset(
    {"admin", "api", "feed", "help", "login", "logout", "portal", "qr", "static", "support", "watch"}
)


class NoSuchLink(NotFound):
    title = "There is no such link"


class LinkGone(BusinessError):
    status = 410
    title = "This link has ended"


class LinkEnded(BusinessError):
    status = 409
    title = "An ended link cannot be changed"


class SlugTaken(BusinessError):
    status = 409
    title = "This short name is taken"


class SlugRefused(BusinessError):
    status = 422
    title = "This short name cannot be used"


class ExpiryRefused(BusinessError):
    status = 422
    title = "The link would end before it begins"


class NoSuchCreator(NotFound):
    title = "There is no such creator"


class LinkChanges(TypedDict, total=False):
    """What may change of a link; None for a link without end."""

    target: str
    title: str
    expires_at: datetime | None


def create_link(
    creator_id: str,
    *,
    target: str,
    title: str = "",
    slug: str = "",
    expires_at: datetime | None = None,
    asset_id: str | None = None,
    created_by: int | None = None,
) -> ShortLink:
    """A new short link of a creator; without `slug` it gets one no one guesses.

    Raises TargetRefused, SlugRefused, SlugTaken, ExpiryRefused, NoSuchCreator.
    """
    creator = ask(People).creator(creator_id)
    if creator is None:
        raise NoSuchCreator(gettext("There is no such creator."))
    link = ShortLink(
        slug=_free_slug(slug),
        title=_one_line(title),
        creator_id=creator_id,
        cluster=creator.cluster,
        asset_id=asset_id,
        expires_at=_future(expires_at),
        created_by=created_by,
    )
    _lead(link, checked_target(target))
    session.add(link)
    session.flush()  # its slug must be taken before the next one is drawn
    return link


def create_link_as_staff(
    creator_id: str,
    *,
    target: str,
    title: str | None = None,
    slug: str | None = None,
    expires_at: datetime | None = None,
) -> ShortLink:
    """A link that staff makes for a creator of a cluster they may see. Raises what `create_link` raises."""
    creator, context = ask(People).creator(creator_id), current()
    if creator is None or (context.clusters is not None and creator.cluster not in context.clusters):
        raise NoSuchCreator(gettext("There is no such creator in your clusters."))
    return create_link(
        creator_id,
        target=target,
        title=title or "",
        slug=slug or "",
        expires_at=expires_at,
        created_by=context.actor_id,
    )


def change_link(link: ShortLink, **changes: Unpack[LinkChanges]) -> None:
    """Change what is given. The short name, the clicks and the printed QR code stay. The button of a page that is this link leads
    where the link leads.

    Raises LinkEnded, TargetRefused (also for the link of a published work, which leads to it), ExpiryRefused.
    """
    if link.state == LinkState.RETIRED:
        raise LinkEnded(gettext("This link has ended. Make a new one."))
    ends = changes.get("expires_at", link.expires_at)
    if ends != link.expires_at:
        _future(ends)
    plain = checked_target(changes["target"]) if "target" in changes else link.target
    if plain != link.target:
        if link.asset_id is not None:
            raise TargetRefused(
                gettext("This link belongs to a work and leads to it. Make another link for another target.")
            )
        _lead(link, plain)
        for block in session.execute(select(Block).where(Block.link_id == link.id)).scalars():
            block.url = plain
    link.title, link.expires_at = _one_line(changes.get("title", link.title)), ends


def change_link_as_staff(
    link: ShortLink, *, target: str, title: str | None, expires_at: datetime | None
) -> None:
    """Change a link of a cluster that the staff member may see. Raises NoSuchLink for another's, and what `change_link` raises."""
    _check_cluster(link)
    change_link(link, target=target, title=title or "", expires_at=expires_at)


def retire_link(link: ShortLink) -> None:
    """End a link for good: it answers 410 from now on. Its clicks stay."""
    link.state = LinkState.RETIRED


def retire_link_as_staff(link: ShortLink) -> None:
    """End a link of a cluster that the staff member may see. Raises NoSuchLink for another's."""
    _check_cluster(link)
    retire_link(link)


def revive_link(link: ShortLink) -> None:
    """Let the link of a listed asset work again when the asset comes back."""
    link.state = LinkState.ACTIVE


def own_link(creator_id: str, link_id: str) -> ShortLink:
    """A link of this creator. Raises NoSuchLink for anybody else's."""
    mine = select(ShortLink).where(ShortLink.creator_id == creator_id, ShortLink.id == link_id)
    link: ShortLink | None = session.execute(mine).scalar()
    if link is None:
        raise NoSuchLink(gettext("You have no such link."))
    return link


def links_to_asset(creator_id: str, asset_id: str) -> list[ShortLink]:
    """The creator's links to one asset."""
    query = select(ShortLink).where(ShortLink.creator_id == creator_id, ShortLink.asset_id == asset_id)
    return list(session.execute(query).scalars())


def follow_link(slug: str) -> Target:
    """Where `/l/<slug>` leads, in one indexed SELECT and one question. Raises NoSuchLink, LinkGone."""
    row = session.execute(
        select(
            ShortLink.id,
            ShortLink.creator_id,
            ShortLink.cluster,
            ShortLink.asset_id,
            ShortLink.target,
            ShortLink.state,
            ShortLink.expires_at,
            Page.state.label("page_state"),
        )
        .outerjoin(Page, Page.creator_id == ShortLink.creator_id)
        .where(ShortLink.slug == slug.lower())
    ).first()
    if row is None:
        raise NoSuchLink(gettext("This short link does not exist. Look at its spelling."))
    if row.state == LinkState.RETIRED or (row.expires_at is not None and row.expires_at <= clock.now()):
        raise LinkGone(gettext("This link has ended. The creator's page may have something newer."))
    if row.page_state == PageState.HIDDEN or not ask(People).active_among((row.creator_id,)):
        raise LinkGone(gettext("This creator's links do not work at the moment."))
    return Target(row.id, row.creator_id, row.cluster, row.asset_id, row.target)


def count_click(link_id: str) -> None:
    """Add one to a link's counter. Called by the listener, once per fact, so that the redirect waits for no row lock."""
    session.execute(
        update(ShortLink)
        .where(ShortLink.id == link_id)
        .values(clicks=ShortLink.clicks + 1)
        .execution_options(synchronize_session=False)
    )


def _lead(link: ShortLink, target: str) -> None:
    """Point a link at a checked target. The link of a published work comes and goes with it and needs no look at it."""
    if link.asset_id is None:
        link.is_broken = not check_own_page(target, creator_id=link.creator_id)
        link.own_path = own_page_path(target)
    link.target = target


def _check_cluster(link: ShortLink) -> None:
    clusters = current().clusters
    if clusters is not None and link.cluster not in clusters:
        raise NoSuchLink(gettext("There is no such link in your clusters."))


def _one_line(title: str) -> str:
    return " ".join(title.split())[:120]


def _future(expires_at: datetime | None) -> datetime | None:
    if expires_at is not None and expires_at <= clock.now():
        raise ExpiryRefused(gettext("Choose an end in the future, or none."))
    return expires_at


def _free_slug(slug: str) -> str:
    slug = slug.strip().lower()
    if not slug:
        while True:
            drawn = "".join(secrets.choice(ALPHABET) for _ in range(SLUG_LENGTH))
            if not _is_taken(drawn):
                return drawn
    if not SLUG.fullmatch(slug):
        raise SlugRefused(
            gettext("Use 3 to 40 letters, digits and hyphens, with a letter or digit at both ends.")
        )
    if slug in RESERVED:
        raise SlugRefused(gettext("This short name is kept for the platform. Choose another one."))
    if _is_taken(slug):
        raise SlugTaken(gettext("Another link has this short name already. Choose another one."))
    return slug


def _is_taken(slug: str) -> bool:
    return session.execute(select(ShortLink.id).where(ShortLink.slug == slug)).first() is not None
