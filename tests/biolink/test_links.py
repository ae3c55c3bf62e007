"""Short links: made, followed, retired; clicks counted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from fanzadmin.biolink import queries, service
from fanzadmin.biolink.pages import listeners
from fanzadmin.biolink.pages.models import ShortLink
from fanzadmin.biolink.queries import Dimension, last_days
from fanzadmin.biolink.visits import salts
from fanzadmin.biolink.visits.models import Click, Salt
from fanzadmin.contracts.crm import CreatorReinstated, CreatorSuspended
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import engine
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask, provide
from security.models import AuditEntry

GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


class TestCreateLink:
    def test_draws_a_short_name_that_nobody_guesses(self, creator: Any) -> None:
        slugs = [service.create_link(creator.id, target="https://example.com/").slug for _ in range(50)]
        assert len(set(slugs)) == 50
        assert all(len(slug) == 8 for slug in slugs)

    def test_takes_the_wanted_name_in_lower_case(self, creator: Any) -> None:
        assert (
            service.create_link(creator.id, target="https://example.com/", slug=" Summer-25 ").slug
            == "summer-25"
        )

    @pytest.mark.parametrize("slug", ["a", "-ab", "ab-", "a b", "a/b", "ü", "x" * 41, "../x"])
    def test_refuses_a_name_that_people_cannot_type(self, creator: Any, slug: str) -> None:
        with pytest.raises(service.SlugRefused):
            service.create_link(creator.id, target="https://example.com/", slug=slug)

    def test_refuses_a_name_of_the_platform(self, creator: Any) -> None:
        with pytest.raises(service.SlugRefused):
            service.create_link(creator.id, target="https://example.com/", slug="login")

    def test_refuses_a_name_that_is_taken(self, creator: Any, people: Any) -> None:
        service.create_link(creator.id, target="https://example.com/", slug="summer")
        with pytest.raises(service.SlugTaken):
            service.create_link(
                people.new_creator(login=False).id, target="https://example.com/", slug="SUMMER"
            )

    def test_refuses_an_end_in_the_past(self, creator: Any) -> None:
        with pytest.raises(service.ExpiryRefused):
            service.create_link(
                creator.id, target="https://example.com/", expires_at=clock.now() - timedelta(seconds=1)
            )

    def test_knows_no_stranger(self, creator: Any) -> None:
        with pytest.raises(service.NoSuchCreator):
            service.create_link("0190a5c1-0000-7000-8000-000000000000", target="https://example.com/")


class TestChangeLink:
    def test_keeps_the_short_name_and_the_clicks(self, creator: Any, db: Any, visit: Any) -> None:
        link = service.create_link(creator.id, target="https://old.example/", title="Shop", slug="printed")
        service.record_click(service.follow_link("printed"), visit())
        service.count_click(link.id)
        db.flush()
        service.change_link(link, target=" https://NEW.example/x ", title="New shop")
        db.flush()
        assert service.follow_link("printed").url == "https://new.example/x"
        db.expire_all()
        assert (link.slug, link.clicks, link.title) == ("printed", 1, "New shop")
        assert sum(day.people for day in queries.clicks_of_link(link.id, days=1).days) == 1

    def test_is_written_down_with_the_old_and_the_new_target(self, creator: Any, db: Any) -> None:
        link = service.create_link(creator.id, target="https://old.example/")
        db.flush()
        service.change_link(link, target="https://new.example/")
        db.flush()
        changes = select(AuditEntry.changes).where(
            AuditEntry.record_id == link.id, AuditEntry.action == "update"
        )
        (change,) = db.execute(changes).scalars()
        assert change["target"] == ["https://old.example/", "https://new.example/"]

    def test_leads_a_button_of_the_page_where_the_link_leads(self, creator: Any, db: Any) -> None:
        service.open_page(creator.id)
        service.change_page(
            creator.id, blocks=[service.Draft(kind="link", title="Shop", url="https://old.example/")]
        )
        db.flush()
        block = queries.required_own_page(creator.id).blocks[0]
        link = db.execute(select(ShortLink).where(ShortLink.slug == block.link_path[3:])).scalar_one()
        service.change_link(link, target="tel:+15551234567")
        db.flush()
        now = queries.required_own_page(creator.id).blocks[0]
        assert (now.link_path, now.url, now.title) == (block.link_path, "tel:+15551234567", "Shop")

    def test_refuses_what_no_link_may_lead_to_and_leaves_it_as_it_was(self, creator: Any) -> None:
        link = service.create_link(creator.id, target="https://old.example/")
        for wrong in ("javascript:alert(1)", "http://127.0.0.1/", "/@nobody", f"/watch/{new_id()}"):
            with pytest.raises(service.TargetRefused):
                service.change_link(link, target=wrong)
        assert link.target == "https://old.example/"

    def test_does_not_turn_the_link_of_a_work_elsewhere(self, creator: Any, db: Any) -> None:
        asset_id = new_id()
        service.list_item(asset_id, creator_id=creator.id, title="Sunset")
        link = db.execute(select(ShortLink).where(ShortLink.asset_id == asset_id)).scalar_one()
        service.change_link(link, title="Evening")
        with pytest.raises(service.TargetRefused):
            service.change_link(link, target="https://example.com/")

    def test_does_not_bring_back_what_ended(self, creator: Any) -> None:
        link = service.create_link(creator.id, target="https://example.com/")
        service.retire_link(link)
        with pytest.raises(service.LinkEnded):
            service.change_link(link, target="https://new.example/")

    def test_moves_the_end_and_takes_none_in_the_past(self, creator: Any) -> None:
        later = clock.now() + timedelta(days=1)
        link = service.create_link(creator.id, target="https://example.com/", expires_at=later)
        service.change_link(link, title="Same end")
        assert link.expires_at == later
        with pytest.raises(service.ExpiryRefused):
            service.change_link(link, expires_at=clock.now() - timedelta(days=1))
        service.change_link(link, expires_at=None)
        assert link.expires_at is None


class TestALinkToOurOwnPages:
    def test_is_refused_where_nothing_is(self, creator: Any, people: Any) -> None:
        stranger = people.new_creator(login=False)
        with pytest.raises(service.TargetRefused, match="There is no page @nobody"):
            service.create_link(creator.id, target="/@nobody")
        with pytest.raises(service.TargetRefused, match="no page"):
            service.create_link(creator.id, target=f"/@{stranger.handle}")
        with pytest.raises(service.TargetRefused, match="no such work"):
            service.create_link(creator.id, target=f"/watch/{new_id()}")

    def test_may_be_made_before_the_own_page_opens(self, creator: Any, db: Any) -> None:
        link = service.create_link(creator.id, target=f"/@{creator.handle}")
        assert link.is_broken
        service.open_page(creator.id)
        service.recheck_links_to_creator(creator.id)
        db.expire_all()
        assert not link.is_broken

    def test_is_broken_while_the_page_is_away(self, creator: Any, people: Any, db: Any) -> None:
        other = people.new_creator(login=False)
        service.open_page(other.id)
        link = service.create_link(creator.id, target=f"/@{other.handle}?utm_source=friend")
        assert not link.is_broken
        listeners.hide_page(CreatorSuspended(cluster=other.cluster, creator_id=other.id, reason="x"))
        db.expire_all()
        assert link.is_broken
        listeners.reopen_page(CreatorReinstated(cluster=other.cluster, creator_id=other.id))
        db.expire_all()
        assert not link.is_broken

    def test_follows_a_work_that_comes_and_goes(self, creator: Any, db: Any) -> None:
        asset_id = new_id()
        real = ask(Assets)
        provide(Assets, OneWork(asset_id, creator.id))
        try:
            link = service.create_link(creator.id, target=f"/watch/{asset_id}")
            assert link.is_broken
            provide(Assets, OneWork(asset_id, creator.id, state="published"))
            service.recheck_links_to_asset(asset_id)
            db.expire_all()
            assert not link.is_broken
            provide(Assets, OneWork(asset_id, creator.id, state="withdrawn"))
            with pytest.raises(service.TargetRefused):
                service.create_link(creator.id, target=f"/watch/{asset_id}")
            service.recheck_links_to_asset(asset_id)
            db.expire_all()
            assert link.is_broken
        finally:
            provide(Assets, real)


class OneWork:
    """MediaCore with a single asset."""

    def __init__(self, asset_id: str, creator_id: str, *, state: str = "processing") -> None:
        published_at = "2026-01-01T00:00:00+00:00" if state == "published" else None
        self._card = AssetCard(
            asset_id, creator_id, "velvet", "Sunset", "", "video", state, "public", 0, "USD", 0, (), "", "", published_at
        )  # fmt: skip

    def card(self, asset_id: str) -> AssetCard | None:
        return self._card if asset_id == self._card.id else None

    def cards(self, asset_ids: tuple[str, ...]) -> dict[str, AssetCard]:
        return {self._card.id: self._card} if self._card.id in asset_ids else {}


class TestFollowLink:
    def test_asks_the_database_once_and_by_an_index(self, creator: Any, db: Any) -> None:
        slug = service.create_link(creator.id, target="https://example.com/").slug
        asked: list[str] = []

        def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        event.listen(engine(), "before_cursor_execute", listen)
        try:
            assert service.follow_link(slug.upper()).url == "https://example.com/"
        finally:
            event.remove(engine(), "before_cursor_execute", listen)
        assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1

    def test_does_not_know_what_was_never_made(self, creator: Any) -> None:
        with pytest.raises(service.NoSuchLink):
            service.follow_link("nothing-here")

    def test_says_gone_for_a_retired_one(self, creator: Any) -> None:
        link = service.create_link(creator.id, target="https://example.com/")
        service.retire_link(link)
        with pytest.raises(service.LinkGone):
            service.follow_link(link.slug)

    def test_says_gone_once_its_time_is_over(self, creator: Any) -> None:
        link = service.create_link(
            creator.id, target="https://example.com/", expires_at=clock.now() + timedelta(hours=1)
        )
        assert service.follow_link(link.slug)
        with clock.frozen(clock.now() + timedelta(hours=1)), pytest.raises(service.LinkGone):
            service.follow_link(link.slug)

    def test_says_gone_while_its_creator_is_suspended(self, creator: Any) -> None:
        service.open_page(creator.id)
        link = service.create_link(creator.id, target="https://example.com/")
        service.hide_page(creator.id)
        with pytest.raises(service.LinkGone):
            service.follow_link(link.slug)
        service.open_page(creator.id)
        assert service.follow_link(link.slug)


class TestOwnLink:
    def test_is_nobody_elses(self, creator: Any, people: Any) -> None:
        link = service.create_link(creator.id, target="https://example.com/")
        assert service.own_link(creator.id, link.id) is link
        with pytest.raises(service.NoSuchLink):
            service.own_link(people.new_creator(login=False).id, link.id)


@pytest.fixture
def target(creator: Any) -> service.Target:
    return service.follow_link(service.create_link(creator.id, target="https://example.com/").slug)


def clicks(db: Any) -> list[Click]:
    return list(db.execute(select(Click).order_by(Click.id)).scalars())


class TestRecordClick:
    def test_keeps_country_device_and_host_and_no_address(self, db: Any, target: Any, visit: Any) -> None:
        service.record_click(target, visit(CF_IPCountry="DE", Referer="https://t.me/x"))
        (click,) = clicks(db)
        assert (click.country, click.device, click.referrer, click.is_bot) == ("DE", "phone", "t.me", False)
        assert not any("203.0.113" in str(value) for value in vars(click).values())
        assert len(click.visitor) == 16

    def test_tells_the_other_systems_of_a_person(self, recorded: Any, target: Any, visit: Any) -> None:
        service.record_click(target, visit(CF_IPCountry="DE"))
        (fact,) = recorded("biolink.link_clicked.v1")
        assert (fact["link_id"], fact["country"], fact["device"], fact["asset_id"]) == (
            target.link_id,
            "DE",
            "phone",
            "",
        )

    def test_keeps_a_bot_with_the_reason_and_tells_nobody(
        self, db: Any, recorded: Any, target: Any, visit: Any
    ) -> None:
        service.record_click(target, visit(User_Agent=GOOGLE))
        (click,) = clicks(db)
        assert (click.is_bot, click.bot_reason) == (True, "search-engine")
        assert recorded("biolink.link_clicked.v1") == []

    def test_counts_the_same_visitor_again_but_not_as_new_within_half_an_hour(
        self, db: Any, target: Any, visit: Any
    ) -> None:
        now = clock.now().replace(hour=12)
        for minutes in (0, 29, 58, 89):
            with clock.frozen(now + timedelta(minutes=minutes)):
                service.record_click(target, visit())
        assert [click.is_unique for click in clicks(db)] == [True, False, False, True]

    def test_knows_a_visitor_across_midnight(self, db: Any, target: Any, visit: Any) -> None:
        late = clock.now().replace(hour=23, minute=50)
        for at in (late, late + timedelta(minutes=20)):
            with clock.frozen(at):
                service.record_click(target, visit())
        first, second = clicks(db)
        assert second.is_unique is False
        assert first.visitor != second.visitor

    def test_tells_two_visitors_apart(self, db: Any, target: Any, visit: Any) -> None:
        service.record_click(target, visit())
        service.record_click(target, visit(address="203.0.113.8"))
        assert [click.is_unique for click in clicks(db)] == [True, True]

    def test_leaves_out_what_only_looks_ahead(self, db: Any, target: Any, visit: Any) -> None:
        service.record_click(target, visit(Sec_Purpose="prefetch"))
        service.record_click(target, visit(method="HEAD"))
        assert clicks(db) == []

    def test_reaches_the_links_counter_by_the_fact(self, db: Any, target: Any) -> None:
        service.count_click(target.link_id)
        service.count_click(target.link_id)
        assert db.execute(select(ShortLink.clicks).where(ShortLink.id == target.link_id)).scalar() == 2


class TestForgetSalts:
    @pytest.fixture(autouse=True)
    def nothing_remembered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(salts, "_cache", {})

    def test_destroys_all_but_todays_and_yesterdays(self, db: Any, app: Any) -> None:
        today = clock.now()
        for days in (3, 2, 1, 0):
            salts.salt_of((today - timedelta(days=days)).date())
        assert service.forget_salts() == 2
        stored = db.execute(select(Salt.day).order_by(Salt.day)).scalars().all()
        assert stored == [(today - timedelta(days=1)).date(), today.date()]

    def test_makes_a_visitor_of_the_past_unknowable(self, db: Any, app: Any) -> None:
        day = (clock.now() - timedelta(days=5)).date()
        before = salts.visitor_hash(day, address="203.0.113.7", user_agent="x")
        service.forget_salts()
        assert salts.visitor_hash(day, address="203.0.113.7", user_agent="x") != before


class TestCounting:
    def test_shows_people_visits_and_bots_of_every_day(self, target: Any, visit: Any) -> None:
        noon = clock.now().replace(hour=12)
        for at, seen in (
            (noon - timedelta(days=1), visit()),
            (noon - timedelta(days=1), visit()),
            (noon, visit(User_Agent=GOOGLE)),
        ):
            with clock.frozen(at):
                service.record_click(target, seen)
        days = queries.clicks_by_day(last_days(3, link_id=target.link_id))
        assert [(day.people, day.visits, day.bots) for day in days] == [(0, 0, 0), (2, 1, 0), (0, 0, 1)]

    def test_tells_countries_devices_and_reasons_apart(self, target: Any, visit: Any) -> None:
        for country in ("DE", "DE", "FR"):
            service.record_click(target, visit(CF_IPCountry=country))
        service.record_click(target, visit(CF_IPCountry="US", User_Agent=GOOGLE))
        scope = last_days(1, creator_id=target.creator_id)
        assert [(share.name, share.people) for share in queries.clicks_by(Dimension.COUNTRY, scope)] == [
            ("DE", 2),
            ("FR", 1),
        ]
        assert [(share.name, share.people) for share in queries.clicks_by(Dimension.BOT, scope)] == [
            ("search-engine", 1)
        ]

    def test_leaves_out_the_neighbours_clicks(self, people: Any, target: Any, visit: Any) -> None:
        service.record_click(target, visit())
        assert (
            sum(
                day.people
                for day in queries.clicks_by_day(last_days(1, creator_id=people.new_creator(login=False).id))
            )
            == 0
        )
