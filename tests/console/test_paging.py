"""Lists paged by key: nothing twice, nothing missed, in any order and both directions, at a price that does not grow."""

import html
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, false, text

from fanzadmin.console.data import counting
from fanzadmin.console.data.counting import Count
from fanzadmin.console.registry import consoles
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.notes.models import Note
from fanzadmin.kernel.context import Context, enter
from fanzadmin.kernel.db import engine
from fanzadmin.kernel.ids import new_id
from security.models import Cluster, StaffCluster

LIST = "/crmfanconsole/list/"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
Login = Callable[..., Any]


@pytest.fixture
def fans(db: Any) -> list[Fan]:
    """Sixty fans of two brands: many alike in what they spent, a third never seen."""
    enter(Context())
    for key, currency in (("velvet", "USD"), ("ember", "EUR")):
        if db.get(Cluster, key) is None:
            db.add(Cluster(key=key, name=key.capitalize(), currency=currency))
    results = [
        Fan(
            id=new_id(),
            name=f"Fan {number:02}",
            cluster="velvet" if number % 3 else "ember",
            country="US" if number % 2 else "DE",
            spent_minor=number % 5 * 100,
            last_seen=None if number % 3 == 0 else NOON - timedelta(hours=number % 7),
            joined_at=NOON - timedelta(days=number % 11),
        )
        for number in range(60)
    ]
    db.add_all(results)
    db.flush()
    return results


@pytest.fixture
def staff(login: Login, fans: list[Fan]) -> Any:
    return login("CRM")


def names(page: Any) -> list[str]:
    """The fans of a page, from top to bottom."""
    return re.findall(r"Fan \d\d", re.sub(r"<[^>]+>", " ", page.text.partition("<tbody>")[2]))


def link(page: Any, label: str) -> str | None:
    result = re.search(rf'<a [^>]*href="([^"]+)"[^>]*aria-label="{label}"', page.text)
    return html.unescape(result[1]) if result else None


def position(page: Any) -> str:
    result = re.search(r'<span class="num">([^<]+)</span>', page.text)
    return result[1].strip() if result else ""


def bodies(page: Any) -> list[str]:
    """The notes of a page: the first cell of each row."""
    rows = re.findall(r'<td class="lead[^"]*".*?</td>', page.text, re.DOTALL)
    return [re.search(r"Fan \d\d", re.sub(r"<[^>]+>", " ", row))[0] for row in rows]  # type: ignore[index]


def walk(staff: Any, start: str, label: str, rows: Callable[[Any], list[str]] = names) -> list[list[str]]:
    """The pages from `start` on, following one link."""
    pages, address = [], start
    while address:
        page = staff.get(address)
        assert page.status_code == 200
        pages.append(rows(page))
        address = link(page, label) or ""
    return pages


def ordered(column: str, direction: str, **more: object) -> str:
    args = {"_oc_CrmFanConsole": column, "_od_CrmFanConsole": direction, "psize_CrmFanConsole": 13, **more}
    return LIST + "?" + "&".join(f"{name}={value}" for name, value in args.items())


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the block asks of PostgreSQL."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            seen.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine(), "before_cursor_execute", note)


COLUMNS = ("name", "spent_minor", "last_seen", "joined_at", "country")


