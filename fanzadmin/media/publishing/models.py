"""What a creator wants of every upload."""

from datetime import datetime

from sqlalchemy import Uuid
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.contracts.media import Announce
from fanzadmin.kernel.db import Model, choice, cluster_column, moment


class PublishingDefault(Model):
    """How a creator's uploads are announced where the upload says nothing."""

    __tablename__ = "publishing_default"
    __table_args__ = ({"schema": "media"},)

    creator_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), primary_key=True, info={"ref": "creator", "label": "Creator"}
    )
    cluster: Mapped[str] = cluster_column()
    announce: Mapped[str] = choice(Announce, 8, default=Announce.FEED, label="Announced by")
    changed_at: Mapped[datetime] = moment(nullable=False, label="Changed")
