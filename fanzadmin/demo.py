"""The demo: three brands, sixty creators, three thousand fans and a year of their life, the same for the same seed."""

import logging
import time
from datetime import timedelta

from flask import Flask
from flask_appbuilder.security.sqla.models import Role, User, assoc_user_role
from sqlalchemy import func, select
from werkzeug.security import check_password_hash

import security.demo
from fanzadmin.app import SYSTEMS
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.demo import World
from fanzadmin.kernel.partitions import ensure_partitions
from security.models import Cluster

log = logging.getLogger(__name__)

PAST = timedelta(days=400)  # how far the demo's life goes back
ORDER = ("crm", "compliance", "media", "finance", "social", "chat", "biolink", "gpt", "shield")


def seed(app: Flask, scale: int = 1) -> bool:
    """Fill an empty database; a database with a cluster is left alone. Returns whether it was filled."""
    demos = {system.name: system.demo for system in SYSTEMS}
    ends = [(f"{system.name} again", system.demo_end) for system in SYSTEMS]
    with app.app_context(), transaction():
        if session.execute(select(Cluster.key).limit(1)).first() is not None:
            return False
        ensure_partitions(session.connection(), since=clock.now() - PAST)
        world = World(now=clock.now() - timedelta(minutes=1), scale=scale)
        for name, part in (("security", security.demo.seed), *((name, demos[name]) for name in ORDER), *ends):
            if part is None:
                continue
            began = time.perf_counter()
            part(world)
            session.flush()
            print(f"  {name:<18} {time.perf_counter() - began:5.1f} s", flush=True)
    return True


def logins(app: Flask) -> list[tuple[str, str, str]]:
    """One (role, user name, password) for every role, where the database holds the demo; else none."""
    with app.app_context(), transaction():
        rows = session.execute(
            select(Role.name, func.min(User.id))
            .join(assoc_user_role, assoc_user_role.c.role_id == Role.id)
            .join(User, User.id == assoc_user_role.c.user_id)
            .group_by(Role.name)
            .order_by(func.min(User.id))
        ).all()
        people = [(role, session.get_one(User, user_id)) for role, user_id in rows]
        if not people or not check_password_hash(people[0][1].password or "", security.demo.PASSWORD):
            return []
        return [(role, person.username, security.demo.PASSWORD) for role, person in people]
