"""Tables of blocks."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from fanzadmin.kernel.db import Model, choice, cluster_column, created, pk, ref
from fanzadmin.kernel.marks import marks


class BlockedBy(StrEnum):
    """Who made the block."""

    CREATOR = "creator"
    FAN = "fan"


@marks(searched="blocked_by", sorted_by="creator_id fan_id cluster blocked_by")
class Block(Model):
    """A creator and a fan see nothing of each other while there is one, whoever made it; each lifts the own one only."""

    __tablename__ = "block"
    __table_args__ = (UniqueConstraint("creator_id", "fan_id", "blocked_by"), {"schema": "crm"})

    id: Mapped[str] = pk()
    creator_id: Mapped[str] = ref("creator", index=False)
    fan_id: Mapped[str] = ref("fan")
    blocked_by: Mapped[str] = choice(BlockedBy, 10, label="By the", pill=True)
    cluster: Mapped[str] = cluster_column()
    created_at: Mapped[datetime] = created(label="Since")

    def __str__(self) -> str:
        return f"block {self.id[-8:]}"
