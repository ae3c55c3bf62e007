"""ChatSphere's part of the demo."""

from typing import Any

from sqlalchemy import func, select, text

from fanzadmin.chat import demo
from fanzadmin.chat.models import Broadcast, Conversation, Message
from tests.demo_world import small_world


class TestSeed:
    def test_every_pair_talks_in_places_without_gaps(self, db: Any) -> None:
        world = small_world(db)
        demo.seed(world)
        pairs = {(subscription.creator.id, subscription.fan.id) for subscription in world.subscriptions}
        assert db.scalar(select(func.count()).select_from(Conversation)) == len(pairs)
        broken = text(
            "SELECT count(*) FROM (SELECT c.id FROM chat.conversation c JOIN chat.message m ON m.conversation_id = c.id"
            " GROUP BY c.id HAVING min(m.seq) <> 1 OR max(m.seq) <> c.last_seq OR count(*) <> c.last_seq"
            " OR max(m.created_at) <> c.last_message_at) AS x"
        )
        assert db.scalar(broken) == 0

    def test_time_and_place_agree(self, db: Any) -> None:
        demo.seed(small_world(db))
        backwards = text(
            "SELECT count(*) FROM chat.message a JOIN chat.message b USING (conversation_id)"
            " WHERE a.seq < b.seq AND a.created_at > b.created_at"
        )
        assert db.scalar(backwards) == 0

    def test_nobody_hears_news_without_a_subscription_that_ran(self, db: Any) -> None:
        world = small_world(db)
        demo.seed(world)
        rows = db.execute(
            select(Broadcast.due_at, Conversation.creator_id, Conversation.fan_id)
            .select_from(Message)
            .join(Conversation)
            .join(Broadcast, Broadcast.id == Message.broadcast_id)
        ).all()
        assert rows
        for sent_at, creator_id, fan_id in rows:
            assert any(
                subscription.started_at < sent_at
                and (subscription.ended_at is None or sent_at < subscription.ended_at)
                for subscription in world.subscriptions
                if (subscription.creator.id, subscription.fan.id) == (creator_id, fan_id)
            )

    def test_the_same_seed_makes_the_same_year(self, db: Any) -> None:
        def year() -> list[Any]:
            with db.begin_nested() as saved:
                demo.seed(small_world(db))
                query = select(Message.id, Message.seq, Message.body, Message.created_at).order_by(Message.id)
                rows = db.execute(query).all()
                saved.rollback()
            return list(rows)

        assert year() == year() != []

    def test_creators_are_told_how_much_was_said(self, db: Any) -> None:
        world = small_world(db)
        demo.seed(world)
        counted = sum(amounts["messages"] for amounts in world.tallies.values())
        texts = (
            select(func.count())
            .select_from(Message)
            .where(Message.kind == "text", Message.sender != "platform")
        )
        assert counted == db.scalar(texts) > 0
