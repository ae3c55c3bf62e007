"""Tables of fans."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from fanzadmin.crm.creators.models import counter
from fanzadmin.kernel.db import Model, created, moment, pk, user_ref
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.search import searchable
from security.models import Cluster


@searchable("name")
@marks(
    searched="cluster name country spent_minor last_seen tags joined_at",
    sorted_by="name country spent_minor last_seen joined_at",
    sealed="email",
)
class Fan(Model):
    """A fan of one cluster. `spent_minor` is all that was ever paid, in the cluster's currency."""

    __tablename__ = "fan"
    __table_args__ = (
        Index("ix_fan_cluster_spent_minor", "cluster", "spent_minor"),
        Index("ix_fan_tags", "tags", postgresql_using="gin"),
        Index("ix_fan_name_id", "name", "id"),
        Index("ix_fan_country_id", "country", "id"),
        Index("ix_fan_spent_minor_id", "spent_minor", "id"),
        {"schema": "crm"},
    )
    __large__ = True

    id: Mapped[str] = pk()
    user_id: Mapped[int | None] = user_ref(unique=True)
    cluster: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), default="", info={"pii": "email", "label": "E-mail"})
    country: Mapped[str] = mapped_column(String(2), default="")
    spent_minor: Mapped[int] = counter(label="Spent", currency="brand.currency")
    last_seen: Mapped[datetime | None] = moment(index=True, label="Last seen")
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list, server_default=text("'{}'"))
    terms_version: Mapped[str] = mapped_column(
        String(20), default="", server_default=text("''"), info={"label": "Terms accepted"}
    )
    terms_accepted_at: Mapped[datetime | None] = moment(label="Accepted")
    joined_at: Mapped[datetime] = moment(nullable=False, index=True, label="Joined", day_only=True)
    created_at: Mapped[datetime] = created()

    brand: Mapped[Cluster] = relationship(
        primaryjoin=lambda: foreign(Fan.cluster) == Cluster.key, viewonly=True, lazy="joined", innerjoin=True
    )

    def __str__(self) -> str:
        return self.name