class TestPages:
    @pytest.mark.parametrize(("column", "direction"), [*itertools.product(COLUMNS, ("asc", "desc"))])
    def test_every_row_comes_once_and_in_order(
        self, staff: Any, fans: list[Fan], column: str, direction: str
    ) -> None:
        def value(fan: Fan) -> Any:
            return getattr(fan, column)

        filled = [fan for fan in fans if value(fan) is not None]
        empty = [fan for fan in fans if value(fan) is None]
        falling = direction == "desc"
        expected = [
            fan.name
            for part in (sorted(filled, key=lambda fan: (value(fan), fan.id), reverse=falling),
                         sorted(empty, key=lambda fan: fan.id, reverse=falling))
            for fan in part
        ]  # fmt: skip
        pages = walk(staff, ordered(column, direction), "Next page")
        assert [len(page) for page in pages] == [13] * 4 + [8]
        assert list(itertools.chain(*pages)) == expected

    @pytest.mark.parametrize("column", COLUMNS)
    def test_the_way_back_is_the_way_there(self, staff: Any, column: str) -> None:
        there = walk(staff, ordered(column, "desc"), "Next page")
        last = link(staff.get(ordered(column, "desc")), "Last page")
        back = walk(staff, last or "", "Page before")
        rows = list(itertools.chain(*there))
        assert back[-1] == rows[:13]
        assert list(itertools.chain(*reversed(back[:-1]))) == rows[60 - 13 * 4 :]

    def test_a_page_knows_where_it_is(self, staff: Any) -> None:
        first = staff.get(ordered("joined_at", "desc"))
        assert position(first) == "1–13 of 60"
        assert link(first, "Page before") is None
        second = staff.get(link(first, "Next page"))
        assert position(second) == "14–26 of 60"
        assert position(staff.get(link(second, "Page before"))) == "1–13 of 60"
        last = staff.get(link(first, "Last page"))
        assert position(last) == "48–60 of 60"
        assert link(last, "Next page") is None

    def test_rows_added_before_a_place_do_not_move_it(self, db: Any, staff: Any) -> None:
        first = staff.get(ordered("name", "asc"))
        db.add(Fan(id=new_id(), name="Fan 00 again", cluster="velvet", joined_at=NOON, spent_minor=0))
        db.flush()
        assert names(staff.get(link(first, "Next page")))[0] == "Fan 13"

    def test_a_row_that_is_gone_still_marks_its_place(self, db: Any, staff: Any, fans: list[Fan]) -> None:
        first = staff.get(ordered("name", "asc"))
        db.delete(fans[12])
        db.flush()
        assert names(staff.get(link(first, "Next page")))[0] == "Fan 13"

    def test_what_follows_is_gone_then_the_last_page_comes(
        self, db: Any, staff: Any, fans: list[Fan]
    ) -> None:
        first = staff.get(ordered("name", "asc"))
        for fan in fans[13:]:
            db.delete(fan)
        db.flush()
        assert names(staff.get(link(first, "Next page"))) == [f"Fan {number:02}" for number in range(13)]

    def test_filter_and_size_are_kept(self, staff: Any) -> None:
        first = staff.get(ordered("name", "asc", _flt_3_country="DE"))
        second = staff.get(link(first, "Next page"))
        assert names(second) == [f"Fan {number:02}" for number in range(26, 52, 2)]
        assert position(second) == "14–26 of 30"

    def test_the_size_stays_within_what_is_offered(self, staff: Any) -> None:
        assert len(names(staff.get(f"{LIST}?psize_CrmFanConsole=1000000"))) == 60
        for wrong in ("0", "-3", "many", "99999999999999", "²"):
            assert len(names(staff.get(f"{LIST}?psize_CrmFanConsole={wrong}"))) == 25


