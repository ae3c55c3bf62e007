"""Tables of BioLinkHub: pages, blocks, short links, clicks, views, and the salts of the day."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, choice, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned

VISITS_KEPT = timedelta(days=2 * 366)


class PageState(StrEnum):
    LIVE = "live"
    HIDDEN = "hidden"


class BlockKind(StrEnum):
    ITEM = "item"
    LINK = "link"
    HEADING = "heading"
    TEXT = "text"


class LinkState(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"


class Device(StrEnum):
    PHONE = "phone"
    TABLET = "tablet"
    DESKTOP = "desktop"
    OTHER = "other"


@marks(searched="creator_id handle title theme state", sorted_by="handle cluster title theme state")
class Page(Model):
    """A creator's public page at `/@<handle>`."""

    __tablename__ = "page"
    __table_args__ = ({"schema": "biolink"},)

    id: Mapped[str] = pk()
    creator_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), unique=True, info={"ref": "creator"})
    handle: Mapped[str] = mapped_column(String(40), unique=True, info={"label": "Page"})
    cluster: Mapped[str] = cluster_column()
    title: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(Text, default="")
    theme: Mapped[str] = mapped_column(String(20), default="plum")
    state: Mapped[str] = choice(PageState, 10, default=PageState.LIVE)
    created_at: Mapped[datetime] = created(label="Opened")

    blocks: Mapped[list["Block"]] = relationship(
        lambda: Block, back_populates="page", order_by=lambda: Block.position
    )

    def __str__(self) -> str:
        return f"@{self.handle}"


@marks(
    searched="slug target title clicks state expires_at",
    sorted_by="slug target title cluster clicks state expires_at",
)
class ShortLink(Model):
    """`/l/<slug>`: `target` is an http(s) URL, or a path of our own. `clicks` counts people, not bots."""

    __tablename__ = "short_link"
    __table_args__ = (
        Index("ix_short_link_creator_id_created_at", "creator_id", "created_at"),
        {"schema": "biolink"},
    )

    id: Mapped[str] = pk()
    slug: Mapped[str] = mapped_column(String(40), unique=True, info={"label": "Link"})
    target: Mapped[str] = mapped_column(String(2000), info={"label": "Leads to"})
    title: Mapped[str] = mapped_column(String(120), default="")
    creator_id: Mapped[str] = ref("creator", index=False)
    cluster: Mapped[str] = cluster_column()
    asset_id: Mapped[str | None] = ref("asset", nullable=True)
    clicks: Mapped[int] = mapped_column(Integer, default=0, info={"label": "Clicks of people"})
    state: Mapped[str] = choice(LinkState, 10, default=LinkState.ACTIVE)
    expires_at: Mapped[datetime | None] = moment(label="Ends")
    created_by: Mapped[int | None] = user_ref()
    created_at: Mapped[datetime] = created(label="Made")

    def __str__(self) -> str:
        return f"/l/{self.slug}"


@marks(searched="page_id kind title url visible", sorted_by="position kind title url visible")
class Block(Model):
    """One row of a page: `item` shows an asset, `link` a short link, `heading` and `text` words. Lowest `position` first."""

    __tablename__ = "block"
    __table_args__ = (
        UniqueConstraint("page_id", "asset_id"),
        Index("ix_block_page_id_position", "page_id", "position"),
        {"schema": "biolink"},
    )

    id: Mapped[str] = pk()
    page_id: Mapped[str] = mapped_column(ForeignKey("biolink.page.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer, info={"label": "Place"})
    kind: Mapped[str] = choice(BlockKind, 10, pill=True, tones={BlockKind.ITEM: "accent"})
    title: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(String(2000), default="", info={"label": "Leads to"})
    asset_id: Mapped[str | None] = ref("asset", nullable=True)
    link_id: Mapped[str | None] = mapped_column(ForeignKey("biolink.short_link.id"), index=True)
    visible: Mapped[bool] = mapped_column(Boolean, default=True, info={"label": "Shown"})
    created_at: Mapped[datetime] = created(label="Added")

    page: Mapped[Page] = relationship(lambda: Page, back_populates="blocks")
    link: Mapped[ShortLink | None] = relationship(lambda: ShortLink)

    def __str__(self) -> str:
        return self.title or self.kind


class Visited:
    """What is kept of a visit: no address, no cookie, no full user agent.

    `visitor` is HMAC-SHA256 of address and user agent under the salt of the day, which is destroyed after a day. `country`
    is ISO 3166-1 alpha-2 or empty.
    """

    __audited__ = False

    id: Mapped[str] = pk()
    creator_id: Mapped[str] = ref("creator", index=False)
    cluster: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = moment(nullable=False, index=True, label="When")
    country: Mapped[str] = mapped_column(String(2), default="")
    device: Mapped[str] = choice(Device, 10, default=Device.OTHER)
    referrer: Mapped[str] = mapped_column(String(253), default="", info={"label": "Came from"})
    is_bot: Mapped[bool] = mapped_column(Boolean, default=False, info={"label": "Bot"})
    bot_reason: Mapped[str] = mapped_column(String(40), default="", info={"label": "Bot, because"})
    is_unique: Mapped[bool] = mapped_column(Boolean, default=True, info={"label": "First in half an hour"})
    visitor: Mapped[bytes] = mapped_column(LargeBinary(16))


@partitioned("id", keep=VISITS_KEPT)
@marks(searched="cluster at country device referrer is_bot bot_reason is_unique link_id", sorted_by="at")
class Click(Visited, Model):
    """Someone or something followed a short link. Bots are kept too, with the reason, and counted apart."""

    __tablename__ = "click"
    __table_args__ = (
        Index("ix_click_link_id_at", "link_id", "at"),
        Index("ix_click_creator_id_at", "creator_id", "at"),
        Index("ix_click_link_id_visitor", "link_id", "visitor"),
        Index("ix_click_country_at", "country", "at"),
        Index("ix_click_referrer_at", "referrer", "at"),
        {"schema": "biolink"},
    )
    __large__ = True

    link_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), info={"ref": "short_link", "label": "Link"})


@partitioned("id", keep=VISITS_KEPT)
@marks(searched="cluster at device is_bot bot_reason is_unique", sorted_by="at")
class View(Visited, Model):
    """Someone or something opened a bio page."""

    __tablename__ = "view"
    __table_args__ = (
        Index("ix_view_creator_id_at", "creator_id", "at"),
        Index("ix_view_page_id_visitor", "page_id", "visitor"),
        {"schema": "biolink"},
    )
    __large__ = True

    page_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), info={"ref": "page"})


class Salt(Model):
    """The salt of one UTC day. Without it a visitor's hash says nothing; it is deleted once the next day is over."""

    __tablename__ = "salt"
    __table_args__ = ({"schema": "biolink"},)
    __audited__ = False

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
