"""A block hides a creator and a fan from each other wherever either reads, whoever else is blocked."""

from itertools import combinations, product
from typing import Any

import pytest

from fanzadmin.chat import queries as chat
from fanzadmin.chat import service as talks
from fanzadmin.contracts.crm import Blocked, CreatorCard, FanCard
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ids import new_id
from fanzadmin.social import listeners, queries, service
from security.identity import Me
from tests.social.makers import Stage, published
from tests.town import Town, listening


class Street:
    """Two creators with a post each, and two fans who follow, subscribe, comment on and talk with both."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.creators = (town.new_creator("Mia"), town.new_creator("Zoe"))
        self.fans = (town.new_fan("Ben"), town.new_fan("Eve"))
        self.posts = {
            each.id: service.publish_post(published(town.new_asset(each))) for each in self.creators
        }
        self.talks: dict[tuple[str, str], str] = {}
        for creator, fan in self.pairs:
            town.subscriptions.add((fan.id, creator.id))
            service.follow_creator(town.me(fan), creator.id)
            service.comment_post(town.me(fan), self.posts[creator.id], body=f"{fan.name} to {creator.name}")
            self.talks[creator.id, fan.id] = talks.open_conversation(creator.id, fan.id)
            for person in (town.me(creator), town.me(fan)):
                talks.send_message(person, self.talks[creator.id, fan.id], body="Hello", client_id=new_id())

    @property
    def pairs(self) -> tuple[tuple[CreatorCard, FanCard], ...]:
        return tuple(product(self.creators, self.fans))

    def shown_to_fan(self, creator: CreatorCard, fan: FanCard) -> list[bool]:
        """Wherever a fan may meet a creator: feed, page, post, comments, conversations, one conversation, a message."""
        me, talk = self.town.me(fan), self.talks[creator.id, fan.id]
        return [
            creator.id in {post.creator_id for post in queries.feed(me).items},
            bool(queries.posts_of(creator.id, me).items),
            _passes(queries.post, me, self.posts[creator.id]),
            _passes(queries.comments_of, me, self.posts[creator.id]),
            creator.id in {card.creator_id for card in chat.conversations_of(me).items},
            _passes(chat.messages_of, me, talk),
            _passes(talks.find_or_open, me, creator.id),
        ]

    def shown_to_creator(self, creator: CreatorCard, fan: FanCard) -> list[bool]:
        """Wherever a creator may meet a fan: comments, conversations, one conversation."""
        me = self.town.me(creator)
        comments = queries.comments_of(me, self.posts[creator.id]).items
        return [
            fan.name in {comment.author for comment in comments},
            fan.id in {card.fan_id for card in chat.conversations_of(me).items},
            _passes(chat.messages_of, me, self.talks[creator.id, fan.id]),
        ]


def _passes(verb: Any, person: Me, subject: str) -> bool:
    try:
        verb(person, subject)
    except BusinessError:
        return False
    return True


@pytest.fixture
def street(town: Town) -> Street:
    return Street(town)


class TestABlock:
    def test_hides_in_both_directions_for_every_reader_and_touches_no_other(self, street: Street) -> None:
        for count in range(len(street.pairs) + 1):
            for blocked in combinations(street.pairs, count):
                street.town.blocks.pairs = {(creator.id, fan.id) for creator, fan in blocked}
                for creator, fan in street.pairs:
                    shown = (creator, fan) not in blocked
                    assert set(street.shown_to_fan(creator, fan)) == {shown}
                    assert set(street.shown_to_creator(creator, fan)) == {shown}
                for creator in street.creators:
                    others = sum(1 for pair in blocked if pair[0] is creator)
                    assert chat.unread_conversations(street.town.me(creator)) == 2 - others

    def test_lets_nobody_follow_like_comment_or_write(self, stage: Stage, town: Town) -> None:
        post_id = stage.post()
        talk = talks.open_conversation(stage.creator.id, stage.subscriber.id)
        town.block(stage.creator, stage.subscriber)
        acts = (
            lambda: service.follow_creator(stage.ben, stage.creator.id),
            lambda: service.like_post(stage.ben, post_id),
            lambda: service.comment_post(stage.ben, post_id, body="Still here"),
            lambda: talks.send_message(stage.ben, talk, body="Hello", client_id="1"),
            lambda: talks.send_message(stage.mia, talk, body="Hello", client_id="1"),
        )
        for act in acts:
            with pytest.raises(BusinessError):
                act()

    def test_sends_no_hint_to_either_side(self, stage: Stage, town: Town) -> None:
        town.block(stage.creator, stage.subscriber)
        with listening() as hints:
            talks.welcome_subscriber(stage.creator.id, stage.subscriber.id)
        assert hints.sent == []

    def test_ends_the_follow(self, stage: Stage) -> None:
        service.follow_creator(stage.ben, stage.creator.id)
        listeners.end_follow(
            Blocked(
                cluster="velvet",
                creator_id=stage.creator.id,
                fan_id=stage.subscriber.id,
                blocked_by="creator",
            )
        )
        assert not queries.follows(stage.ben, stage.creator.id)
