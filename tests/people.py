"""A few people for a running platform, in seconds: one creator with a verified record, two fans, the staff.

Run as `python -m tests.people` with the platform's environment. All sign in with the demo's password.
"""

from __future__ import annotations

import io
from datetime import date, timedelta

from PIL import Image

import security.demo
from config import Config
from fanzadmin.app import create_app
from fanzadmin.compliance import service as compliance
from fanzadmin.crm import service as crm
from fanzadmin.finance import service as finance
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.db import transaction
from fanzadmin.kernel.demo import World
from fanzadmin.kernel.ids import new_id
from fanzadmin.runtime.embedded import running_or_started
from security.demo import Login, add_logins

PAID = "sandbox_ok"


def move_in() -> dict[str, int]:
    """Through the systems' own verbs, so that every fact is told. Returns the user ids."""
    with acting(Context()):
        return _move_in()


def _move_in() -> dict[str, int]:
    with transaction():
        world = World(now=clock.now())
        security.demo.seed(world)
        (mia,) = add_logins([Login("mia", "Mia", "Stone")], "Creator", created_at=world.now)
        logins = add_logins(
            [Login("fan1", "Finn", "Berg"), Login("fan2", "Fay", "Grant")], "Fan", created_at=world.now
        )
    with transaction():
        creator_id = crm.apply_creator(
            "mia",
            cluster="velvet",
            name="Mia Stone",
            email="mia@fanz.example",
            legal_name="Mia Stone",
            subscription_minor=999,
        )
        crm.give_login(creator_id, username="mia")
        fans = [
            crm.register_fan(f"Fan {number}", cluster="velvet", user_id=user_id)
            for number, user_id in enumerate(logins, 1)
        ]
        for name in ("Una Away", "Ugo Away"):  # never sign in: theirs are the records that tests change
            crm.register_fan(name, cluster="velvet")
    with transaction():
        name_custodian()
        performer_id = register_mia(creator_id)
    with transaction(), acting(Context(actor_id=world.staff["compliance"], actor="compliance")):
        compliance.verify_record(performer_id)
    with transaction():
        crm.onboard_creator(creator_id)
    with transaction():
        finance.subscribe(fans[1], creator_id, payment_token=PAID, key=new_id())
        finance.tip(fans[1], creator_id, amount_minor=50_000, currency="USD", payment_token=PAID)
    return world.staff | {"mia": mia, "fan1": logins[0], "fan2": logins[1]}


def name_custodian() -> None:
    compliance.appoint_custodian(
        "velvet",
        name="Claire Novak",
        title="Custodian of Records",
        organisation="Velvet Media Ltd",
        street_address="1200 Mission Street, San Francisco, CA 94103, USA",
        hours="Monday to Friday, 9:00 to 17:00",
        since=date(2026, 1, 1),
    )


def register_mia(creator_id: str) -> str:
    performer_id = compliance.register_performer(
        creator_id, stage_name="Mia", legal_name="Mia Stone", born_on=date(1995, 5, 5), is_self=True
    )
    copy = io.BytesIO()
    Image.new("RGB", (64, 40), "#d6e4f0").save(copy, "PNG")
    compliance.add_document(
        performer_id,
        kind="passport",
        country="US",
        number="C12345678",
        expires_on=clock.now().date() + timedelta(days=900),
        copy=copy.getvalue(),
    )
    return performer_id


if __name__ == "__main__":
    clock.start_at(*Config.from_env().runtime.clock)
    with (
        running_or_started(Config.from_env()) as config,
        create_app(config, role="seed").app_context(),
    ):
        move_in()
