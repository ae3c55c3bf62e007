"""Pages: opened, hidden, filled by what is published, and changed by their creator."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.biolink.pages.links import (
    NoSuchCreator,
    change_link,
    create_link,
    links_to_asset,
    retire_link,
    revive_link,
)
from fanzadmin.biolink.pages.models import Block, BlockKind, LinkState, Page, PageState
from fanzadmin.biolink.pages.queries import NoSuchPage
from fanzadmin.contracts.biolink import ItemListed
from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask

THEMES = ("plum", "ocean", "forest", "amber", "graphite")
MOST_OWN_BLOCKS = 50


class PageRefused(BusinessError):
    status = 422
    title = "The page cannot look like this"


@dataclass(frozen=True, slots=True)
class Draft:
    """A block as its creator wants it, at its place in the list. With `id` it is one of the page's blocks; without,
    a new `link` (title and url), `heading` (title) or `text` (title holds the words)."""

    id: str = ""
    kind: str = ""
    title: str = ""
    url: str = ""
    visible: bool = True


def open_page(creator_id: str) -> Page:
    """The creator's page, made live; made now when there is none. Raises NoSuchCreator."""
    page = page_of(creator_id) or _make_page(creator_id)
    page.state = PageState.LIVE
    return page


def hide_page(creator_id: str) -> None:
    """Take a creator's page, and with it all links, away from the public until it is opened again."""
    page = page_of(creator_id)
    if page is not None:
        page.state = PageState.HIDDEN


def page_of(creator_id: str) -> Page | None:
    return session.execute(select(Page).where(Page.creator_id == creator_id)).scalar()


def list_item(asset_id: str, *, creator_id: str, title: str) -> None:
    """Put a published asset on top of its creator's page, with a short link of its own. Once per asset; an asset that
    was withdrawn comes back to the top with the same link."""
    page = page_of(creator_id) or _make_page(creator_id)
    block = _item(page.id, asset_id)
    if (
        block is not None
        and block.visible
        and block.link is not None
        and block.link.state == LinkState.ACTIVE
    ):
        return
    if block is None:
        link = create_link(creator_id, target=f"/watch/{asset_id}", title=title, asset_id=asset_id)
        block = Block(page_id=page.id, kind=BlockKind.ITEM, asset_id=asset_id, link=link, position=0)
        session.add(block)
    assert block.link is not None  # noqa: S101  every item is made with one, above
    revive_link(block.link)
    block.title, block.visible, block.position = title, True, _top(page.id)
    record(
        ItemListed(
            cluster=page.cluster,
            asset_id=asset_id,
            creator_id=creator_id,
            page_path=f"/@{page.handle}",
            link_path=f"/l/{block.link.slug}",
        )
    )


def rename_item(asset_id: str, *, former_title: str, title: str) -> None:
    """An asset is called otherwise: so is its item and its short link, unless their creator gave them a name of their own."""
    if title == former_title:
        return
    for block in session.execute(select(Block).where(Block.asset_id == asset_id)).scalars():
        if block.title == former_title:
            block.title = title
        if block.link is not None and block.link.title == former_title:
            block.link.title = title


def unlist_item(asset_id: str, *, creator_id: str) -> None:
    """Take an asset off the page and end every link to it. Nothing happens for one that is not listed."""
    page = page_of(creator_id)
    block = _item(page.id, asset_id) if page is not None else None
    if block is not None:
        block.visible = False
    for link in links_to_asset(creator_id, asset_id):
        retire_link(link)


def edit_page(page: Page, *, title: str, about: str | None, theme: str) -> None:
    """What staff may change of a page. Raises PageRefused."""
    change_page(page.creator_id, title=title, about=about or "", theme=theme)


def change_page(
    creator_id: str,
    *,
    title: str | None = None,
    about: str | None = None,
    theme: str | None = None,
    blocks: Sequence[Draft] | None = None,
) -> None:
    """Change what is given. `blocks` is the whole page from top to bottom: own blocks left out are removed, items
    left out stay below the others. Raises NoSuchPage, PageRefused, TargetRefused."""
    page = page_of(creator_id)
    if page is None:
        raise NoSuchPage(gettext("Your page opens when your account is active."))
    if title is not None:
        page.title = _words(title, _refusal("title"), least=1, most=80)
    if about is not None:
        page.about = _words(about, _refusal("about"), most=1000, lines=True)
    if theme is not None:
        if theme not in THEMES:
            raise PageRefused(gettext("Choose one of the themes %(themes)s.", themes=", ".join(THEMES)))
        page.theme = theme
    if blocks is not None:
        _arrange(page, blocks)


def arrange_blocks(blocks: Sequence[Block]) -> None:
    """Put the blocks of one page, all of them, in this order from top to bottom, as their creator does by saving the page.
    Raises PageRefused."""
    pages = {block.page_id for block in blocks}
    held = session.execute(select(Block.id).where(Block.page_id.in_(pages))).scalars()
    if len(pages) != 1 or sorted(held) != sorted(block.id for block in blocks):
        raise PageRefused(gettext("A block is named that is not on this page, or is named twice."))
    for place, block in enumerate(blocks):
        block.position = place


def show_block(block: Block, *, visible: bool) -> None:
    """Show a block on its page, or keep it hidden there. Raises PageRefused for an item that was withdrawn."""
    if visible and not _may_show(block):
        raise PageRefused(
            gettext("What this block shows was taken back. It comes back when it is published.")
        )
    block.visible = visible


