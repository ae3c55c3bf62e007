"""Follows and the feed that they make."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from fanzadmin.contracts.finance import SubscriptionStarted
from fanzadmin.contracts.social import CreatorFollowed, CreatorUnfollowed
from fanzadmin.kernel import clock
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.web.paging import BadCursor
from fanzadmin.social import listeners, queries, service
from fanzadmin.social.models import Follow
from security.identity import NoFanAccount
from tests.chat.test_messages import facts
from tests.social.makers import Stage
from tests.town import Town


class TestFollowCreator:
    def test_twice_is_once(self, stage: Stage, db: Any) -> None:
        service.follow_creator(stage.eve, stage.creator.id)
        service.follow_creator(stage.eve, stage.creator.id)
        assert queries.follows(stage.eve, stage.creator.id)
        assert db.scalar(select(func.count()).select_from(Follow)) == 1
        assert len(facts(db, CreatorFollowed.type)) == 1

    def test_a_subscriber_follows_without_being_asked(self, stage: Stage, db: Any) -> None:
        heard = SubscriptionStarted(
            cluster="velvet",
            subscription_id=new_id(),
            fan_id=stage.subscriber.id,
            creator_id=stage.creator.id,
        )
        listeners.follow_creator(heard)
        listeners.follow_creator(heard)
        assert db.scalar(select(func.count()).select_from(Follow)) == 1

    def test_creators_do_not_follow(self, stage: Stage) -> None:
        with pytest.raises(NoFanAccount):
            service.follow_creator(stage.mia, stage.creator.id)

    @pytest.mark.parametrize("wrong", ["", "mia", "00000000-0000-7000-8000-000000000000"])
    def test_the_unknown_cannot_be_followed(self, stage: Stage, wrong: str) -> None:
        with pytest.raises(service.UnknownCreator):
            service.follow_creator(stage.eve, wrong)

    def test_nor_the_suspended(self, stage: Stage, town: Town) -> None:
        town.suspend(stage.creator)
        with pytest.raises(service.UnknownCreator):
            service.follow_creator(stage.eve, stage.creator.id)


class TestUnfollowCreator:
    def test_only_the_own_follow_ends(self, stage: Stage, db: Any) -> None:
        for person in (stage.ben, stage.eve):
            service.follow_creator(person, stage.creator.id)
        service.unfollow_creator(stage.eve, stage.creator.id)
        service.unfollow_creator(stage.eve, stage.creator.id)
        assert queries.follows(stage.ben, stage.creator.id)
        assert not queries.follows(stage.eve, stage.creator.id)
        assert len(facts(db, CreatorUnfollowed.type)) == 1


class TestFeed:
    def test_it_holds_the_posts_of_followed_creators_only(self, stage: Stage, town: Town) -> None:
        zoe = Stage(town)
        mine, other = stage.post(), zoe.post()
        service.follow_creator(stage.eve, stage.creator.id)
        shown = [item.id for item in queries.feed(stage.eve).items]
        assert shown == [mine]
        assert other not in shown

    def test_newest_first_over_all_creators_page_by_page(self, stage: Stage, town: Town) -> None:
        zoe, now, results = Stage(town), clock.now(), []
        for number in range(7):
            with clock.frozen(now + timedelta(minutes=number)):
                results.append((stage if number % 2 else zoe).post())
        for creator in (stage.creator, zoe.creator):
            service.follow_creator(stage.eve, creator.id)
        seen, cursor = [], None
        for _ in range(4):
            page = queries.feed(stage.eve, limit=2, cursor=cursor)
            seen += [item.id for item in page.items]
            cursor = page.next
        assert seen == list(reversed(results))
        assert cursor is None

    def test_posts_of_the_same_moment_are_neither_lost_nor_doubled(self, stage: Stage) -> None:
        with clock.frozen(clock.now()):
            results = {stage.post() for _ in range(5)}
        service.follow_creator(stage.eve, stage.creator.id)
        first = queries.feed(stage.eve, limit=3)
        second = queries.feed(stage.eve, limit=3, cursor=first.next)
        ids = [item.id for item in (*first.items, *second.items)]
        assert len(ids) == 5
        assert set(ids) == results

    def test_locked_posts_show_price_and_thumbhash_but_no_picture(self, stage: Stage) -> None:
        stage.post("ppv")
        service.follow_creator(stage.ben, stage.creator.id)
        (shown,) = queries.feed(stage.ben).items
        assert shown.locked
        assert shown.media is not None
        assert (shown.media.price_minor, shown.media.currency) == (1500, "USD")
        assert shown.media.thumbhash
        assert not shown.media.poster_url

    def test_a_lapsed_subscription_locks_at_once(self, stage: Stage, town: Town) -> None:
        stage.post("subscribers")
        service.follow_creator(stage.ben, stage.creator.id)
        assert not queries.feed(stage.ben).items[0].locked
        town.subscriptions.clear()
        assert queries.feed(stage.ben).items[0].locked

    def test_locked_words_are_not_sent(self, stage: Stage) -> None:
        service.write_post(stage.mia, body="Only for you", audience="subscribers")
        service.follow_creator(stage.eve, stage.creator.id)
        (shown,) = queries.feed(stage.eve).items
        assert (shown.locked, shown.body) == (True, "")

    def test_what_mediacore_withdrew_is_gone_before_the_fact_arrives(self, stage: Stage, town: Town) -> None:
        asset = town.new_asset(stage.creator)
        stage.post_asset(asset)
        service.follow_creator(stage.eve, stage.creator.id)
        town.withdraw(asset)
        assert queries.feed(stage.eve).items == ()

    def test_creators_have_no_feed(self, stage: Stage) -> None:
        with pytest.raises(NoFanAccount):
            queries.feed(stage.mia)

    @pytest.mark.parametrize("cursor", ["nonsense", "00000000-0000-7000-8000-000000000000"])
    def test_a_strange_cursor_is_refused(self, stage: Stage, cursor: str) -> None:
        with pytest.raises(BadCursor):
            queries.feed(stage.eve, cursor=cursor)

    def test_a_long_page_costs_as_many_statements_as_a_short_one(
        self, stage: Stage, count_statements: Any
    ) -> None:
        for number in range(12):
            stage.post(("public", "subscribers", "ppv")[number % 3])
        service.follow_creator(stage.eve, stage.creator.id)
        queries.feed(stage.eve, limit=1)  # a person's rights are read once a request
        with count_statements() as few:
            queries.feed(stage.eve, limit=1)
        with count_statements() as many:
            queries.feed(stage.eve, limit=12)
        assert len(many) == len(few) <= 3


class TestPostsOf:
    def test_a_visitor_sees_what_is_public_and_locks_on_the_rest(self, stage: Stage) -> None:
        stage.post("public"), stage.post("subscribers")
        locks = {item.audience: item.locked for item in queries.posts_of(stage.creator.id, None).items}
        assert locks == {"public": False, "subscribers": True}

    def test_the_creator_sees_everything_open(self, stage: Stage) -> None:
        for audience in ("public", "subscribers", "ppv"):
            stage.post(audience)
        assert not any(item.locked for item in queries.posts_of(stage.creator.id, stage.mia).items)

    def test_nobody_is_nobody(self) -> None:
        assert queries.posts_of("nonsense", None).items == ()


class TestResponseByHour:
    def test_what_posts_got_by_the_hour_they_came_out(self, stage: Stage) -> None:
        at = clock.now()
        first = stage.post()
        stage.post()
        service.like_post(stage.ben, first)
        service.comment_post(stage.ben, first, body="Wow")
        (hour,) = queries.response_by_hour(at - timedelta(hours=1))
        assert (hour.weekday, hour.hour, hour.posts, hour.response) == (at.weekday(), at.hour, 2, 1.0)

    def test_of_the_brands_asked_for_only(self, stage: Stage) -> None:
        stage.post()
        assert queries.response_by_hour(clock.now() - timedelta(hours=1), clusters=frozenset({"noir"})) == ()
