"""Views beyond the table: board, calendar, gallery, map and number cards keep every rule that the table keeps."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.datastructures import MultiDict

from fanzadmin.console import BY_EDIT, Approval, Board, Calendar, Card, Gallery, Masked, Picture
from fanzadmin.console.filters.language import write
from fanzadmin.console.filters.selection import chosen_by
from fanzadmin.console.registry import consoles
from fanzadmin.console.search.saved_views import SavedView
from fanzadmin.console.views import board as boards
from fanzadmin.console.views import calendar as calendars
from fanzadmin.console.views import cards, worldmap
from fanzadmin.console.views.calendar import Month
from fanzadmin.console.views.worldmap import bounds, step_of
from fanzadmin.console.views.worldmap_shapes import code_of, countries, outlines, path_of, project, unwrapped
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel import clock
from security.models import StaffCluster

Login = Callable[..., Any]
CREATORS, FANS = "/crmcreatorconsole", "/crmfanconsole"
JSON = {"Accept": "application/json"}


def restricted(db: Any, login: Login, role: str, cluster: str) -> Any:
    staff = login(role)
    db.add(StaffCluster(user_id=staff.user_id, cluster=cluster))
    db.flush()
    return staff


TO_SUSPENDED = {"to": "suspended", "ask-reason": "Her contract ended."}


def send(staff: Any, record: Any, to: str, query: str = "kind=board") -> Any:
    return staff.post(
        f"{CREATORS}/board/{record.id}?{query}",
        data={"to": to, "ask-reason": "Her contract ended."},
        headers=JSON,
    )


@pytest.fixture
def abroad(db: Any, brands: None) -> Creator:
    """An applicant of another cluster than `creator`'s."""
    creator: Creator = db.get(
        Creator,
        service.apply_creator(
            "zoe", cluster="ember", name="Zoe Vale", legal_name="Zora", email="z@example.test"
        ),
    )
    return creator