class TestRelations:
    @pytest.fixture
    def notes(self, db: Any, fans: list[Fan]) -> list[Note]:
        """Thirty notes: two to each of ten fans, and ten about a creator, where the list's fan is empty."""
        creator = Creator(
            id=new_id(), handle="ada", name="Ada", cluster="velvet", subscription_minor=0, created_at=NOON
        )
        db.add(creator)
        db.flush()
        results = [
            Note(
                id=new_id(),
                cluster="velvet",
                fan_id=fans[number // 2].id if number < 20 else None,
                creator_id=None if number < 20 else creator.id,
                body=f"Fan {number:02}",
                author="Staff",
            )
            for number in range(30)
        ]
        db.add_all(results)
        db.flush()
        return results

    @pytest.mark.parametrize("direction", ["asc", "desc"])
    def test_a_list_is_ordered_by_a_column_of_a_related_record(
        self, staff: Any, notes: list[Note], direction: str
    ) -> None:
        falling = direction == "desc"
        filled = sorted(notes[:20], key=lambda note: (note.fan.name, note.id), reverse=falling)
        empty = sorted(notes[20:], key=lambda note: note.id, reverse=falling)
        start = f"/crmnoteconsole/list/?_oc_CrmNoteConsole=fan.name&_od_CrmNoteConsole={direction}&psize_CrmNoteConsole=13"
        result = walk(staff, start, "Next page", bodies)
        assert list(itertools.chain(*result)) == [note.body for note in (*filled, *empty)]
        back = walk(staff, link(staff.get(start), "Last page") or "", "Page before", bodies)
        rows = list(itertools.chain(*result))
        assert list(itertools.chain(*reversed(back[:-1]))) == rows[4:]
        assert back[-1] == rows[:13]

    def test_a_large_list_offers_only_what_an_index_orders(self) -> None:
        assert consoles["CrmFanConsole"].order_columns == [
            "name", "country", "spent_minor", "last_seen", "joined_at",
        ]  # fmt: skip


class TestPlacesThatDoNotFit:
    @pytest.mark.parametrize("token", ["x", "W10.abc", "WyJhIl0.AAAA", "x%00", "a.b.c", "null"])
    def test_a_forged_one_leads_to_the_first_page_and_says_so(self, staff: Any, token: str) -> None:
        page = staff.get(f"{ordered('name', 'asc')}&at_CrmFanConsole={token}")
        assert page.status_code == 200
        assert names(page)[0] == "Fan 00"
        assert "its first page" in page.text

    def test_one_of_another_order_leads_to_the_first_page(self, staff: Any) -> None:
        place = (link(staff.get(ordered("name", "asc")), "Next page") or "").partition("at_CrmFanConsole=")[2]
        page = staff.get(f"{ordered('spent_minor', 'desc')}&at_CrmFanConsole={place}")
        assert page.status_code == 200
        assert "its first page" in page.text

    def test_one_of_another_filter_leads_to_the_first_page(self, staff: Any) -> None:
        place = (link(staff.get(ordered("name", "asc")), "Next page") or "").partition("at_CrmFanConsole=")[2]
        page = staff.get(f"{ordered('name', 'asc', _flt_3_country='DE')}&at_CrmFanConsole={place}")
        assert names(page)[0] == "Fan 00"

    def test_an_order_that_is_not_offered_is_the_usual_one(self, staff: Any) -> None:
        usual = names(staff.get(LIST))
        for column in ("email", "tags.x", "id;", "brand", "__class__"):
            assert names(staff.get(f"{LIST}?_oc_CrmFanConsole={column}&_od_CrmFanConsole=asc")) == usual

    def test_nobody_else_gains_rows_by_a_place(self, db: Any, staff: Any, login: Login) -> None:
        place = link(staff.get(ordered("name", "asc")), "Next page") or ""
        other = login("CRM")
        db.add(StaffCluster(user_id=other.user_id, cluster="ember"))
        db.flush()
        seen = names(other.get(place))
        assert seen == [f"Fan {number:02}" for number in range(15, 54, 3)]

    def test_no_address_carries_personal_data(self, staff: Any) -> None:
        from fanzadmin.console import Datamodel

        assert Datamodel(Fan).order("email").secret
        assert Datamodel(Fan).order("email").written(("tom@example.test", "1")) == ([], ["1"])


class TestCounts:
    def test_the_exact_one_up_to_the_cap(self, db: Any, staff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counting, "CAP", 60)
        assert counting.count_of(db.query(Fan.id)) == 60
        assert not counting.count_of(db.query(Fan.id)).about

    def test_an_estimate_above_it_and_it_says_so(
        self, db: Any, staff: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(counting, "CAP", 20)
        db.execute(text("ANALYZE crm.fan"))
        assert position(staff.get(LIST)) == "1–25 of about 60"

    def test_a_dear_one_is_not_made(self, db: Any, staff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counting, "MAX_COST_OF_COUNT", 0)
        with statements() as asked:
            assert counting.count_of(db.query(Fan.id)).about
        assert len(asked) == 1
        assert asked[0].startswith("EXPLAIN")

    def test_nothing_is_nothing(self, db: Any, staff: Any) -> None:
        assert counting.count_of(db.query(Fan.id).filter(false())) == 0
        assert counting.count_of(db.query(Fan.id).filter(Fan.name == "nobody")) == 0

    def test_it_is_free_when_the_end_is_in_sight(self, staff: Any) -> None:
        staff.get(f"{LIST}?psize_CrmFanConsole=75")
        with statements() as asked:
            staff.get(f"{LIST}?psize_CrmFanConsole=75")
        assert not [statement for statement in asked if "count(" in statement]

    def test_it_reads_well(self, app: Any) -> None:
        with app.test_request_context():
            assert str(Count(140)) == "140"
            assert str(Count(9_812)) == "9,812"
            assert str(Count(12_345, about=True)) == "about 12,000"
            assert str(Count(9_982_000, about=True)) == "about 10.0 M"


class TestPrice:
    def test_a_deep_page_is_one_range_of_an_index(self, db: Any, staff: Any) -> None:
        first = staff.get(ordered("joined_at", "desc"))
        with statements() as asked:
            staff.get(link(first, "Next page"))
        (page,) = [item for item in asked if "ORDER BY crm.fan.joined_at" in item]
        assert "OFFSET" not in page
        assert "(crm.fan.joined_at, crm.fan.id) <" in page
