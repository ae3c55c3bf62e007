"""Tables of visits: clicks, views, and the salts of the day."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Date,
    Index,
    LargeBinary,
    String,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.db import Model, choice, moment, pk, ref
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned

VISITS_KEPT = timedelta(days=2 * 366)


class Device(StrEnum):
    PHONE = "phone"
    TABLET = "tablet"
    DESKTOP = "desktop"
    OTHER = "other"


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
