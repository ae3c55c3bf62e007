"""Figures after what is rare: a refund, a cancelled and a paused subscription, a withdrawn asset, a removed post and
message; and at a month's end. Two currencies stand side by side in all of it."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text

from dashboards import BOARDS
from dashboards.shell import Board
from fanzadmin.chat.models import Message
from fanzadmin.chat.service import moderate_message
from fanzadmin.crm.service import suspend_creator
from fanzadmin.finance.payments.models import Payment
from fanzadmin.finance.payments.service import refund_payment
from fanzadmin.finance.subscriptions.models import Subscription
from fanzadmin.finance.subscriptions.service import cancel_subscription
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import consumers, handlers
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import acting
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import World
from fanzadmin.media.assets.models import Asset
from fanzadmin.media.service import withdraw
from fanzadmin.social.models import Post
from fanzadmin.social.service import moderate_post
from tests.conftest import Client
from tests.figures.conftest import Recount
from tests.figures.test_recounts import (
    COUNTERS,
    NAMED,
    PORTAL,
    compare_board,
    compare_cards,
    compare_counter,
    compare_portal,
)

MONTH_ENDS = (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def disturbed(demo_world: World) -> World:
    """The demo after all of it, and after every system has heard of it."""
    mia, other = demo_world.creators[0], demo_world.creators[1]
    for purpose in ("tip", "unlock"):
        paid = select(Payment.id).where(Payment.purpose == purpose, Payment.state == "settled")
        latest = session.execute(paid.order_by(Payment.settled_at.desc()).limit(1)).scalar_one()
        refund_payment(latest, by_user_id=None, reason="Charged twice.")
    running = select(Subscription).where(Subscription.creator_id == mia.id, Subscription.ended_at.is_(None))
    cancelled = session.execute(running.order_by(Subscription.id).limit(1)).scalar_one()
    cancel_subscription(cancelled.fan_id, cancelled.id)
    suspend_creator(other.id, reason="The identity record expired.")
    assets = select(Asset).where(Asset.creator_id == mia.id, Asset.published_at.is_not(None))
    withdraw(session.execute(assets.order_by(Asset.id.desc()).limit(1)).scalar_one(), reason="A wrong file.")
    posts = select(Post.id).where(Post.creator_id == mia.id, Post.state == "visible", Post.asset_id.is_(None))
    moderate_post(session.execute(posts.order_by(Post.id.desc()).limit(1)).scalar_one(), reason="Spam")
    messages = select(Message.id).where(Message.sender == "fan", Message.removed_at.is_(None))
    message_id = session.execute(messages.order_by(Message.id.desc()).limit(1)).scalar_one()
    with acting(actor="Community Person"):
        moderate_message(message_id, reason="Abuse of a person")
    _hear_all()
    session().commit_transaction()
    return demo_world


def _hear_all() -> None:
    """Let every system hear what was recorded, and what it records on hearing that."""
    heard: set[str] = set()
    while True:
        session.flush()
        rows = session.execute(select(OutboxFact).order_by(OutboxFact.seq)).scalars().all()
        news = [row for row in rows if row.id not in heard]
        if not news:
            return
        for row in news:
            heard.add(row.id)
            fact = row.envelope().fact()
            for consumer in consumers():
                for handler in handlers(consumer, row.type):
                    handler(fact)


class TestAfterIt:
    def test_it_all_happened(self, disturbed: World) -> None:
        happened = """
            SELECT (SELECT count(*) FROM finance.journal_entry WHERE template = 'payment_refunded' AND effective_at = :now),
                   (SELECT count(*) FROM finance.subscription WHERE state = 'cancelled'),
                   (SELECT count(*) FROM finance.subscription WHERE paused_at IS NOT NULL AND ended_at IS NULL) > 0,
                   (SELECT count(*) FROM media.asset WHERE withdrawn_at IS NOT NULL),
                   (SELECT count(*) FROM social.post WHERE state = 'removed'),
                   (SELECT count(*) FROM chat.message WHERE removed_words IS NOT NULL)
        """
        assert tuple(session.execute(text(happened), {"now": clock.now()}).one()) == (2, 1, True, 1, 1, 1)

    @pytest.mark.parametrize("name", sorted(NAMED))
    def test_cards_are_their_recount(
        self, disturbed: World, staff: Client, recount: Recount, name: str
    ) -> None:
        compare_cards(staff, recount, name)

    @pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
    def test_boards_are_their_recount(
        self, disturbed: World, staff: Client, recount: Recount, board: Board
    ) -> None:
        compare_board(staff, recount, board, days=90)

    @pytest.mark.parametrize("page", PORTAL)
    def test_the_portal_is_its_recount(
        self, app: Flask, disturbed: World, recount: Recount, page: str
    ) -> None:
        for creator in disturbed.creators[:2]:
            compare_portal(app, recount, page, creator)

    @pytest.mark.parametrize("place", COUNTERS)
    def test_counters_are_their_recount(self, disturbed: World, recount: Recount, place: str) -> None:
        compare_counter(recount, place)


class TestAtAMonthsEnd:
    @pytest.mark.parametrize("moment", MONTH_ENDS, ids=str)
    @pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
    def test_boards_are_their_recount(
        self, disturbed: World, staff: Client, recount: Recount, board: Board, moment: datetime
    ) -> None:
        with clock.frozen(moment):
            compare_board(staff, recount, board, days=30)

    @pytest.mark.parametrize("moment", MONTH_ENDS, ids=str)
    @pytest.mark.parametrize("page", PORTAL)
    def test_the_portal_is_its_recount(
        self, app: Flask, disturbed: World, recount: Recount, page: str, moment: datetime
    ) -> None:
        with clock.frozen(moment):
            compare_portal(app, recount, page, disturbed.creators[0])
