"""Tables of notes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel.db import Model, cluster_column, created, pk, user_ref
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.search import searchable


@searchable("body")
@marks(
    searched="creator_id fan_id body author pinned",
    sorted_by="body author pinned",
    clear={"body": "found by the team that wrote it"},
)
class Note(Model):
    """What a colleague wrote down about a creator or a fan; `author` keeps the name when the login is gone."""

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint("num_nonnulls(creator_id, fan_id) = 1", name="one_subject"),
        {"schema": "crm"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    creator_id: Mapped[str | None] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.creator.id", ondelete="CASCADE"), index=True
    )
    fan_id: Mapped[str | None] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.fan.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[str] = mapped_column(Text, info={"pii": "free text", "label": "Note"})
    author_user_id: Mapped[int | None] = user_ref()
    author: Mapped[str] = mapped_column(String(120))
    pinned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = created(label="Written")

    creator: Mapped[Creator | None] = relationship()
    fan: Mapped[Fan | None] = relationship()

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:60]}"