def edit_block(block: Block, *, title: str, url: str | None, visible: bool) -> None:
    """What staff may change of a block: a link keeps its short name and its clicks; an item's words are its work's.
    Raises PageRefused, TargetRefused."""
    if block.kind == BlockKind.ITEM and title not in {"", block.title}:
        raise PageRefused(gettext("An item says what its work says. Change the work."))
    if block.kind != BlockKind.LINK and url:
        raise PageRefused(gettext("Only a link has an address."))
    show_block(block, visible=visible)
    _redraft(block.page, block, Draft(id=block.id, title=title, url=url or "", visible=visible))


def _may_show(block: Block) -> bool:
    """A withdrawn asset does not come back by asking for it."""
    listed = block.link is not None and block.link.state == LinkState.ACTIVE
    return block.kind != BlockKind.ITEM or listed


def _arrange(page: Page, drafts: Sequence[Draft]) -> None:
    held = {
        block.id: block for block in session.execute(select(Block).where(Block.page_id == page.id)).scalars()
    }
    if any(draft.id and draft.id not in held for draft in drafts) or len(
        {d.id for d in drafts if d.id}
    ) < sum(bool(draft.id) for draft in drafts):
        raise PageRefused(gettext("A block is named that is not on this page, or is named twice."))
    if sum(not draft.id or held[draft.id].kind != BlockKind.ITEM for draft in drafts) > MOST_OWN_BLOCKS:
        raise PageRefused(
            gettext("A page holds at most %(most)s links, headings and texts.", most=MOST_OWN_BLOCKS)
        )
    named = {draft.id for draft in drafts}
    for block in held.values():
        if block.id not in named and block.kind != BlockKind.ITEM:
            _remove(block)
    for place, draft in enumerate(drafts):
        block = held[draft.id] if draft.id else _new_block(page, draft, place)
        _redraft(page, block, draft)
        block.position = place
    left = sorted((b for b in held.values() if b.kind == BlockKind.ITEM and b.id not in named), key=_place)
    for place, block in enumerate(left, start=len(drafts)):
        block.position = place


def _place(block: Block) -> int:
    return block.position


def _new_block(page: Page, draft: Draft, place: int) -> Block:
    if draft.kind not in {BlockKind.LINK, BlockKind.HEADING, BlockKind.TEXT}:
        raise PageRefused(
            gettext("A new block is a link, a heading or a text; items come from what you publish.")
        )
    block = Block(page_id=page.id, kind=draft.kind, title="", url="", position=place)
    session.add(block)
    return block


def _redraft(page: Page, block: Block, draft: Draft) -> None:
    if block.kind == BlockKind.ITEM:
        block.visible = draft.visible and _may_show(block)
        return
    block.visible = draft.visible
    if draft.id and not draft.title and not draft.url:
        return
    most = 1000 if block.kind == BlockKind.TEXT else 80
    block.title = _words(
        draft.title, _refusal(block.kind), least=1, most=most, lines=block.kind == BlockKind.TEXT
    )
    if block.kind == BlockKind.LINK:
        _link_to(page, block, draft.url or block.url)


def _link_to(page: Page, block: Block, url: str) -> None:
    """A link that was ended by itself stays so: the block gets a new one."""
    if block.link is None or block.link.state == LinkState.RETIRED:
        block.link = create_link(page.creator_id, target=url, title=block.title)
    else:
        change_link(block.link, target=url, title=block.title)
    block.url = block.link.target


def _remove(block: Block) -> None:
    if block.link is not None:
        retire_link(block.link)
    session.delete(block)


def _words(text: str, refusal: str, *, least: int = 0, most: int, lines: bool = False) -> str:
    clean = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    clean = clean if lines else clean.replace("\n", " ")
    if not least <= len(clean) <= most:
        raise PageRefused(refusal % {"least": least, "most": most, "count": len(clean)})
    return clean


def _refusal(what: str) -> str:
    """The sentence for a text that is too short or too long, with places for `least`, `most` and `count`."""
    sentences = {
        "title": gettext("The title may have %(least)s to %(most)s characters, not %(count)s."),
        "about": gettext("The text about you may have %(least)s to %(most)s characters, not %(count)s."),
        BlockKind.LINK: gettext("The link may have %(least)s to %(most)s characters, not %(count)s."),
        BlockKind.HEADING: gettext("The heading may have %(least)s to %(most)s characters, not %(count)s."),
        BlockKind.TEXT: gettext("The text may have %(least)s to %(most)s characters, not %(count)s."),
    }
    return str(sentences[what])


def _make_page(creator_id: str) -> Page:
    """Two facts of one creator may arrive at once: the second finds the first one's page."""
    creator = ask(People).creator(creator_id)
    if creator is None:
        raise NoSuchCreator(gettext("There is no such creator."))
    session.execute(
        insert(Page).values(_first_page(creator)).on_conflict_do_nothing(index_elements=["creator_id"])
    )
    return session.execute(select(Page).where(Page.creator_id == creator_id)).scalar_one()


def _first_page(creator: CreatorCard) -> dict[str, object]:
    return {
        "id": new_id(),
        "creator_id": creator.id,
        "handle": creator.handle.lower(),
        "cluster": creator.cluster,
        "title": creator.name[:80],
        "about": creator.about,
        "theme": THEMES[0],
        "state": PageState.LIVE,
        "created_at": clock.now(),
    }


def _item(page_id: str, asset_id: str) -> Block | None:
    return session.execute(select(Block).where(Block.page_id == page_id, Block.asset_id == asset_id)).scalar()


def _top(page_id: str) -> int:
    """A place above everything: positions may be negative, so that nothing else has to move."""
    lowest = session.execute(select(func.min(Block.position)).where(Block.page_id == page_id)).scalar()
    return (1 if lowest is None else lowest) - 1
