"""News of assets: gathered for an hour, then one message to each subscriber, however many there are of either."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from fanzadmin.chat import listeners, queries, service
from fanzadmin.chat.models import Announcement, Broadcast, Conversation, Message
from fanzadmin.chat.service.announcements import open_broadcast_of
from fanzadmin.contracts.chat import SubscribersNotified
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.contracts.media import AssetCard, AssetChanged, AssetPublished, AssetWithdrawn
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import commit_request
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.queue import Task
from jobs import chat as jobs
from security.identity import NoCreatorAccount
from tests.chat.makers import Pair, published, send_due, tell
from tests.chat.test_messages import facts
from tests.town import Hints, Town

HOUR = timedelta(hours=1)


def withdrawn(asset: AssetCard) -> AssetWithdrawn:
    return AssetWithdrawn(
        cluster=asset.cluster, asset_id=asset.id, creator_id=asset.creator_id, reason="A consent ended"
    )


def messages_to(town: Town, fan: Any) -> tuple[queries.MessageCard, ...]:
    (talk,) = queries.conversations_of(town.me(fan)).items
    return queries.messages_of(town.me(fan), talk.id).items


class TestAnnounceAsset:
    @pytest.mark.parametrize("announce", ["feed", "none"])
    def test_only_what_asks_for_a_message_is_announced(self, town: Town, db: Any, announce: str) -> None:
        creator = town.new_creator()
        listeners.announce_asset(published(town.new_asset(creator), announce))
        assert queries.pending_broadcast(creator.id) is None
        assert db.scalar(select(func.count()).select_from(Broadcast)) == 0

    def test_the_message_waits_for_the_hour_of_the_first(self, town: Town) -> None:
        creator, began = town.new_creator(), clock.now()
        first, second = town.new_asset(creator), town.new_asset(creator, title="Beach")
        listeners.announce_asset(published(first))
        with clock.frozen(began + timedelta(minutes=40)):
            listeners.announce_asset(published(second, "message"))
        pending = queries.pending_broadcast(creator.id)
        assert pending is not None
        assert pending.due_at == began + HOUR
        assert [asset.title for asset in pending.assets] == ["Sunset", "Beach"]

    def test_three_uploads_are_one_message_that_names_all_three(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        assets = [town.new_asset(creator, title=title) for title in ("Sunset", "Beach", "Studio")]
        assert tell(*assets) == 1
        (message,) = messages_to(town, fan)
        assert message.body == "Sunset · Beach · Studio"
        assert [asset.id for asset in message.assets] == [asset.id for asset in assets]
        (fact,) = facts(db, SubscribersNotified.type)
        assert (fact["asset_ids"], fact["recipients"]) == ([asset.id for asset in assets], 1)

    def test_what_comes_after_the_hour_is_another_message(self, town: Town) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        tell(town.new_asset(creator, title="Sunset"))
        tell(town.new_asset(creator, title="Beach"))
        assert [message.body for message in messages_to(town, fan)] == ["Sunset", "Beach"]

    def test_a_fact_delivered_again_announces_nothing_again(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        asset = town.new_asset(creator)
        listeners.announce_asset(published(asset))
        listeners.announce_asset(published(asset))
        assert send_due(creator.id) == 1
        listeners.announce_asset(published(asset))
        assert send_due(creator.id) == 0
        assert len(messages_to(town, fan)) == 1

    def test_each_creator_has_a_message_of_her_own(self, town: Town) -> None:
        mia, zoe = town.new_creator(), town.new_creator("Zoe")
        listeners.announce_asset(published(town.new_asset(mia)))
        listeners.announce_asset(published(town.new_asset(zoe, title="Beach")))
        of_zoe = queries.pending_broadcast(zoe.id)
        assert of_zoe is not None
        assert [asset.title for asset in of_zoe.assets] == ["Beach"]

    def test_a_new_title_is_in_the_message_that_waits(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        asset = town.new_asset(creator)
        listeners.announce_asset(published(asset))
        listeners.rename_announcement(
            AssetChanged(
                cluster="velvet", asset_id=asset.id, creator_id=creator.id, title="Dusk", caption="", kind="video",
                audience="public", price_minor=0, currency="USD", tags=(), former_title="Sunset",
                former_audience="public", former_price_minor=0,
            )
        )  # fmt: skip
        assert db.scalar(select(Announcement.title)) == "Dusk"

    def test_a_deployment_that_gathers_nothing_sends_at_once(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        service.announce_asset(published(town.new_asset(creator)), gather=timedelta())
        broadcast = open_broadcast_of(creator.id)
        assert broadcast is not None
        assert db.scalar(select(Task.subject).where(Task.name == "chat.send_broadcast")) == broadcast.id


class TestAnyOrder:
    """Whatever comes in whatever order: an asset is in at most one message, and what is offered at the end was told."""

    ACTS = st.lists(
        st.tuples(st.sampled_from(["publish", "replay", "withdraw", "pass", "job"]), st.integers(0, 3)),
        max_size=24,
    )

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(acts=ACTS)
    def test_no_asset_is_lost_or_told_twice(self, town: Town, db: Any, acts: list[tuple[str, int]]) -> None:
        with db.begin_nested() as saved:
            creator = town.new_creator()
            fan = town.new_fan(of=creator)
            service.open_conversation(creator.id, fan.id)
            cards = [town.new_asset(creator, title=f"Number {n}", published_at=None) for n in range(4)]
            heard: dict[str, AssetPublished] = {}
            now = clock.now()
            for act, number in [*acts, ("pass", 0), ("job", 0)]:
                card = cards[number]
                with clock.frozen(now):
                    match act:
                        case "publish":
                            card = cards[number] = town.publish(card)
                            heard[card.id] = published(card)
                            listeners.announce_asset(heard[card.id])
                        case "replay" if card.id in heard:
                            listeners.announce_asset(heard[card.id])
                        case "withdraw" if card.id in heard:
                            town.withdraw(card)
                            listeners.withdraw_from_broadcast(withdrawn(card))
                        case "pass":
                            now += timedelta(minutes=61)
                        case "job":
                            send_if_due(creator)
            named = [asset.id for message in all_messages(town, fan) for asset in message.assets]
            offered = {card.id for card in town.assets.cards(tuple(heard)).values() if card.published_at}
            once = select(func.count()).select_from(Announcement).group_by(Announcement.asset_id)
            assert len(named) == len(set(named))
            assert set(named) <= offered
            assert set(db.scalars(once)) <= {1}
            announced = set(db.scalars(select(Announcement.asset_id)))
            assert offered <= announced
            saved.rollback()


def send_if_due(creator: CreatorCard) -> None:
    broadcast = open_broadcast_of(creator.id)
    if broadcast is not None and broadcast.due_at <= clock.now():
        service.send_broadcast(broadcast.id)
        service.send_broadcast(broadcast.id)  # a job that is run again


def all_messages(town: Town, fan: Any) -> list[queries.MessageCard]:
    return [message for message in messages_to(town, fan) if message.kind == "asset"]


class TestSendBroadcast:
    def test_each_subscriber_gets_one_message_at_the_next_place(self, town: Town) -> None:
        creator = town.new_creator()
        old, new = town.new_fan("Old", of=creator), town.new_fan("New", of=creator)
        held = service.open_conversation(creator.id, old.id)
        service.send_message(town.me(old), held, body="Hello", client_id="a")
        assert tell(town.new_asset(creator)) == 2
        (of_old,), (of_new,) = (queries.conversations_of(town.me(fan)).items for fan in (old, new))
        assert (of_old.last_seq, of_old.last_words, of_old.unread) == (2, "Sunset", 1)
        assert (of_new.last_seq, of_new.last_words, of_new.unread) == (1, "Sunset", 1)

    def test_a_second_run_sends_nothing(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        town.new_fan(of=creator)
        listeners.announce_asset(published(town.new_asset(creator)))
        (broadcast_id,) = db.scalars(select(Broadcast.id))
        assert [service.send_broadcast(broadcast_id) for _ in range(2)] == [1, 0]
        assert service.send_broadcast(new_id()) == 0
        assert db.scalar(select(func.count()).select_from(Message)) == 1

    def test_who_subscribes_to_others_hears_nothing(self, town: Town) -> None:
        creator = town.new_creator()
        other = town.new_fan("Other", of=town.new_creator("Zoe"))
        assert tell(town.new_asset(creator)) == 0
        assert queries.conversations_of(town.me(other)).items == ()

    def test_what_was_taken_back_drops_out_and_is_announced_when_it_comes_back(self, town: Town) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        first, gone = town.new_asset(creator), town.new_asset(creator, title="Beach")
        listeners.announce_asset(published(first))
        listeners.announce_asset(published(gone))
        town.withdraw(gone)
        listeners.withdraw_from_broadcast(withdrawn(gone))
        send_due(creator.id)
        assert [message.body for message in messages_to(town, fan)] == ["Sunset"]
        tell(town.publish(gone))
        assert [message.body for message in messages_to(town, fan)] == ["Sunset", "Beach"]

    def test_nothing_is_sent_when_all_of_it_was_taken_back(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        town.new_fan(of=creator)
        asset = town.new_asset(creator)
        listeners.announce_asset(published(asset))
        town.withdraw(asset)
        assert send_due(creator.id) == 0
        assert db.scalar(select(func.count()).select_from(Message)) == 0
        assert facts(db, SubscribersNotified.type) == []

    def test_a_suspended_creators_message_waits(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        town.new_fan(of=creator)
        listeners.announce_asset(published(town.new_asset(creator)))
        town.suspend(creator)
        with clock.frozen(clock.now() + 2 * HOUR):
            assert service.send_due_broadcasts() == 0
            assert send_due(creator.id) == 0
            town.know(creator)
            assert service.send_due_broadcasts() == 1
            assert send_due(creator.id) == 1

    def test_the_clock_asks_for_what_is_due_and_the_job_sends_it(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        town.new_fan(of=creator)
        listeners.announce_asset(published(town.new_asset(creator)))
        jobs.send_due_broadcasts("")
        due = select(Task).where(Task.name == "chat.send_broadcast")
        assert db.scalars(due).all() == []
        with clock.frozen(clock.now() + HOUR):
            jobs.send_due_broadcasts("")
            jobs.send_due_broadcasts("")
            (task,) = db.scalars(due)
            jobs.send_broadcast(task.subject)
        assert db.scalar(select(func.count()).select_from(Message)) == 1

    def test_fans_and_creator_are_told_live(self, town: Town, hints: Hints) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        asset = town.new_asset(creator)
        tell(asset)
        commit_request()
        (heard,) = hints.to(fan.user_id, "message")
        assert (heard["kind"], heard["seq"]) == ("asset", 1)
        assert heard["assets"] == ({"id": asset.id, "title": "Sunset"},)
        assert hints.to(creator.user_id, "broadcast") == [{"asset_ids": [asset.id], "recipients": 1}]

    def test_thousands_cost_a_handful_of_statements(self, town: Town, db: Any, count_statements: Any) -> None:
        creator = town.new_creator()
        for number in range(3000):
            town.new_fan(f"Fan {number}", of=creator, login=False)
        listeners.announce_asset(published(town.new_asset(creator)))
        with count_statements() as statements:
            assert send_due(creator.id) == 3000
        assert len([item for item in statements if "SAVEPOINT" not in item]) <= 14
        assert db.scalar(select(func.count()).select_from(Message).where(Message.seq == 1)) == 3000
        assert db.scalar(select(func.sum(Conversation.last_seq))) == 3000

    def test_more_than_one_statement_holds_go_in_parts(self, town: Town, monkeypatch: Any) -> None:
        monkeypatch.setattr("fanzadmin.chat.service.broadcasts.AT_ONCE", 2)
        creator = town.new_creator()
        for number in range(5):
            town.new_fan(f"Fan {number}", of=creator, login=False)
        assert tell(town.new_asset(creator)) == 5


class TestOwnBroadcast:
    def test_is_sent_now_when_its_creator_says_so(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        town.new_fan(of=creator)
        listeners.announce_asset(published(town.new_asset(creator)))
        service.send_own_broadcast(town.me(creator))
        assert (
            db.scalar(select(func.count()).select_from(Task).where(Task.name == "chat.send_broadcast")) == 1
        )
        assert send_due(creator.id) == 1

    def test_is_never_sent_when_its_creator_discards_it(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        town.new_fan(of=creator)
        asset = town.new_asset(creator)
        listeners.announce_asset(published(asset))
        service.discard_own_broadcast(town.me(creator))
        assert queries.pending_broadcast(creator.id) is None
        listeners.announce_asset(published(asset))
        assert send_due(creator.id) == 0

    def test_there_is_none_of_a_neighbour_or_a_fan(self, town: Town) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        listeners.announce_asset(published(town.new_asset(creator)))
        for verb in (service.send_own_broadcast, service.discard_own_broadcast):
            with pytest.raises(service.NothingToSend):
                verb(town.me(town.new_creator("Zoe")))
            with pytest.raises(NoCreatorAccount):
                verb(town.me(fan))


class TestWithdrawNews:
    def test_the_news_lose_their_words_and_keep_their_place(
        self, pair: Pair, town: Town, hints: Hints
    ) -> None:
        asset = town.new_asset(pair.creator)
        tell(asset)
        pair.say("ben")
        town.withdraw(asset)
        listeners.withdraw_from_broadcast(withdrawn(asset))
        commit_request()
        messages = queries.messages_of(pair.ben, pair.conversation_id)
        assert [(item.seq, item.removed) for item in messages.items] == [(1, True), (2, False)]
        assert messages.last_change == 3
        assert hints.to(pair.fan.user_id, "message")[-1]["removed"] is True
        assert service.withdraw_from_broadcast(asset.id, reason="again") == 0

    def test_of_several_the_others_stay_named(self, pair: Pair, town: Town, hints: Hints) -> None:
        gone, second = town.new_asset(pair.creator), town.new_asset(pair.creator, title="Beach")
        tell(gone, second)
        town.withdraw(gone)
        listeners.withdraw_from_broadcast(withdrawn(gone))
        commit_request()
        (message,) = queries.messages_of(pair.ben, pair.conversation_id).items
        assert (message.body, message.removed, message.change) == ("Beach", False, 2)
        assert hints.to(pair.fan.user_id, "message")[-1]["body"] == "Beach"

    def test_an_old_withdrawal_does_not_undo_a_later_publication(self, pair: Pair, town: Town) -> None:
        asset = town.new_asset(pair.creator)
        tell(asset)
        assert service.withdraw_from_broadcast(asset.id, reason="A consent ended") == 0

    def test_a_message_may_still_be_written_about_it(self, pair: Pair, town: Town) -> None:
        asset = town.new_asset(pair.creator)
        tell(asset)
        town.withdraw(asset)
        service.withdraw_from_broadcast(asset.id, reason="A consent ended")
        assert pair.say("ben")[0].seq == 2

    def test_a_list_of_conversations_shows_the_last_words_that_stand(self, pair: Pair, town: Town) -> None:
        first, second = town.new_asset(pair.creator), town.new_asset(pair.creator)
        tell(first)
        pair.say("ben")
        tell(second)
        town.withdraw(second)
        service.withdraw_from_broadcast(second.id, reason="A consent ended")
        (talk,) = queries.conversations_of(pair.mia).items
        assert (talk.last_words, talk.last_sender, talk.last_seq) == ("number 0", "fan", 3)


class TestOffersFor:
    def test_a_subscriber_sees_the_poster_of_what_subscribers_see(self, pair: Pair, town: Town) -> None:
        asset = town.new_asset(pair.creator, audience="subscribers")
        tell(asset)
        items = queries.messages_of(pair.ben, pair.conversation_id).items
        assert queries.offers_for(pair.ben, items)[asset.id].poster_url
        town.subscriptions.clear()
        locked = queries.offers_for(pair.ben, items)[asset.id]
        assert (locked.locked, locked.poster_url, locked.thumbhash != "") == (True, "", True)

    def test_pay_per_view_opens_with_the_unlock(self, pair: Pair, town: Town) -> None:
        asset = town.new_asset(pair.creator, audience="ppv", price_minor=1500)
        tell(asset)
        items = queries.messages_of(pair.ben, pair.conversation_id).items
        assert queries.offers_for(pair.ben, items)[asset.id].locked
        town.unlocks.add((pair.fan.id, asset.id))
        assert not queries.offers_for(pair.ben, items)[asset.id].locked
        assert not queries.offers_for(pair.mia, items)[asset.id].locked
