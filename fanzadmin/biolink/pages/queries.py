"""Pages and links, read: for visitors, for their creator, and for the other systems."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from fanzadmin.biolink.pages.models import Block, BlockKind, LinkState, Page, PageState, ShortLink
from fanzadmin.contracts.biolink import LinkCard
from fanzadmin.contracts.crm import People
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.paging import KeysetQuery

ITEMS_A_PAGE = 48


class NoSuchPage(NotFound):
    title = "There is no such page"


@dataclass(frozen=True, slots=True)
class PublicBlock:
    """One row of a page as everybody reads it. `link_path` is the short link that counts; empty for words."""

    kind: BlockKind
    title: str
    asset_id: str | None
    link_path: str


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page as everybody reads it: words and links. `next` is the `start` of the page after, null at the end."""

    handle: str
    path: str
    title: str
    about: str
    theme: str
    blocks: tuple[PublicBlock, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class BlockCard:
    """One row of a page. `link_path` is the short link that counts (items and links); `clicks` counts people."""

    id: str
    kind: str
    title: str
    asset_id: str | None
    link_path: str
    url: str
    clicks: int
    visible: bool
    position: int


@dataclass(frozen=True, slots=True)
class PageCard:
    """A page. `next` is the place where the blocks after these begin, None at the end."""

    id: str
    creator_id: str
    cluster: str
    handle: str
    path: str
    title: str
    about: str
    theme: str
    state: str
    blocks: tuple[BlockCard, ...]
    next: int | None = None


@dataclass(frozen=True, slots=True)
class OwnLink:
    """A short link as its creator sees it. `is_broken`: it leads to a page of ours that is not there now."""

    id: str
    slug: str
    path: str
    target: str
    title: str
    asset_id: str | None
    clicks: int
    state: str
    is_broken: bool
    expires_at: datetime | None
    created_at: datetime


def public_page(handle: str, *, start: int | None = None, limit: int = ITEMS_A_PAGE) -> PageCard | None:
    """What everybody may see of the page at `/@handle`: visible blocks from place `start` on; None when it is hidden."""
    page = session.execute(
        select(Page).where(Page.handle == handle.lower(), Page.state == PageState.LIVE)
    ).scalar()
    if page is None or not ask(People).active_among((page.creator_id,)):
        return None
    query = _blocks(page.id).where(Block.visible.is_(True))
    if start is not None:
        query = query.where(Block.position >= start)
    blocks = session.execute(query.limit(limit + 1)).scalars().all()
    more = blocks[limit].position if len(blocks) > limit else None
    return _page_card(page, [block_card(block) for block in blocks[:limit]], after=more)


def own_page(creator_id: str) -> PageCard | None:
    """The whole page of a creator, hidden blocks too; for the portal."""
    page = session.execute(select(Page).where(Page.creator_id == creator_id)).scalar()
    if page is None:
        return None
    return _page_card(page, [block_card(block) for block in session.execute(_blocks(page.id)).scalars()])


def required_public_page(handle: str, *, start: int | None = None) -> PublicPage:
    """Like `public_page`, for programs. Raises NoSuchPage."""
    page = public_page(handle, start=start)
    if page is None:
        raise NoSuchPage(gettext("There is no page @%(handle)s.", handle=handle))
    return PublicPage(
        handle=page.handle,
        path=page.path,
        title=page.title,
        about=page.about,
        theme=page.theme,
        blocks=tuple(
            PublicBlock(BlockKind(block.kind), block.title, block.asset_id, block.link_path)
            for block in page.blocks
        ),
        next=page.next,
    )


def newest_pages(cluster: str, *, limit: int = 12) -> tuple[PageCard, ...]:
    """The live pages of a brand that opened last, without their blocks; to find creators."""
    query = select(Page).where(Page.cluster == cluster, Page.state == PageState.LIVE)
    rows = session.execute(query.order_by(Page.created_at.desc()).limit(limit)).scalars()
    pages = rows.all()
    active = ask(People).active_among(tuple(page.creator_id for page in pages))
    return tuple(_page_card(page, []) for page in pages if page.creator_id in active)


def required_own_page(creator_id: str) -> PageCard:
    """Like `own_page`. Raises NoSuchPage."""
    page = own_page(creator_id)
    if page is None:
        raise NoSuchPage(gettext("Your page opens when your account is active."))
    return page


def links_of(creator_id: str, *, limit: int = 100) -> tuple[OwnLink, ...]:
    """The newest links that a creator made, those of items left out."""
    query = (
        own_links(creator_id).query.where(ShortLink.asset_id.is_(None)).order_by(ShortLink.created_at.desc())
    )
    return tuple(link_card(link) for link in session.execute(query.limit(limit)).scalars())


def own_links(creator_id: str) -> KeysetQuery[OwnLink]:
    """The links of one creator, newest first."""
    return KeysetQuery(
        select(ShortLink).where(ShortLink.creator_id == creator_id), (ShortLink.id,), link_card
    )


def link_of_asset(asset_id: str) -> LinkCard | None:
    """The public paths of an asset on its creator's page; None while it is not listed."""
    row = session.execute(
        select(Page.handle, ShortLink.slug, ShortLink.clicks)
        .join(Block, Block.page_id == Page.id)
        .join(ShortLink, ShortLink.id == Block.link_id)
        .where(Block.asset_id == asset_id, Block.kind == BlockKind.ITEM, ShortLink.state == LinkState.ACTIVE)
    ).first()
    return (
        LinkCard(page_path=f"/@{row.handle}", link_path=f"/l/{row.slug}", clicks=row.clicks) if row else None
    )


def asset_of_slug(slug: str) -> str | None:
    """The asset that `/l/<slug>` leads to, None for another link and for none."""
    return session.execute(select(ShortLink.asset_id).where(ShortLink.slug == slug.lower())).scalar()


def slug_exists(slug: str) -> bool:
    """Whether `/l/<slug>` is or was a link; for its QR code."""
    return session.execute(select(ShortLink.id).where(ShortLink.slug == slug.lower())).first() is not None


def page_exists(handle: str) -> bool:
    """Whether `/@<handle>` is a live page; for its QR code."""
    query = select(Page.id).where(Page.handle == handle.lower(), Page.state == PageState.LIVE)
    return session.execute(query).first() is not None


def link_card(link: ShortLink) -> OwnLink:
    return OwnLink(
        id=link.id,
        slug=link.slug,
        path=f"/l/{link.slug}",
        target=link.target,
        title=link.title,
        asset_id=link.asset_id,
        clicks=link.clicks,
        state=link.state,
        is_broken=link.is_broken,
        expires_at=link.expires_at,
        created_at=link.created_at,
    )


def block_card(block: Block) -> BlockCard:
    return BlockCard(
        id=block.id,
        kind=block.kind,
        title=block.title,
        asset_id=block.asset_id,
        link_path=f"/l/{block.link.slug}" if block.link is not None else "",
        url=block.url,
        clicks=block.link.clicks if block.link is not None else 0,
        visible=block.visible,
        position=block.position,
    )


def _page_card(page: Page, blocks: list[BlockCard], *, after: int | None = None) -> PageCard:
    return PageCard(
        id=page.id,
        creator_id=page.creator_id,
        cluster=page.cluster,
        handle=page.handle,
        path=f"/@{page.handle}",
        title=page.title,
        about=page.about,
        theme=page.theme,
        state=page.state,
        blocks=tuple(blocks),
        next=after,
    )


def _blocks(page_id: str) -> Select[Block]:
    return (
        select(Block)
        .where(Block.page_id == page_id)
        .options(selectinload(Block.link))
        .order_by(Block.position, Block.id)
    )
