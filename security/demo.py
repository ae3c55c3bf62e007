"""The demo's brands, and one login for every role. All demo logins share one password."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from flask_appbuilder.security.sqla.models import Role, User, assoc_user_role
from sqlalchemy import insert, select
from werkzeug.security import generate_password_hash

from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoCluster, World
from security.models import Cluster, StaffCluster

PASSWORD = "fanz-demo"  # noqa: S105  printed at the start of every demo, and worth nothing elsewhere

CLUSTERS = (
    DemoCluster("velvet", "Velvet", "USD"),
    DemoCluster("ember", "Ember", "EUR"),
    DemoCluster("noir", "Noir", "GBP"),
)


@dataclass(frozen=True, slots=True)
class Login:
    """A user who can sign in."""

    username: str
    first_name: str
    last_name: str

    @property
    def email(self) -> str:
        return f"{self.username}@fanz.example"


STAFF: tuple[tuple[Login, str], ...] = (
    (Login("admin", "Ada", "Marsh"), "Admin"),
    (Login("crm", "Carmen", "Ruiz"), "CRM"),
    (Login("crm-ember", "Emil", "Brandt"), "CRM"),
    (Login("content", "Connor", "Teague"), "Content"),
    (Login("community", "Comfort", "Adeyemi"), "Community"),
    (Login("finance", "Fiona", "Lindqvist"), "Finance"),
    (Login("finance2", "Felix", "Okafor"), "Finance"),
    (Login("compliance", "Claire", "Novak"), "Compliance"),
    (Login("compliance2", "Cyrus", "Haddad"), "Compliance"),
    (Login("security", "Selma", "Iversen"), "Security"),
    (Login("manager", "Marcus", "Oyelaran"), "Manager"),
)
ONE_CLUSTER = {"crm-ember": "ember"}  # who sees the rows of one brand only


def seed(world: World) -> None:
    """The brands and the staff; `world.staff` holds each login's user id by name."""
    world.clusters = list(CLUSTERS)
    session.execute(
        insert(Cluster),
        [
            {"key": brand.key, "name": brand.name, "currency": brand.currency, "created_at": world.now}
            for brand in CLUSTERS
        ],
    )
    for role in dict.fromkeys(role for _, role in STAFF):
        logins = [login for login, held in STAFF if held == role]
        ids = add_logins(logins, role, created_at=world.now)
        world.staff |= {login.username: user_id for login, user_id in zip(logins, ids, strict=True)}
    session.execute(
        insert(StaffCluster),
        [{"user_id": world.staff[name], "cluster": key} for name, key in ONE_CLUSTER.items()],
    )


def add_logins(logins: Sequence[Login], role: str, *, created_at: datetime) -> list[int]:
    """Make logins of one role in bulk, with the demo's password hashed once. Returns their user ids, in order."""
    if not logins:
        return []
    made_at = created_at.astimezone(UTC).replace(tzinfo=None)  # Flask-AppBuilder keeps naive moments
    rows = [
        {
            "username": login.username,
            "first_name": login.first_name,
            "last_name": login.last_name,
            "email": login.email,
            "password": _password_hash(),
            "active": True,
            "login_count": 0,
            "fail_login_count": 0,
            "created_on": made_at,
            "changed_on": made_at,
        }
        for login in logins
    ]
    statement = insert(User.__table__).returning(User.__table__.c.id, sort_by_parameter_order=True)
    ids = [int(user_id) for user_id in session.execute(statement, rows).scalars()]
    role_id = _role_id(role)
    session.execute(insert(assoc_user_role), [{"user_id": user_id, "role_id": role_id} for user_id in ids])
    return ids


@cache
def _password_hash() -> str:
    """Slow on purpose, hence once for all."""
    return generate_password_hash(PASSWORD)


def _role_id(name: str) -> int:
    """A role's id; its rights are written by the security manager's `sync_roles`."""
    role_id = session.execute(select(Role.id).where(Role.name == name)).scalar()
    if role_id is None:
        role_id = session.execute(
            insert(Role.__table__).values(name=name).returning(Role.__table__.c.id)
        ).scalar_one()
    return int(role_id)
