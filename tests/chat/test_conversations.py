"""Opening conversations, reading in them, and what may be read."""

from typing import Any

import pytest
from sqlalchemy import func, select

from fanzadmin.chat import listeners, queries, service
from fanzadmin.chat.models import Conversation, Message
from fanzadmin.contracts.finance import SubscriptionStarted
from fanzadmin.kernel.db import commit_request
from fanzadmin.kernel.ids import new_id
from security.identity import NoFanAccount
from tests.chat.makers import Pair, tell
from tests.town import Hints, Town


class TestOpenConversation:
    def test_two_people_have_one_conversation(self, town: Town, db: Any) -> None:
        creator, fan = town.new_creator(), town.new_fan()
        first = service.open_conversation(creator.id, fan.id)
        assert service.open_conversation(creator.id, fan.id) == first
        assert db.scalar(select(func.count()).select_from(Conversation)) == 1

    def test_it_belongs_to_the_creators_cluster(self, town: Town, db: Any) -> None:
        opened = service.open_conversation(town.new_creator(cluster="noir").id, town.new_fan().id)
        assert db.scalar(select(Conversation.cluster).where(Conversation.id == opened)) == "noir"

    def test_nobody_talks_with_the_unknown(self, town: Town) -> None:
        with pytest.raises(service.UnknownPerson):
            service.open_conversation(town.new_creator().id, new_id())


class TestFindOrOpen:
    def test_a_subscriber_reaches_the_creator(self, town: Town) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        assert service.find_or_open(town.me(fan), creator.id) == service.open_conversation(creator.id, fan.id)

    def test_a_fan_who_does_not_pay_does_not(self, town: Town) -> None:
        creator = town.new_creator()
        with pytest.raises(service.SubscribersOnly):
            service.find_or_open(town.me(town.new_fan()), creator.id)

    def test_a_creator_is_no_fan(self, town: Town) -> None:
        creator = town.new_creator()
        with pytest.raises(NoFanAccount):
            service.find_or_open(town.me(creator), creator.id)

    @pytest.mark.parametrize("wrong", ["", "nobody", "00000000-0000-7000-8000-000000000000"])
    def test_an_unknown_creator_is_not_there(self, town: Town, wrong: str) -> None:
        with pytest.raises(service.UnknownPerson):
            service.find_or_open(town.me(town.new_fan()), wrong)


class TestWelcomeSubscriber:
    def test_a_new_subscriber_is_welcomed_once(self, town: Town, db: Any) -> None:
        creator = town.new_creator()
        fan = town.new_fan(of=creator)
        heard = SubscriptionStarted(
            cluster="velvet", subscription_id=new_id(), fan_id=fan.id, creator_id=creator.id
        )
        listeners.welcome_subscriber(heard)
        listeners.welcome_subscriber(heard)
        (card,) = queries.conversations_of(town.me(fan)).items
        assert (card.last_seq, card.last_sender, card.unread) == (1, "platform", 1)
        assert card.last_words.startswith("You are subscribed to Mia")
        assert db.scalar(select(func.count()).select_from(Message)) == 1


class TestMarkRead:
    def test_the_mark_goes_forward_and_never_back(self, pair: Pair) -> None:
        pair.say("mia", 3)
        assert service.mark_read(pair.ben, pair.conversation_id, seq=2) == 2
        assert service.mark_read(pair.ben, pair.conversation_id, seq=1) == 2

    def test_nobody_reads_what_is_not_there(self, pair: Pair) -> None:
        pair.say("mia", 3)
        assert service.mark_read(pair.ben, pair.conversation_id, seq=10**9) == 3

    def test_both_sides_see_it_live(self, pair: Pair, hints: Hints) -> None:
        pair.say("mia", 1)
        service.mark_read(pair.ben, pair.conversation_id, seq=1)
        commit_request()
        assert hints.to(pair.creator.user_id, "read") == [
            {"conversation_id": pair.conversation_id, "side": "fan", "seq": 1}
        ]

    def test_the_neighbour_cannot(self, pair: Pair, town: Town) -> None:
        with pytest.raises(queries.NoSuchConversation):
            service.mark_read(town.me(town.new_fan("Eve")), pair.conversation_id, seq=1)


class TestShowTyping:
    def test_only_the_other_side_sees_it(self, pair: Pair, hints: Hints) -> None:
        service.show_typing(pair.ben, pair.conversation_id)
        commit_request()
        assert [room for _, _, room, _ in hints.sent] == [f"user:{pair.creator.user_id}"]

    def test_the_neighbour_cannot(self, pair: Pair, town: Town) -> None:
        with pytest.raises(queries.NoSuchConversation):
            service.show_typing(town.me(town.new_creator("Zoe")), pair.conversation_id)


