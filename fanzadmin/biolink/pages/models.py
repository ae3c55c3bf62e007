"""Tables of pages: pages, blocks, short links."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, choice, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.marks import marks


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
    searched="slug target title clicks state is_broken expires_at",
    sorted_by="slug target title cluster clicks state is_broken expires_at",
)
class ShortLink(Model):
    """`/l/<slug>`: `target` is an http(s) URL, a path of our own, or `mailto:`, `tel:`, `sms:`. `clicks` counts people, not bots.

    `own_path` is the page of ours that a link made by hand leads to, else empty; `is_broken` says that it is not there now.
    """

    __tablename__ = "short_link"
    __table_args__ = (
        Index("ix_short_link_creator_id_created_at", "creator_id", "created_at"),
        {"schema": "biolink"},
    )

    id: Mapped[str] = pk()
    slug: Mapped[str] = mapped_column(String(40), unique=True, info={"label": "Link"})
    target: Mapped[str] = mapped_column(String(2000), info={"label": "Leads to"})
    own_path: Mapped[str] = mapped_column(String(80), default="", server_default="", index=True)
    is_broken: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false(), info={"label": "Broken"}
    )
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
