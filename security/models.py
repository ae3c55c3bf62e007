"""Tables of identity beside Flask-AppBuilder's own: the brands, who among the staff sees which, and the audit.

They name no schema, as Flask-AppBuilder's do: both lie in `security`, the first schema of the search path.
"""

from datetime import datetime, timedelta

from flask_appbuilder.security.sqla.models import Role, User, assoc_user_role
from sqlalchemy import ForeignKey, Index, Integer, String, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.audit import AuditAction
from fanzadmin.kernel.db import Model, choice, created, moment, pk
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned
from fanzadmin.kernel.provenance import TRACE, Provenance
from fanzadmin.kernel.search import searchable


class Cluster(Model):
    """A brand of the network; everything in it is priced in `currency`."""

    __tablename__ = "cluster"
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime] = created()

    def __str__(self) -> str:
        return self.name


class StaffCluster(Model):
    """A staff member with a row here sees only these clusters; without one, all."""

    __tablename__ = "staff_cluster"
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True)
    cluster: Mapped[str] = mapped_column(ForeignKey("cluster.key"), primary_key=True)


class EndedSession(Model):
    """A cookie session whose person signed out; kept until its cookie would have expired."""

    __tablename__ = "ended_session"
    __audited__ = False

    id: Mapped[str] = pk()
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    ended_at: Mapped[datetime] = moment(nullable=False, index=True)


@partitioned("id", keep=timedelta(days=7 * 366))
@marks(searched="at actor action table_name record_id trace_id", sorted_by="at")
class AuditEntry(Provenance, Model):
    """One write: who, what, when, field by field; why and with whose consent, where someone said so."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_record", "table_name", "record_id"),
        Index("ix_audit_entry_record_id", "record_id"),
        Index("ix_audit_entry_actor_at", "actor", "at"),
        Index("ix_audit_entry_action_at", "action", "at"),
    )
    __large__ = True

    id: Mapped[str] = pk()
    at: Mapped[datetime] = moment(nullable=False, index=True, label="When")
    actor_id: Mapped[int | None] = mapped_column(Integer, index=True)
    actor: Mapped[str] = mapped_column(Text)
    approver_id: Mapped[int | None] = mapped_column(Integer)
    approver: Mapped[str | None] = mapped_column(Text, info={"label": "Agreed by"})
    reason: Mapped[str | None] = mapped_column(Text, info={"label": "Why"})
    action: Mapped[str] = choice(AuditAction, 10, pill=True)
    table_name: Mapped[str] = mapped_column(String(80), info={"label": "Table"})
    record_id: Mapped[str] = mapped_column(Text, info={"label": "Record"})
    changes: Mapped[dict[str, object]] = mapped_column(JSONB)
    trace_id: Mapped[str] = mapped_column(String(32), index=True, info=TRACE)


# Flask-AppBuilder's table of logins has a row for every fan: what its console finds and orders by has an index.
searchable("username", "first_name", "last_name")(User)
User.__large__ = True
User.__table__.c.email.info["pii"] = "email"
for _name, _label in {
    "username": "User name",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "E-mail",
    "active": "May sign in",
    "last_login": "Last sign-in",
    "login_count": "Sign-ins",
    "fail_login_count": "Wrong passwords in a row",
    "created_on": "Created",
    "changed_on": "Changed",
}.items():
    User.__table__.c[_name].info["label"] = _label
marks(
    searched="id username first_name last_name email active last_login created_on",
    sorted_by="id username first_name last_name active last_login created_on",
    clear={"email": "Flask-AppBuilder signs people in by it"},
)(User)
marks(searched="name", sorted_by="name")(Role)
for _name in ("first_name", "last_name", "active", "last_login", "created_on"):
    Index(None, User.__table__.c[_name], User.__table__.c.id)
for _name in ("username", "email"):  # in whatever case they are typed at the sign-in
    Index(f"ix_ab_user_{_name}_lower", func.lower(User.__table__.c[_name]))
Index(None, assoc_user_role.c.role_id, assoc_user_role.c.user_id)
