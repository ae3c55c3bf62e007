"""News of assets: to each subscriber, once, however many there are."""

from typing import Any

from sqlalchemy import func, select

from fanzadmin.chat import listeners, queries, service
from fanzadmin.chat.models import Conversation, Message
from fanzadmin.contracts.chat import SubscribersNotified
from fanzadmin.contracts.media import AssetPublished, AssetWithdrawn
from fanzadmin.kernel.db import commit_request
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.queue import Task
from jobs import chat as jobs
from tests.chat.makers import Pair
from tests.chat.test_messages import facts
from tests.town import Hints, Town


class TestTellSubscribers:
    def test_each_subscriber_gets_one_message_at_the_next_place(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        old, new = town.new_fan("Old", of=creator), town.new_fan("New", of=creator)
        held = service.open_conversation(creator.id, old.id)
        service.send_message(town.me(old), held, body="Hello", client_id="a")
        asset = town.new_asset(creator)
        assert service.broadcast_asset(asset.id) == 2
        (of_old,), (of_new,) = (queries.conversations_of(town.me(fan)).items for fan in (old, new))
        assert (of_old.last_seq, of_old.last_words, of_old.unread) == (2, "Sunset", 1)
        assert (of_new.last_seq, of_new.last_words, of_new.unread) == (1, "Sunset", 1)
        (fact,) = facts(db, SubscribersNotified.type)
        assert fact["recipients"] == 2

    def test_again_tells_only_who_was_not_told(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        town.new_fan("One", of=creator)
        asset = town.new_asset(creator)
        service.broadcast_asset(asset.id)
        town.new_fan("Two", of=creator)
        assert service.broadcast_asset(asset.id) == 1
        assert service.broadcast_asset(asset.id) == 0
        assert db.scalar(select(func.count()).select_from(Message)) == 2
        assert [fact["recipients"] for fact in facts(db, SubscribersNotified.type)] == [1, 1]

    def test_who_subscribes_to_others_hears_nothing(self, town: Town) -> None:
        creator = town.new_creator()
        other = town.new_fan("Other", of=town.new_creator("Zoe"))
        assert service.broadcast_asset(town.new_asset(creator).id) == 0
        assert queries.conversations_of(town.me(other)).items == ()

    def test_what_is_not_offered_any_more_is_no_news(self, town: Town) -> None:
        creator = town.new_creator()
        town.new_fan(of=creator)
        asset = town.new_asset(creator)
        town.withdraw(asset)
        assert service.broadcast_asset(asset.id) == 0
        assert service.broadcast_asset(new_id()) == 0

    def test_fans_and_creator_are_told_live(self, town: Town, hints: Hints) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        asset = town.new_asset(creator)
        service.broadcast_asset(asset.id)
        commit_request()
        (heard,) = hints.to(fan.user_id, "message")
        assert (heard["kind"], heard["asset_id"], heard["seq"]) == ("asset", asset.id, 1)
        assert hints.to(creator.user_id, "broadcast") == [{"asset_id": asset.id, "recipients": 1}]

    def test_thousands_cost_a_handful_of_statements(
        self, town: Town, db: Any, count_statements: Any, monkeypatch: Any
    ) -> None:
        creator = town.new_creator()
        for number in range(3000):
            town.new_fan(f"Fan {number}", of=creator, login=False)
        asset = town.new_asset(creator)
        with count_statements() as statements:
            assert service.broadcast_asset(asset.id) == 3000
        assert len([item for item in statements if "SAVEPOINT" not in item]) <= 8
        assert db.scalar(select(func.count()).select_from(Message).where(Message.seq == 1)) == 3000
        assert db.scalar(select(func.sum(Conversation.last_seq))) == 3000

    def test_more_than_one_statement_holds_go_in_parts(self, town: Town, monkeypatch: Any) -> None:
        monkeypatch.setattr("fanzadmin.chat.service.broadcasts.AT_ONCE", 2)
        creator = town.new_creator()
        for number in range(5):
            town.new_fan(f"Fan {number}", of=creator, login=False)
        assert service.broadcast_asset(town.new_asset(creator).id) == 5

    def test_the_listener_asks_for_the_job_and_the_job_tells(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        town.new_fan(of=creator)
        asset = town.new_asset(creator)
        heard = AssetPublished(
            cluster="velvet", asset_id=asset.id, creator_id=creator.id, title=asset.title, caption="",
            kind="video", audience="public", price_minor=0, currency="USD", tags=(),
        )  # fmt: skip
        listeners.broadcast_asset(heard)
        listeners.broadcast_asset(heard)
        (task,) = db.execute(select(Task).where(Task.name == "chat.broadcast_asset")).scalars()
        assert task.subject == asset.id
        jobs.broadcast_asset(task.subject)
        assert db.scalar(select(func.count()).select_from(Message)) == 1


class TestWithdrawNews:
    def test_the_news_lose_their_words_and_keep_their_place(
        self, pair: Pair, town: Town, hints: Hints
    ) -> None:
        asset = town.new_asset(pair.creator)
        service.broadcast_asset(asset.id)
        pair.say("ben")
        listeners.withdraw_broadcast(
            AssetWithdrawn(
                cluster="velvet", asset_id=asset.id, creator_id=pair.creator.id, reason="A consent ended"
            )
        )
        commit_request()
        messages = queries.messages_of(pair.ben, pair.conversation_id)
        assert [(item.seq, item.removed) for item in messages.items] == [(1, True), (2, False)]
        assert messages.last_change == 3
        assert hints.to(pair.fan.user_id, "message")[-1]["removed"] is True
        assert service.withdraw_broadcast(asset.id, reason="again") == 0

    def test_a_message_may_still_be_written_about_it(self, pair: Pair, town: Town) -> None:
        asset = town.new_asset(pair.creator)
        service.broadcast_asset(asset.id)
        service.withdraw_broadcast(asset.id, reason="A consent ended")
        assert pair.say("ben")[0].seq == 2

    def test_a_list_of_conversations_shows_the_last_words_that_stand(self, pair: Pair, town: Town) -> None:
        first, second = town.new_asset(pair.creator), town.new_asset(pair.creator)
        service.broadcast_asset(first.id)
        pair.say("ben")
        service.broadcast_asset(second.id)
        service.withdraw_broadcast(second.id, reason="A consent ended")
        (talk,) = queries.conversations_of(pair.mia).items
        assert (talk.last_words, talk.last_sender, talk.last_seq) == ("number 0", "fan", 3)


class TestOffersFor:
    def test_a_subscriber_sees_the_poster_of_what_subscribers_see(self, pair: Pair, town: Town) -> None:
        asset = town.new_asset(pair.creator, audience="subscribers")
        service.broadcast_asset(asset.id)
        items = queries.messages_of(pair.ben, pair.conversation_id).items
        assert queries.offers_for(pair.ben, items)[asset.id].poster_url
        town.subscriptions.clear()
        locked = queries.offers_for(pair.ben, items)[asset.id]
        assert (locked.locked, locked.poster_url, locked.thumbhash != "") == (True, "", True)

    def test_pay_per_view_opens_with_the_unlock(self, pair: Pair, town: Town) -> None:
        asset = town.new_asset(pair.creator, audience="ppv", price_minor=1500)
        service.broadcast_asset(asset.id)
        items = queries.messages_of(pair.ben, pair.conversation_id).items
        assert queries.offers_for(pair.ben, items)[asset.id].locked
        town.unlocks.add((pair.fan.id, asset.id))
        assert not queries.offers_for(pair.ben, items)[asset.id].locked
        assert not queries.offers_for(pair.mia, items)[asset.id].locked
