"""More people than the demo has: for each run of the day thousands of fans of one country, and a large payout that was
approved.

Run as `python -m tests.browser.day.crowd` with the platform's environment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import insert, select

from config import Config
from fanzadmin.app import create_app
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.finance import service as finance
from fanzadmin.finance.payouts.service import NotEnoughAvailable, approve_payout
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.ids import new_id
from fanzadmin.runtime.embedded import running_or_started

POOR = 100  # fans of each run spent less than 50: the first ones
LARGE_MINOR = 150_000


class Run(NamedTuple):
    """One day: how it is looked at, and the people that are its own."""

    number: int
    width: int
    height: int
    theme: str
    country: str
    family: str
    fans: int = 2_100

    @property
    def matching(self) -> int:
        """How many spent more than the poor."""
        return self.fans - POOR

    @property
    def name(self) -> str:
        return f"{'desk' if self.width > 1000 else 'phone'}-{self.theme}"

    @property
    def payout_minor(self) -> int:
        return LARGE_MINOR + self.number

    def fan(self, number: int) -> str:
        """Its fan of this number, from 1."""
        return f"Petra {self.family} {number:04}"


RUNS = (
    Run(1, 1440, 900, "light", "IS", "Vik", fans=5_200),
    Run(2, 1440, 900, "dark", "LU", "Lund"),
    Run(3, 390, 844, "light", "MT", "Moss"),
    Run(4, 390, 844, "dark", "CY", "Rowe"),
)


def move_in() -> None:
    """Fans by the row, since nobody emits 11,500 facts for a test; payouts by their own verbs."""
    now = clock.now()
    with transaction():
        for run in RUNS:
            session.execute(
                insert(Fan),
                [
                    {
                        "id": new_id(),
                        "name": run.fan(number),
                        "cluster": "velvet",
                        "country": run.country,
                        "spent_minor": 1_000 if number <= POOR else 5_000 + number,
                        "tags": [],
                        "joined_at": now - timedelta(seconds=number),
                    }
                    for number in range(1, run.fans + 1)
                ],
            )
    with transaction(), acting(Context()):
        _ask_for_payouts()


def _ask_for_payouts() -> None:
    admin = session.execute(select(User.id).where(User.username == "admin")).scalar_one()
    waiting = list(RUNS)
    for creator_id, user_id in session.execute(select(Creator.id, Creator.user_id)).all():
        if not waiting:
            return
        try:
            payout = finance.request_payout(
                creator_id, amount_minor=waiting[0].payout_minor, by_user_id=user_id
            )
        except NotEnoughAvailable:
            continue
        approve_payout(payout, by_user_id=admin)
        waiting.pop(0)
    raise LookupError(f"no creator of the demo can be paid so much: {waiting}")


if __name__ == "__main__":
    clock.start_at(*Config.from_env().runtime.clock)
    with (
        running_or_started(Config.from_env()) as config,
        create_app(config, role="seed").app_context(),
    ):
        move_in()