class TestTheSwitch:
    def test_offers_what_is_declared_and_keeps_the_filter(self, creator: Creator, login: Login) -> None:
        page = login("CRM").get(f"{CREATORS}/list/?q=tier:any:starter&kind=board").text
        assert "kind=board" in page
        assert "q=tier:any:starter" in page
        assert "kind=calendar" not in page

    @pytest.mark.parametrize("kind", ["calendar", "nonsense", "board2"])
    def test_a_kind_that_there_is_none_of_is_the_table_and_a_sentence(
        self, creator: Creator, login: Login, kind: str
    ) -> None:
        staff = login("CRM")
        answer = staff.get(f"{CREATORS}/list/?q=state:any:active&kind={kind}")
        assert answer.status_code == 302
        assert "kind" not in answer.location
        assert "q=state:any:active" in answer.location
        page = staff.get(answer.location).text
        assert f"no view “{kind}”" in page
        assert "<table" in page

    def test_a_saved_view_remembers_its_kind(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        answer = staff.post(
            f"{CREATORS}/finding/views",
            data={"name": "Mine", "arguments": "kind=board&q=tier:any:starter&month=2026-01"},
        )
        assert "kind=board" in answer.location
        assert db.query(SavedView).one().arguments == {"kind": "board", "q": "tier:any:starter"}

    def test_a_view_by_a_column_that_is_kept_from_the_person_is_not_there(
        self, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consoles["CrmCreatorConsole"], "field_rules", {"state": Masked()}, raising=False)
        consoles["CrmCreatorConsole"].__dict__.pop("_rules_cache", None)
        staff = login("CRM")
        try:
            assert staff.get(f"{CREATORS}/list/?kind=board").status_code == 302
            assert send(staff, creator, "suspended").status_code == 404
            assert "Applications" not in staff.get(f"{CREATORS}/finding/cards").text
        finally:
            consoles["CrmCreatorConsole"].__dict__.pop("_rules_cache", None)


class TestTheBoard:
    def test_has_a_column_for_each_state_in_order_with_its_count(
        self, creator: Creator, abroad: Creator, login: Login
    ) -> None:
        page = login("CRM").get(f"{CREATORS}/list/?kind=board").text
        places = [page.index(f'data-state="{state}"') for state in ("applied", "onboarding", "active")]
        assert places == sorted(places)
        assert "Applied: all 1 in the table" in page
        assert page.index("Zoe Vale") < places[1] < page.index("Ada Fox")

    def test_shows_no_row_of_another_cluster(
        self, db: Any, creator: Creator, abroad: Creator, login: Login
    ) -> None:
        staff = restricted(db, login, "CRM", "velvet")
        page = staff.get(f"{CREATORS}/list/?kind=board").text
        assert "Ada Fox" in page
        assert "Zoe Vale" not in page
        assert "Applied: all 0 in the table" in page
        assert send(staff, abroad, "active").status_code == 404

    def test_masks_on_a_card_what_is_masked_in_the_table(self, creator: Creator, login: Login) -> None:
        page = login("CRM").get(f"{CREATORS}/list/?kind=board&cols=name,legal_name,email").text
        assert "<dt>E-mail</dt>" in page
        assert "Adelaide" not in page
        assert "ada@example.test" not in page

    def test_shows_so_many_cards_of_a_state_and_stops_counting(
        self, db: Any, brands: None, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(boards, "SHOWN", 2)
        monkeypatch.setattr(boards, "COUNTED", 3)
        for number in range(5):
            service.apply_creator(
                f"nr{number}", cluster="velvet", name=f"Nr {number}", email=f"{number}@example.test"
            )
        page = login("CRM").get(f"{CREATORS}/list/?kind=board").text
        assert page.count("data-card=") == 2
        assert "More: all 3+" in page

    def test_that_takes_too_long_says_so(
        self, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(boards, "with_statement_timeout", lambda *_args, **_kwargs: None)
        assert "This board takes too long" in login("CRM").get(f"{CREATORS}/list/?kind=board").text


class TestMoves:
    def test_a_move_is_the_console_s_own_action(self, db: Any, creator: Creator, login: Login) -> None:
        answer = send(login("CRM"), creator, "suspended")
        assert answer.status_code == 200
        assert (answer.json["state"], answer.json["counts"]["suspended"]) == ("suspended", "1")
        assert "Ada Fox" in answer.json["card"]
        db.refresh(creator)
        assert (creator.state, creator.state_reason) == ("suspended", "Her contract ended.")

    def test_the_action_depends_on_where_it_leads_from(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        send(staff, creator, "suspended")
        assert send(staff, creator, "active").json["state"] == "active"

    def test_the_page_of_a_record_offers_no_verb_that_leads_nowhere(
        self, creator: Creator, abroad: Creator, login: Login
    ) -> None:
        staff = login("CRM")
        for record, offered in ((creator, {"suspend"}), (abroad, {"onboard"})):
            page = staff.get(f"{CREATORS}/show/{record.id}").text
            verbs = ("onboard", "reinstate", "suspend")
            assert {verb for verb in verbs if f"/action/{verb}/" in page} == offered

    def test_what_the_verb_refuses_is_said_and_nothing_moves(
        self, db: Any, applicant: str, login: Login
    ) -> None:
        creator = db.get(Creator, applicant)
        answer = send(login("CRM"), creator, "active")
        assert (answer.status_code, answer.json) == (422, {"error": "A login is missing."})
        db.refresh(creator)
        assert creator.state == "applied"

    @pytest.mark.parametrize("state", ["offboarded", "applied", "active", "nonsense", ""])
    def test_a_state_that_no_verb_leads_to_takes_nothing(
        self, db: Any, creator: Creator, login: Login, state: str
    ) -> None:
        assert send(login("CRM"), creator, state).status_code == 422
        db.refresh(creator)
        assert creator.state == "active"

    def test_who_lacks_the_right_of_the_action_has_no_move(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff = login("Manager")
        page = staff.get(f"{CREATORS}/list/?kind=board").text
        assert "Ada Fox" in page
        assert "data-card-move" not in page
        assert send(staff, creator, "suspended").status_code == 422
        db.refresh(creator)
        assert creator.state == "active"
        assert send(login("Creator"), creator, "suspended").status_code in {302, 403}

    def test_a_second_person_is_asked_for(
        self, db: Any, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            consoles["CrmCreatorConsole"], "approvals", {"suspend": Approval()}, raising=False
        )
        staff = login("CRM")
        answer = send(staff, creator, "suspended")
        assert (answer.status_code, answer.json) == (409, {"ask": True})
        plain = staff.post(f"{CREATORS}/board/{creator.id}?kind=board", data=TO_SUSPENDED)
        assert "A second person has to agree" in plain.text
        db.refresh(creator)
        assert creator.state == "active"

    def test_without_script_the_board_comes_again(self, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        answer = staff.post(f"{CREATORS}/board/{creator.id}?kind=board&q=tier:any:starter", data=TO_SUSPENDED)
        assert answer.status_code == 302
        assert answer.location.endswith("?kind=board&q=tier:any:starter")
        assert "Ada Fox: Suspended" in staff.get(answer.location).text

    def test_a_column_of_the_form_moves_by_edit(
        self, db: Any, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tiers = Board("tier", states=service.Tier, moves=dict.fromkeys(service.Tier, BY_EDIT))
        monkeypatch.setattr(consoles["CrmCreatorConsole"], "board", tiers, raising=False)
        assert send(login("CRM"), creator, "star").json["state"] == "star"
        db.refresh(creator)
        assert creator.tier == "star"
        assert send(login("Manager"), creator, "starter").status_code == 422

    def test_a_console_without_a_board_has_no_moves(self, fan: Fan, login: Login) -> None:
        answer = login("CRM").post(f"{FANS}/board/{fan.id}", data={"to": "x"}, headers=JSON)
        assert answer.status_code == 404


class TestMonths:
    @pytest.mark.parametrize(
        ("month", "step", "other"),
        [("2026-12", 1, "2027-01"), ("2026-01", -1, "2025-12"), ("2024-02", 12, "2025-02")],
    )
    def test_lead_across_years(self, month: str, step: int, other: str) -> None:
        assert str(Month.read(month).plus(step)) == other

    @pytest.mark.parametrize(
        ("month", "days"), [("2024-02", 29), ("2025-02", 28), ("2000-02", 29), ("2100-02", 28)]
    )
    def test_know_leap_years(self, month: str, days: int) -> None:
        assert Month.read(month).days == days

    @pytest.mark.parametrize(
        "text", ["2026", "2026-13", "2026-00", "1899-12", "2200-01", "26-01", "2026-1", "٢٠٢٦-٠١", "x-y"]
    )
    def test_that_are_none_are_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$|month"):
            Month.read(text)

    def test_end_with_the_calendar(self) -> None:
        assert Month.read("2199-12").plus(1) is None
        assert Month.read("1900-01").plus(-1) is None

    def test_have_whole_weeks(self) -> None:
        weeks = Month.read("2026-11").weeks(0)
        assert weeks[0][0] == date(2026, 10, 26)
        assert {len(week) for week in weeks} == {7}


@pytest.fixture
def calendar_of_fans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        consoles["CrmFanConsole"], "calendar", Calendar("joined_at", title="name", fields=("country",))
    )


def fans_joined(db: Any, *moments: datetime, cluster: str = "velvet") -> list[Fan]:
    results = []
    for number, moment in enumerate(moments):
        fan = db.get(
            Fan,
            service.register_fan(
                f"Fan {number} of {cluster}", cluster=cluster, email=f"{number}@{cluster}.test"
            ),
        )
        fan.joined_at = moment
        results.append(fan)
    db.flush()
    return results


@pytest.mark.usefixtures("calendar_of_fans", "brands")
class TestTheCalendar:
    def page(self, staff: Any, month: str, more: str = "") -> str:
        text: str = staff.get(f"{FANS}/list/?kind=calendar&month={month}{more}").text
        return text

    def test_puts_a_record_on_its_day_of_utc(self, db: Any, login: Login) -> None:
        fans_joined(
            db,
            datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
            datetime(2024, 3, 1, tzinfo=UTC),
            datetime(2024, 1, 31, 23, 59, tzinfo=UTC),
        )
        page = self.page(login("CRM"), "2024-02")
        day = page[page.index('datetime="2024-02-29"') :]
        assert "Fan 0 of velvet" in day
        assert "23:59" in day
        assert "Fan 1 of velvet" not in page
        assert "Fan 2 of velvet" not in page

    def test_leads_to_the_day_where_it_shows_not_all(
        self, db: Any, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fans_joined(db, *[datetime(2024, 2, 29, hour, tzinfo=UTC) for hour in range(16)])
        page = self.page(login("CRM"), "2024-02", "&q=country:empty")
        assert page.count("entry-title") == 4
        assert "+12 more" in page
        assert "q=country:empty,joined_at:on:2024-02-29" in page
        monkeypatch.setattr(calendars, "COUNTED", 10)
        assert "+10+ more" in self.page(login("CRM"), "2024-02")

    def test_of_an_empty_month_names_the_next_ones_with_records(self, db: Any, login: Login) -> None:
        fans_joined(db, datetime(2023, 12, 31, 12, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
        page = self.page(login("CRM"), "2024-02")
        assert "Nothing in February 2024." in page
        assert "month=2023-12" in page
        assert "month=2025-06" in page

    def test_shows_no_row_of_another_cluster(self, db: Any, login: Login) -> None:
        fans_joined(db, datetime(2024, 2, 3, tzinfo=UTC))
        fans_joined(db, datetime(2024, 2, 3, tzinfo=UTC), cluster="ember")
        page = self.page(restricted(db, login, "CRM", "ember"), "2024-02")
        assert "of ember" in page
        assert "of velvet" not in page

    def test_for_a_month_that_is_none_shows_the_present_one(self, login: Login) -> None:
        page = self.page(login("CRM"), "2026-99")
        assert "“2026-99” is no month" in page
        assert f'datetime="{clock.now():%Y-%m}-01"' in page
        assert 'aria-current="date"' in page

    def test_of_days_needs_no_time(self, db: Any, login: Login) -> None:
        page = login("Compliance").get("/complianceperformerconsole/list/?kind=calendar&month=2024-02")
        assert page.status_code == 200


class TestTheGallery:
    def test_is_a_page_of_the_table_with_pictures(
        self, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []

        def pictures(items: Any) -> dict[str, Picture]:
            asked.append(len(items))
            return {fan.id: Picture("/media/signed.jpg", corner="1:02")}

        monkeypatch.setattr(
            consoles["CrmFanConsole"], "gallery", Gallery(pictures=pictures, title="name", badge="country")
        )
        page = login("CRM").get(f"{FANS}/list/?kind=gallery").text
        assert asked == [1]
        assert 'src="/media/signed.jpg" alt="" loading="lazy"' in page
        assert "1:02" in page
        assert f'name="rowid" value="{fan.id}"' in page

    def test_of_quarantined_assets_shows_no_picture(self) -> None:
        from fanzadmin.media.assets.models import Asset
        from fanzadmin.media.library.console import posters

        asset = Asset(id="x", scan_state="quarantined", encode_state="done", thumbhash="abc", kind="audio")
        assert posters([asset]) == {"x": Picture(icon="audio")}


class TestTheMap:
    @pytest.fixture(autouse=True)
    def people(self, db: Any, brands: None) -> None:
        moment = datetime(2024, 2, 3, tzinfo=UTC)
        for country, count in (("DE", 3), ("MT", 1), ("", 2), ("ZZ", 1)):
            for fan in fans_joined(db, *[moment] * count):
                fan.country = country
        fans_joined(db, moment, cluster="ember")[0].country = "FR"
        db.flush()

    def test_counts_by_country_and_leads_to_the_rows(self, login: Login) -> None:
        page = login("CRM").get(f"{FANS}/list/?kind=map&q=cluster:any:velvet").text
        assert "Germany: 3" in page
        assert "Malta: 1" in page, "a country that is too small to be drawn is a dot"
        assert "Not known" in page
        assert quote("q=cluster:any:velvet,country:any:DE", safe="=:,") in page
        assert "France" not in page

    def test_shows_no_row_of_another_cluster(self, db: Any, login: Login) -> None:
        page = restricted(db, login, "CRM", "ember").get(f"{FANS}/list/?kind=map").text
        assert "France: 1" in page
        assert "Germany" not in page

    def test_says_when_it_looked_at_a_part(self, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(worldmap, "COUNTED", ((2, 1000),))
        assert "Counted in the first 2 rows." in login("CRM").get(f"{FANS}/list/?kind=map").text
        monkeypatch.setattr(worldmap, "COUNTED", ())
        assert "This map takes too long" in login("CRM").get(f"{FANS}/list/?kind=map").text

    def test_without_the_package_is_its_table(self, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(worldmap, "outlines", dict)
        page = login("CRM").get(f"{FANS}/list/?kind=map").text
        assert "Germany" in page
        assert "<figure" not in page

    @pytest.mark.parametrize(
        "counts", [[1], [3, 3], [1, 2], [753, 355, 88, 20], [1, 10_000_000], range(1, 99)]
    )
    def test_every_count_has_a_colour_and_the_most_the_strongest(self, counts: list[int]) -> None:
        steps = bounds(counts)
        assert all(1 <= step_of(count, steps) <= worldmap.STEPS for count in counts)
        assert step_of(max(counts), steps) == worldmap.STEPS
        assert all(last + 1 == first for (_, last), (first, _) in pairwise(steps))


class TestTheOutlines:
    def test_are_read_from_topojson(self) -> None:
        """Two squares that share a border: the second goes along it backwards."""
        topology = {
            "transform": {"scale": [10, 10], "translate": [0, 0]},
            "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
            "objects": {
                "countries": {
                    "geometries": [
                        {"id": "276", "type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "Germany"}},
                        {
                            "id": "250",
                            "type": "MultiPolygon",
                            "arcs": [[[2, -1]]],
                            "properties": {"name": "F"},
                        },
                    ]
                }
            },
        }
        result = dict(countries(topology))
        assert result["DE"] == [[(10, 0), (10, 10), (0, 10), (0, 0), (10, 0)]]
        assert result["FR"] == [[(10, 0), (20, 0), (20, 10), (10, 10), (10, 0)]]

    def test_have_the_code_of_their_number(self) -> None:
        assert code_of({"id": "840", "properties": {"name": "United States"}}) == "US"
        assert code_of({"properties": {"name": "Kosovo"}}) == "XK"
        assert code_of({"properties": {"name": "Somaliland"}}) == ""

    def test_lie_in_the_frame_and_far_from_another(self) -> None:
        values = outlines()
        assert len(values) > 230
        assert {"DE", "US", "JP", "MT", "SG"} <= values.keys()
        assert "AQ" not in values
        assert project(0, 0) == (worldmap.WIDTH / 2, 232)
        assert all(0 <= x <= worldmap.WIDTH for x in (project(-180, 0)[0], project(180, 0)[0]))

    def test_are_in_one_piece_across_the_180th_meridian(self) -> None:
        assert unwrapped([(170, 1), (179, 1), (-179, 2), (-175, 3)]) == [
            (170, 1),
            (179, 1),
            (181, 2),
            (185, 3),
        ]
        assert unwrapped([(-179, 1), (179, 1), (100, 2)]) == [(181, 1), (179, 1), (100, 2)]

    def test_that_shrink_to_nothing_are_left_out(self) -> None:
        assert path_of([(0, 0), (0.001, 0), (0, 0.001)]) == ""


class TestNumberCards:
    def figures(self, staff: Any, base: str = CREATORS) -> str:
        return " ".join(staff.get(f"{base}/finding/cards").text.split())

    def test_lead_to_what_they_count(self, db: Any, creator: Creator, abroad: Creator, login: Login) -> None:
        staff = login("CRM")
        text = self.figures(staff)
        assert f'href="{CREATORS}/list/?q=state:any:applied"' in text
        assert "Zoe Vale" in staff.get(f"{CREATORS}/list/?q=state:any:applied").text

    def test_tell_of_the_clusters_of_the_person(
        self, db: Any, creator: Creator, abroad: Creator, login: Login
    ) -> None:
        assert 'Applications</span> <span class="value">1<' in self.figures(login("CRM"))
        staff = restricted(db, login, "CRM", "velvet")
        assert 'Applications</span> <span class="value">0<' in self.figures(staff)
        assert 'Waiting longest</span> <span class="value">none<' in self.figures(staff)

    def test_are_closed_to_the_wrong_role(self, login: Login) -> None:
        assert login("Creator").get(f"{CREATORS}/finding/cards").status_code in {302, 403}

    def test_compare_with_the_days_before(
        self, db: Any, brands: None, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = clock.now()
        fans_joined(db, *[now - timedelta(days=age) for age in (1, 2, 3, 10, 11, 20)])
        monkeypatch.setattr(
            consoles["CrmFanConsole"], "cards", (Card("New", since="joined_at", days=7, good_when="up"),)
        )
        text = self.figures(login("CRM"), FANS)
        assert '<span class="value">3</span>' in text
        assert "trend-up" in text
        assert "50 %" in text
        assert "in 7 days" in text

    def test_add_up_each_currency(
        self, db: Any, brands: None, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moment = datetime(2024, 2, 3, tzinfo=UTC)
        for fan in [*fans_joined(db, moment, moment), *fans_joined(db, moment, cluster="ember")]:
            fan.spent_minor = 1050
        db.flush()
        monkeypatch.setattr(
            consoles["CrmFanConsole"],
            "cards",
            (Card("Spent", total="spent_minor", currency="brand.currency"),),
        )
        text = self.figures(login("CRM"), FANS)
        assert '<span class="value">$21.00</span>' in text
        assert "<span>€10.50</span>" in text

    def test_say_that_they_are_estimates(
        self, db: Any, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from fanzadmin.console.data import counting

        monkeypatch.setattr(counting, "MAX_COST_OF_COUNT", -1.0)
        assert "about 10,000" in self.figures(login("CRM"), FANS)

    def test_that_take_too_long_say_so(self, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cards, "with_statement_timeout", lambda *_args, **_kwargs: None)
        assert "takes too long to count" in self.figures(login("CRM"), FANS)

    def test_of_masked_columns_are_left_out(
        self, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        declared = (Card("By mail", q="email:has:ada"), Card("By name", q="name:has:ada"))
        monkeypatch.setattr(consoles["CrmCreatorConsole"], "cards", declared)
        text = self.figures(login("CRM"))
        assert "By name" in text
        assert "By mail" not in text


def test_every_declared_card_and_view_can_be_read(app: Any, db: Any) -> None:
    """What a console declares names columns that there are, in a language that it understands."""
    wrong = {}
    for name, console in consoles.items():
        if not hasattr(console, "declared_views"):
            continue
        values = {*console.fields}
        for view in console.declared_views():
            fields = {*getattr(view, "fields", ()), getattr(view, "title", ""), getattr(view, "badge", "")}
            strange = {field for field in fields if field and field not in console.columns_for("export")}
            if view is not None and (strange or (view.column and view.column not in values)):
                wrong[f"{name}.{view.name}"] = (strange, view.column)
            verbs = getattr(view, "moves", {}).values()
            named = {verb for item in verbs for verb in ([item] if isinstance(item, str) else item.values())}
            if named - {BY_EDIT} - set(console.actions):
                wrong[f"{name}.moves"] = (named, "no such action")
        for card in console.cards:
            chosen = chosen_by(console, MultiDict({"q": write(card.group)}))
            if chosen.problem or not card.columns - {card.total} <= values:
                wrong[f"{name}.{card.label}"] = (card.columns, "")
    assert not wrong