class TestConversationsOf:
    def test_unread_are_the_others_messages_after_the_mark(self, pair: Pair) -> None:
        pair.say("mia", 4)
        pair.say("ben", 2)
        service.mark_read(pair.ben, pair.conversation_id, seq=1)
        (of_ben,) = queries.conversations_of(pair.ben).items
        (of_mia,) = queries.conversations_of(pair.mia).items
        assert (of_ben.unread, of_ben.read_seq, of_ben.side, of_ben.other_name) == (3, 1, "fan", "Mia")
        assert (of_mia.unread, of_mia.other_read_seq, of_mia.side, of_mia.other_name) == (
            2,
            1,
            "creator",
            "Ben",
        )

    def test_a_removed_message_is_not_unread(self, pair: Pair) -> None:
        sent = pair.say("mia", 2)
        service.unsend_message(pair.mia, pair.conversation_id, sent[0].id)
        assert queries.conversation(pair.ben, pair.conversation_id).unread == 1

    def test_unread_stops_at_a_hundred(self, pair: Pair) -> None:
        pair.say("mia", 104)
        assert queries.conversation(pair.ben, pair.conversation_id).unread == 100

    def test_the_latest_comes_first_page_by_page(self, town: Town) -> None:
        creator = town.new_creator()
        opened = [service.open_conversation(creator.id, town.new_fan(str(n)).id) for n in range(5)]
        mia, seen, cursor = town.me(creator), [], None
        for _ in range(3):
            page = queries.conversations_of(mia, limit=2, cursor=cursor)
            seen += [card.id for card in page.items]
            cursor = page.next
        assert seen == list(reversed(opened))
        assert cursor is None

    def test_a_person_without_conversations_has_none(self, town: Town) -> None:
        assert queries.conversations_of(town.me(town.new_fan())).items == ()

    def test_who_left_has_no_name(self, pair: Pair, town: Town) -> None:
        town.people.fan_cards.clear()
        assert queries.conversation(pair.mia, pair.conversation_id).other_name == "Somebody who left"

    def test_a_page_of_many_costs_as_many_statements_as_one_of_few(
        self, town: Town, count_statements: Any
    ) -> None:
        creator = town.new_creator()
        for number in range(12):
            service.open_conversation(creator.id, town.new_fan(str(number)).id)
        with count_statements() as few:
            queries.conversations_of(town.me(creator), limit=2)
        with count_statements() as many:
            queries.conversations_of(town.me(creator), limit=12)
        assert len(many) == len(few)


class TestUnreadConversations:
    def test_counts_conversations_not_messages(self, pair: Pair, town: Town) -> None:
        pair.say("mia", 3)
        assert queries.unread_conversations(pair.ben) == 1
        assert queries.unread_conversations(pair.mia) == 0
        service.mark_read(pair.ben, pair.conversation_id, seq=3)
        assert queries.unread_conversations(pair.ben) == 0


class TestMessagesOf:
    def test_without_a_number_the_last_ones_in_order(self, pair: Pair) -> None:
        pair.say("mia", 5)
        messages = queries.messages_of(pair.ben, pair.conversation_id, limit=2)
        assert [item.seq for item in messages.items] == [4, 5]
        assert messages.more

    def test_before_scrolls_back(self, pair: Pair) -> None:
        pair.say("mia", 5)
        messages = queries.messages_of(pair.ben, pair.conversation_id, before=3)
        assert [item.seq for item in messages.items] == [1, 2]
        assert not messages.more

    def test_since_catches_up_in_order(self, pair: Pair) -> None:
        pair.say("mia", 5)
        messages = queries.messages_of(pair.ben, pair.conversation_id, since=2, limit=2)
        assert [item.seq for item in messages.items] == [3, 4]
        assert messages.more

    def test_changed_since_brings_edits_and_removals_too(self, pair: Pair) -> None:
        sent = pair.say("mia", 3)
        service.edit_message(pair.mia, pair.conversation_id, sent[0].id, body="better")
        service.unsend_message(pair.mia, pair.conversation_id, sent[1].id)
        messages = queries.messages_of(pair.ben, pair.conversation_id, changed_since=3)
        assert [(item.seq, item.body, item.removed) for item in messages.items] == [
            (1, "better", False),
            (2, "", True),
        ]
        assert (messages.last_seq, messages.last_change) == (3, 5)

    def test_the_neighbour_reads_nothing(self, pair: Pair, town: Town) -> None:
        with pytest.raises(queries.NoSuchConversation):
            queries.messages_of(town.me(town.new_fan("Eve", of=pair.creator)), pair.conversation_id)


class TestOffersFor:
    def test_the_assets_of_the_messages_as_the_user_may_see_them(self, pair: Pair, town: Town) -> None:
        free = town.new_asset(pair.creator)
        paid = town.new_asset(pair.creator, audience="ppv", price_minor=500)
        for asset in (free, paid):
            tell(asset)
        items = queries.messages_of(pair.ben, pair.conversation_id).items
        offers = queries.offers_for(pair.ben, items)
        assert {key: (offer.locked, bool(offer.poster_url)) for key, offer in offers.items()} == {
            free.id: (False, True),
            paid.id: (True, False),
        }
        assert not any(offer.locked for offer in queries.offers_for(pair.mia, items).values())
