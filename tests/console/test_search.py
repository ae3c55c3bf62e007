"""How staff find records: filters by type, nested groups, words, columns, saved views, facets and the palette."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from flask_babel import force_locale
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from fanzadmin.console.filters import words as filters_words
from fanzadmin.console.filters.language import Condition, Group, Unreadable, parse, write
from fanzadmin.console.filters.values import number
from fanzadmin.console.registry import consoles
from fanzadmin.console.search import palette, value_counts
from fanzadmin.console.search import saved_views as views
from fanzadmin.console.search.saved_views import SavedView
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.finance.ledger.models import JournalEntry
from fanzadmin.finance.payouts.models import Payout
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import Context, acting, enter
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ids import new_id
from security.models import Cluster, StaffCluster

Login = Callable[..., Any]
FANS = "/crmfanconsole"


@pytest.fixture
def town(db: Any) -> dict[str, Fan]:
    """Four fans of two clusters: dollars, and yen, which have no minor unit."""
    enter(Context())
    for key, currency in (("velvet", "USD"), ("sakura", "JPY")):
        db.merge(Cluster(key=key, name=key.capitalize(), currency=currency))
    db.flush()
    people = {
        "anna": ("Anna Kern", "velvet", "DE", ["vip", "early"], 12_000, timedelta(days=2)),
        "bob": ("Bob 100%", "velvet", "US", ["vip"], 4_999, timedelta(days=40)),
        "cleo": ("Cléo O'Hara-Lind", "sakura", "JP", [], 120, timedelta(hours=1)),
        "dan": ("Dan", "sakura", "", ["late"], 0, None),
    }
    results = {}
    for key, (name, cluster, country, tags, spent, seen) in people.items():
        fan: Fan = db.get(Fan, service.register_fan(name, cluster=cluster, email=f"{key}@example.test"))
        fan.country, fan.tags, fan.spent_minor = country, tags, spent
        fan.last_seen = clock.now() - seen if seen else None
        results[key] = fan
    db.flush()
    return results


def names(**args: str) -> set[str]:
    """The first names that the fans' list shows an administrator for these arguments."""
    return names_in("CrmFanConsole", **args)


def names_in(console: str, **args: str) -> set[str]:
    with acting(Context(actor_id=None, roles=frozenset({"Admin"}))):
        return {str(item).split()[0] for item in consoles[console].matching(MultiDict(args))}


def problem(**args: str) -> str:
    from fanzadmin.console.filters.selection import chosen_by

    return chosen_by(consoles["CrmFanConsole"], MultiDict(args)).problem


class TestTheLanguage:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "state:any:open",
            "state:any:open;paused,name:has:anna",
            "any(name:has:anna,spent_minor:from:50)",
            'name:is:"a, (b); \\"c\\" \\\\"',
            "all(any(a:is:1,b:empty),c:between:1;2)",
            "a:is:2026-11-22T10:00,any(b:is:x,all(c:is:y,d:filled))",
        ],
    )
    def test_is_written_as_it_is_read(self, text: str) -> None:
        assert parse(write(parse(text))) == parse(text)

    def test_reads_groups_within_groups(self) -> None:
        assert parse("a:is:1,any(b:empty,c:is:2;3)") == Group(
            (
                Condition("a", "is", ("1",)),
                Group((Condition("b", "empty"), Condition("c", "is", ("2", "3"))), False),
            )
        )

    @pytest.mark.parametrize(
        "text",
        ["(", "name", "name:", "any(", "any(a:is:1", "a:is:1)", "a:is:1,,b:is:2", '"', "a:is:\x00", "é:is:1"],
    )
    def test_what_makes_no_sense_is_a_sentence(self, text: str) -> None:
        with pytest.raises(Unreadable, match=r"\.$"):
            parse(text)

    def test_is_bounded(self) -> None:
        for long in ("any(" * 9 + "a:empty" + ")" * 9, ",".join(["a:empty"] * 60), "a:is:" + "x" * 5000):
            with pytest.raises(Unreadable):
                parse(long)


class TestFilters:
    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("name:has:an", {"Anna", "Dan"}),
            ("name:hasnt:an", {"Bob", "Cléo"}),
            ("name:starts:an", {"Anna"}),
            ("name:ends:kern", {"Anna"}),
            ("name:is:Dan", {"Dan"}),
            ("name:isnt:Dan", {"Anna", "Bob", "Cléo"}),
            ("name:has:%", {"Bob"}),
            ("name:has:_", set()),
            ("country:empty", {"Dan"}),
            ("country:filled", {"Anna", "Bob", "Cléo"}),
            ("country:any:DE;JP", {"Anna", "Cléo"}),
            ("country:none:DE;JP", {"Bob", "Dan"}),
        ],
    )
    def test_texts_and_codes(self, town: dict[str, Fan], q: str, expected: set[str]) -> None:
        assert names(q=q) == expected

    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("spent_minor:from:49.99", {"Anna", "Bob", "Cléo"}),
            ("spent_minor:over:49.99", {"Anna", "Cléo"}),
            ("spent_minor:to:50", {"Bob", "Dan"}),
            ("spent_minor:between:200;100", {"Anna", "Cléo"}),
            ("spent_minor:is:120", {"Anna", "Cléo"}),
            ("spent_minor:is:120 JPY", {"Cléo"}),
            ("spent_minor:is:USD 120", {"Anna"}),
            ("spent_minor:is:0", {"Dan"}),
        ],
    )
    def test_money_is_typed_in_major_units_of_each_row_s_currency(
        self, town: dict[str, Fan], q: str, expected: set[str]
    ) -> None:
        assert names(q=q) == expected

    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("last_seen:last:7d", {"Anna", "Cléo"}),
            ("last_seen:last:2m", {"Anna", "Bob", "Cléo"}),
            ("last_seen:last:1h", set()),
            ("last_seen:empty", {"Dan"}),
            ("last_seen:after:2020-01-01", {"Anna", "Bob", "Cléo"}),
            ("last_seen:before:2020-01-01", set()),
            ("last_seen:between:2020-01-01;2200-01-01", {"Anna", "Bob", "Cléo"}),
            ("last_seen:next:1y", set()),
        ],
    )
    def test_moments(self, town: dict[str, Fan], q: str, expected: set[str]) -> None:
        if q == "last_seen:last:1h":  # an hour ago is just outside an hour
            assert names(q=q) <= {"Cléo"}
            return
        assert names(q=q) == expected

    def test_a_day_is_the_whole_day(self, db: Any, town: dict[str, Fan]) -> None:
        town["dan"].last_seen = clock.now().replace(year=2025, month=3, day=31, hour=23, minute=59)
        db.flush()
        assert names(q="last_seen:on:2025-03-31") == {"Dan"}
        assert names(q="last_seen:after:2025-03-31,last_seen:before:2025-04-01") == set()
        assert "Dan" in names(q="last_seen:noton:2025-03-30")

    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("tags:any:vip;late", {"Anna", "Bob", "Dan"}),
            ("tags:all:vip;early", {"Anna"}),
            ("tags:none:vip", {"Cléo", "Dan"}),
            ("tags:empty", {"Cléo"}),
            ("tags:filled", {"Anna", "Bob", "Dan"}),
        ],
    )
    def test_tags(self, town: dict[str, Fan], q: str, expected: set[str]) -> None:
        assert names(q=q) == expected

    def test_groups_nest(self, town: dict[str, Fan]) -> None:
        assert names(q="cluster:any:velvet,any(country:any:DE,name:has:bob)") == {"Anna", "Bob"}
        assert names(q="any(name:is:Dan,all(tags:any:vip,spent_minor:over:100))") == {"Anna", "Dan"}

    def test_relations_yes_and_no(self, db: Any, town: dict[str, Fan]) -> None:
        from fanzadmin.crm.notes.models import Note

        for fan, pinned in ((town["anna"], True), (town["bob"], False)):
            db.add(Note(fan_id=fan.id, body=str(fan.name), author="Cora", cluster="velvet", pinned=pinned))
        db.flush()
        bodies = {"Anna": town["anna"].id, "Bob": town["bob"].id}
        rows = lambda q: {  # noqa: E731
            note.body.split()[0]
            for note in db.execute(select(Note)).scalars()
            if note.id in {item.id for item in _matching("CrmNoteConsole", q=q)}
        }
        assert rows(f"fan:any:{bodies['Anna']}") == {"Anna"}
        assert rows(f"fan:none:{bodies['Anna']}") == {"Bob"}
        assert rows("creator:empty") == {"Anna", "Bob"}
        assert rows("fan:filled,pinned:yes") == {"Anna"}
        assert rows("pinned:no") == {"Bob"}

    def test_old_links_keep_their_meaning(self, town: dict[str, Fan]) -> None:
        assert names(_flt_0_name="an") == {"Anna"}
        assert names(_flt_2_name="an", _flt_0_cluster="sakura") == {"Dan"}
        assert names(_flt_3_name="Dan", q="tags:any:late") == {"Dan"}
        assert names(_flt_0_name="") == {"Anna", "Bob", "Cléo", "Dan"}

    @pytest.mark.parametrize(
        "q",
        [
            "nobody:is:1",
            "email:has:example",
            "spent_minor:from:much",
            "spent_minor:from:NaN",
            "spent_minor:from:1e999",
            "spent_minor:is:12 XXY",
            "last_seen:on:31.12.2026",
            "last_seen:on:9999-12-31",
            "last_seen:last:9999y",
            "last_seen:last:soon",
            "last_seen:between:2026-01-01",
            "name:near:x",
            "name:has:",
            "id:any:not-an-id",
            "((",
        ],
    )
    def test_nonsense_selects_nothing_and_says_why(self, town: dict[str, Fan], q: str) -> None:
        if q != "last_seen:on:9999-12-31":
            assert problem(q=q).endswith(".")
        assert names(q=q) == set()

    @pytest.mark.parametrize(
        ("language", "typed", "expected"),
        [
            ("de", "49,99", "49.99"),
            ("de", "1.234,5", "1234.5"),
            ("de", "1.5", "1.5"),  # the plain form of an address means the same to every reader
            ("de", "1.500", "1.500"),
            ("fr", "1\u202f234,5", "1234.5"),
            ("fr", "-1 234", "-1234"),
            ("en", "1,500", "1500"),
            ("en", "1,500.25", "1500.25"),
        ],
    )
    def test_numbers_are_read_plain_or_as_the_reader_writes_them(
        self, app: Any, language: str, typed: str, expected: str
    ) -> None:
        with app.test_request_context("/", headers={"Accept-Language": language}):
            assert number(typed) == Decimal(expected)

    @pytest.mark.parametrize("typed", ["49,99", "49,99 $", "$49,99", "49,99 USD", "49.99"])
    def test_money_is_typed_as_a_german_list_shows_it(
        self, town: dict[str, Fan], login: Login, typed: str
    ) -> None:
        query = urlencode({"q": f'spent_minor:is:"{typed}"'})
        page = login("CRM").get(f"{FANS}/list/?{query}", headers={"Accept-Language": "de"}).text
        assert "Bob 100%" in page
        assert "Anna Kern" not in page

    def test_a_wrong_amount_is_shown_how_in_the_reader_s_notation(
        self, town: dict[str, Fan], login: Login
    ) -> None:
        page = login("CRM").get(f"{FANS}/list/?q=spent_minor:is:much", headers={"Accept-Language": "de"}).text
        assert "49,90" in page

    def test_a_page_with_nonsense_is_a_page(self, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")
        for query in (
            "q=((",
            "q=nobody:is:1",
            "find=%00",
            "_flt_0_email=a",
            "_flt_99_name=a",
            "cols=,,nothing",
            "view=x",
        ):
            page = staff.get(f"{FANS}/list/?{query}")
            assert page.status_code == 200, query
        assert "This filter selects nothing" in staff.get(f"{FANS}/list/?q=((").text


def _matching(console: str, **args: str) -> Any:
    with acting(Context(roles=frozenset({"Admin"}))):
        return consoles[console].matching(MultiDict(args)).all()


class TestChips:
    def values(self, app: Any, language: str, q: str) -> list[str]:
        with (
            app.test_request_context("/"),
            force_locale(language),
            acting(Context(roles=frozenset({"Admin"}))),
        ):
            return [chip.values for chip in consoles["CrmFanConsole"].tools(MultiDict({"q": q})).chips]  # type: ignore[attr-defined]

    def test_days_and_numbers_are_written_as_the_reader_does(self, app: Any, town: dict[str, Fan]) -> None:
        q = "last_seen:between:2026-11-22;2026-11-23T10:30,spent_minor:from:49.90 EUR,last_seen:on:soon"
        assert self.values(app, "en", q) == ["22 Nov 2026, 23 Nov 2026, 10:30", "49.90 EUR", "soon"]
        assert self.values(app, "de", q) == ["22.11.2026, 23.11.2026, 10:30", "49,90 EUR", "soon"]

    def test_lengths_of_time_are_counted(self, app: Any, town: dict[str, Fan]) -> None:
        assert self.values(app, "en", "last_seen:last:1d,last_seen:next:2w") == ["1 day", "2 weeks"]


class TestWords:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("ann", {"Anna"}),
            ("ker ann", {"Anna"}),
            ("KERN", {"Anna"}),
            ("cleo", {"Cléo"}),
            ("Cléo", {"Cléo"}),
            ("o'hara", {"Cléo"}),
            ("lind", {"Cléo"}),
            ("100%", {"Bob"}),
            ("ern", set()),
            ("!!!", set()),
            ("a' | b & !", set()),
        ],
    )
    def test_are_found_by_their_beginning_in_any_order(
        self, town: dict[str, Fan], words: str, expected: set[str]
    ) -> None:
        assert names(find=words) == expected

    def test_an_id_finds_its_record(self, town: dict[str, Fan]) -> None:
        assert names(find=town["dan"].id.upper()) == {"Dan"}

    def test_the_index_serves_the_words(self, db: Any, town: dict[str, Fan]) -> None:
        query = consoles["CrmFanConsole"].matching(MultiDict({"find": "ann"}))
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            db.execute(text(f"SET LOCAL enable_{way} = off"))
        written = str(query.statement.compile(db.bind, compile_kwargs={"literal_binds": True}))
        assert "ix_fan_words" in "\n".join(row[0] for row in db.execute(text(f"EXPLAIN {written}")))

    @pytest.mark.parametrize(("words", "frequent"), [("ann", True), ("nobody", False)])
    def test_a_large_table_is_searched_by_how_frequent_the_words_are(
        self, db: Any, town: dict[str, Fan], monkeypatch: pytest.MonkeyPatch, words: str, frequent: bool
    ) -> None:
        db.execute(text("ANALYZE crm.fan"))
        every_page = db.execute(
            text("SELECT relpages FROM pg_class WHERE oid = 'crm.fan'::regclass")
        ).scalar_one()
        monkeypatch.setattr(filters_words, "SMALL", -1)
        monkeypatch.setattr(filters_words, "SAMPLED", every_page)
        monkeypatch.setattr(filters_words, "frequent_from", lambda _rows, _share: 1)
        clause = str(filters_words._by_index(Fan, words))
        assert ("array" not in clause) == frequent
        assert names(find=words) == ({"Anna"} if frequent else set())

    def test_a_sample_of_a_large_table_holds_a_rare_word_by_chance(self) -> None:
        rows, pages = 10_000_000, 250_000
        share = filters_words.SAMPLED / pages
        rare, frequent = 1_250 * share, rows / 32 * share
        assert 10 * rare < filters_words.frequent_from(rows, share) < frequent / 10

    def test_a_masked_column_is_not_searched(self, town: dict[str, Fan]) -> None:
        assert names(find="anna@example.test") == set()


class TestColumns:
    def test_are_chosen_in_the_order_of_the_address(self, town: dict[str, Fan], login: Login) -> None:
        page = login("CRM").get(f"{FANS}/list/?cols=country,name,id").text
        head = page[page.index("<thead>") : page.index("</thead>")]
        assert head.index("Country") < head.index("Name")
        assert "Tags" not in head
        assert town["anna"].id[-8:] in page

    def test_those_that_are_none_are_left_out(self, town: dict[str, Fan], login: Login) -> None:
        page = login("CRM").get(f"{FANS}/list/?cols=password,words,__class__,metadata").text
        assert "Anna Kern" in page

    def test_a_relation_among_them_is_loaded_at_once(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        from sqlalchemy import event

        staff, texts = login("CRM"), list[str]()
        staff.get(f"{FANS}/list/?cols=name")
        db.expire_all()
        heard = lambda _connection, _cursor, statement, *_rest: texts.append(statement)  # noqa: E731
        event.listen(db.bind, "before_cursor_execute", heard)
        try:
            assert "Velvet" in staff.get(f"{FANS}/list/?cols=name,brand").text
        finally:
            event.remove(db.bind, "before_cursor_execute", heard)
        asked = [item for item in texts if not item.startswith(("SAVEPOINT", "RELEASE", "SET"))]
        assert len(asked) <= 8, asked

    def test_a_masked_column_stays_masked(self, town: dict[str, Fan], login: Login) -> None:
        page = login("CRM").get(f"{FANS}/list/?cols=name,email").text
        assert "anna@example.test" not in page


def save(client: Any, name: str, query: str, **more: str) -> Any:
    return client.post(f"{FANS}/finding/views", data={"name": name, "arguments": query, **more})


def saved(db: Any, name: str) -> SavedView:
    view: SavedView = db.execute(select(SavedView).where(SavedView.name == name)).scalar_one()
    return view


class TestSavedViews:
    def test_keeps_what_the_list_shows(self, db: Any, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")
        query = urlencode(
            {
                "q": "tags:any:vip",
                "cols": "name,tags",
                "density": "compact",
                "page_X": "3",
                "psize_CrmFanConsole": "50",
            }
        )
        answer = save(staff, "VIPs", query)
        assert saved(db, "VIPs").arguments == {
            "q": "tags:any:vip", "cols": "name,tags", "density": "compact", "psize_CrmFanConsole": "50",
        }  # fmt: skip
        page = staff.get(answer.location)
        assert "Anna Kern" in page.text
        assert "Cléo" not in page.text
        assert ">VIPs<" in page.text

    def test_needs_a_name_of_its_own(self, db: Any, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")
        save(staff, "VIPs", "q=tags:any:vip")
        for name in ("", "   ", "vips"):
            save(staff, name, "q=tags:any:late")
        assert len(db.execute(select(SavedView)).scalars().all()) == 1

    def test_is_overwritten_renamed_and_deleted_by_its_owner(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        staff = login("CRM")
        save(staff, "VIPs", "q=tags:any:vip")
        address = f"{FANS}/finding/views/{saved(db, 'VIPs').id}"
        staff.post(address, data={"do": "overwrite", "arguments": "q=tags:any:late"})
        assert saved(db, "VIPs").arguments == {"q": "tags:any:late"}
        staff.post(address, data={"do": "rename", "name": "Late", "role": ""})
        assert saved(db, "Late").arguments == {"q": "tags:any:late"}
        staff.post(address, data={"do": "delete"})
        assert db.execute(select(SavedView)).scalars().all() == []

    def test_nobody_else_sees_it(self, db: Any, town: dict[str, Fan], login: Login) -> None:
        save(login("CRM"), "Mine", "q=tags:any:vip")
        stranger = login("CRM")
        assert ">Mine<" not in stranger.get(f"{FANS}/list/?view=all").text
        answer = stranger.post(f"{FANS}/finding/views/{saved(db, 'Mine').id}", data={"do": "delete"})
        assert answer.status_code == 404

    def test_a_shared_one_is_seen_by_the_role_and_changed_by_its_owner(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        save(login("CRM"), "Ours", "q=tags:any:vip", role="CRM")
        address = f"{FANS}/finding/views/{saved(db, 'Ours').id}"
        colleague, manager = login("CRM"), login("Manager")
        assert "Ours" in colleague.get(f"{FANS}/list/?view=all").text
        assert "Ours" not in manager.get(f"{FANS}/list/?view=all").text
        for do in ("delete", "overwrite", "rename"):
            colleague.post(address, data={"do": do, "name": "Theirs", "arguments": ""})
        assert saved(db, "Ours").arguments == {"q": "tags:any:vip"}
        login("Admin").post(address, data={"do": "rename", "name": "Everybody's", "role": "CRM"})
        assert saved(db, "Everybody's").role == "CRM"

    def test_is_not_shared_with_a_role_that_one_has_not(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        save(login("CRM"), "Spread", "q=tags:any:vip", role="Finance")
        assert db.execute(select(SavedView)).scalars().all() == []

    def test_the_default_opens_the_bare_list(self, db: Any, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")
        save(staff, "VIPs", "q=tags:any:vip", default="1")
        answer = staff.get(f"{FANS}/list/")
        assert answer.status_code == 302
        assert "tags:any:vip" in answer.location
        assert staff.get(f"{FANS}/list/?view=all").status_code == 200
        assert login("CRM").get(f"{FANS}/list/").status_code == 200
        staff.post(f"{FANS}/finding/views/{saved(db, 'VIPs').id}", data={"do": "undefault"})
        assert staff.get(f"{FANS}/list/").status_code == 200

    def test_one_person_keeps_a_hundred(self, db: Any, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views, "MOST_VIEWS", 1)
        with acting(Context(actor_id=login("CRM").user_id, roles=frozenset({"CRM"}))):
            views.save_view("CrmFanConsole", name="One", arguments={})
            with pytest.raises(BusinessError):
                views.save_view("CrmFanConsole", name="Two", arguments={})

    def test_a_stranger_saves_nothing(self, db: Any, client: Any) -> None:
        assert save(client, "VIPs", "q=tags:any:vip").status_code in {302, 401, 403}
        assert db.execute(select(SavedView)).scalars().all() == []


class TestFacets:
    def counts(self, client: Any, query: str = "", console: str = FANS) -> dict[str, dict[str, int]]:
        answer = client.get(f"{console}/finding/facets?{query}").json
        return {
            item["column"]: {value["value"]: value["count"] for value in item["values"]} for item in answer
        }

    def test_count_what_matches_the_rest_of_the_filter(self, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")
        assert self.counts(staff)["cluster"] == {"velvet": 2, "sakura": 2}
        chosen = self.counts(staff, "q=tags:any:vip;late,cluster:any:velvet")
        assert chosen["cluster"] == {"velvet": 2, "sakura": 1}

    def test_a_click_adds_a_value_and_takes_it_out(self, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")
        facet = staff.get(f"{FANS}/finding/facets?q=cluster:any:velvet,name:has:a").json[0]
        by_value = {value["value"]: value for value in facet["values"]}
        assert by_value["velvet"]["chosen"]
        assert by_value["velvet"]["url"].endswith("?q=name:has:a")
        assert "cluster:any:velvet;sakura" in by_value["sakura"]["url"]

    def test_tags_and_codes_are_read_as_they_are_written(self, town: dict[str, Fan], login: Login) -> None:
        facets = {item["column"]: item["values"] for item in login("CRM").get(f"{FANS}/finding/facets").json}
        assert {value["label"] for value in facets["tags"]} == {"vip", "early", "late"}
        assert {value["label"] for value in facets["country"]} == {"DE", "US", "JP", ""}

    def test_the_empty_are_a_value_like_others(self, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")

        def empties(query: str) -> dict[str, Any]:
            facets = {
                item["column"]: item["values"] for item in staff.get(f"{FANS}/finding/facets?{query}").json
            }
            return next(value for value in facets["country"] if not value["value"])

        assert empties("")["url"].endswith("?q=country:empty")
        assert empties("q=country:empty")["chosen"]
        assert (
            empties("q=country:empty")["url"].endswith("/list/?q=")
            or "q=" not in empties("q=country:empty")["url"]
        )

    def test_a_text_of_few_words_can_be_one(self, town: dict[str, Fan], login: Login) -> None:
        staff = login("Admin")
        facets = staff.get("/opsauditconsole/finding/facets").json
        tables = next(facet["values"] for facet in facets if facet["column"] == "table_name")
        address = tables[0]["url"]
        assert f"table_name:is:{tables[0]['value']}" in address
        page = staff.get(address)
        assert "This filter selects nothing" not in page.text
        chosen = staff.get("/opsauditconsole/finding/facets?" + address.partition("?")[2]).json
        assert next(item["values"] for item in chosen if item["column"] == "table_name")[0]["chosen"]

    def test_only_clusters_that_the_person_may_see(self, db: Any, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="velvet"))
        db.flush()
        assert "sakura" not in json.dumps(staff.get(f"{FANS}/finding/facets").json)
        assert staff.get(f"{FANS}/finding/values/cluster").json == [{"id": "velvet", "text": "velvet"}]

    def test_values_of_a_masked_or_unknown_column_are_not_there(
        self, town: dict[str, Fan], login: Login
    ) -> None:
        staff = login("CRM")
        for column in ("email", "nothing", "name"):
            assert staff.get(f"{FANS}/finding/values/{column}").status_code == 404

    @pytest.fixture
    def many(self, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Fans by the hundred, of whom the first in the table are not those that are most; none are few."""
        enter(Context())
        for at in range(60):
            service.register_fan(
                f"Zoe {at}", cluster="velvet" if at < 15 else "sakura", email=f"z{at}@x.test"
            )
        db.flush()
        db.execute(text("ANALYZE crm.fan"))
        monkeypatch.setattr(value_counts, "SMALL", -1)
        monkeypatch.setattr(value_counts, "COUNTED", 10)

    def said(self, client: Any, query: str = "") -> list[tuple[str, str]]:
        facets = {
            item["column"]: item["values"] for item in client.get(f"{FANS}/finding/facets?{query}").json
        }
        return [(value["value"], value["text"]) for value in facets["cluster"]]

    def test_of_a_large_table_are_known_by_its_statistics(
        self, town: dict[str, Fan], many: None, login: Login
    ) -> None:
        assert self.said(login("CRM")) == [("sakura", "about 47"), ("velvet", "about 17")]

    def test_of_a_large_table_are_exact_where_few_match(
        self, town: dict[str, Fan], many: None, login: Login
    ) -> None:
        assert self.said(login("CRM"), "q=tags:any:vip;late") == [("velvet", "2"), ("sakura", "1")]

    def test_of_many_that_match_are_scaled_up_from_a_sample(
        self, town: dict[str, Fan], many: None, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(value_counts, "ENOUGH", 1)
        assert self.said(login("CRM"), "find=zoe") == [("sakura", "about 45"), ("velvet", "about 15")]

    def test_of_many_are_counted_where_a_sample_holds_too_few(
        self, town: dict[str, Fan], many: None, login: Login
    ) -> None:
        assert self.said(login("CRM"), "find=zoe") == [("sakura", "45"), ("velvet", "15")]

    def test_statistics_of_all_rows_are_kept_from_who_may_see_some(
        self, db: Any, town: dict[str, Fan], many: None, login: Login
    ) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="velvet"))
        db.flush()
        assert "sakura" not in json.dumps(staff.get(f"{FANS}/finding/facets").json)

    def test_are_closed_to_others(self, client: Any, login: Login) -> None:
        for path in ("finding/facets", "finding/fields", "finding/values/cluster", "finding/roles"):
            assert client.get(f"{FANS}/{path}").status_code in {302, 401, 403}
            assert login("Fan").get(f"{FANS}/{path}").status_code in {302, 403}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough for a machine that tests much at once."""
    monkeypatch.setattr(palette, "PALETTE_TIMEOUT", 5000)


@pytest.mark.usefixtures("patient")
class TestPalette:
    def labels(self, client: Any, words: str, kind: str = "records") -> set[str]:
        return {entry["label"] for entry in client.get("/palette", query_string={"q": words}).json[kind]}

    def test_finds_records_of_every_system_one_may_read(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        service.apply_creator(
            "anna.fox", cluster="velvet", name="Anna Fox", legal_name="Secret Name", email="a@x.test"
        )
        db.flush()
        assert {"Anna Kern", "Anna Fox"} <= self.labels(login("CRM"), "anna")
        assert "Anna Fox" in self.labels(login("Admin"), "@anna.fo")

    def test_a_stranger_and_a_fan_find_nothing(self, client: Any, town: dict[str, Fan], login: Login) -> None:
        assert client.get("/palette?q=anna").status_code in {302, 401}
        for item in (login("Fan"), login("Creator")):
            answer = item.get("/palette?q=anna")
            assert answer.json == {"records": [], "actions": [], "late": False}

    def test_a_person_of_another_cluster_finds_nothing(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="sakura"))
        db.flush()
        assert "Anna Kern" not in self.labels(staff, "anna")
        assert "Cléo O'Hara-Lind" in self.labels(staff, "cleo")

    def test_what_is_masked_is_not_found_by(self, db: Any, town: dict[str, Fan], login: Login) -> None:
        service.apply_creator(
            "mia", cluster="velvet", name="Mia", legal_name="Wilhelmina Secret", email="m@x.test"
        )
        db.flush()
        assert self.labels(login("CRM"), "wilhelmina") == set()

    def test_offers_actions_and_views(self, db: Any, town: dict[str, Fan], login: Login) -> None:
        staff = login("CRM")
        save(staff, "Big spenders", "q=spent_minor:over:100")
        assert "Big spenders" in self.labels(staff, "spend", "actions")
        assert "New application" in self.labels(staff, "application", "actions")
        assert "New application" not in self.labels(login("Finance"), "application", "actions")

    def test_offers_what_can_be_done_with_a_list_by_right(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        staff = login("CRM")
        for words, label in (
            ("export fans", "Export of Fans"),
            ("import fans", "Import into Fans"),
            ("creators board", "Creators: Board"),
            ("suspend", "Suspend"),
        ):
            assert label in self.labels(staff, words, "actions"), words
        stranger = login("Community")
        assert self.labels(stranger, "export payouts", "actions") == set()
        assert "Suspend" not in self.labels(stranger, "suspend", "actions")

    def test_offers_the_pages_of_the_account(self, login: Login) -> None:
        page = login("CRM").get(f"{FANS}/list/").text
        assert 'href="/resetmypassword/form"' in page[page.index('id="palette"') :]

    def test_asks_the_database_for_saved_views_alone(self, db: Any, town: dict[str, Fan], app: Any) -> None:
        from sqlalchemy import event

        texts = list[str]()
        heard = lambda _connection, _cursor, statement, *_rest: texts.append(statement)  # noqa: E731
        with app.test_request_context("/"), acting(Context(roles=frozenset({"Admin"}))):
            event.listen(db.bind, "before_cursor_execute", heard)
            try:
                palette.actions("export")
            finally:
                event.remove(db.bind, "before_cursor_execute", heard)
        assert texts == []

    def test_an_id_finds_its_record_where_nothing_else_is_searched(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        asked = {"requested_at": clock.now(), "creator_id": new_id()}
        payout = Payout(id=new_id(), cluster="velvet", currency="USD", amount_minor=500, **asked)
        db.add(payout)
        db.flush()
        assert self.labels(login("Finance"), payout.id.upper()) == {str(payout)}
        assert self.labels(login("Community"), payout.id) == set()
        assert self.labels(login("CRM"), town["anna"].id) == {"Anna Kern"}

    def test_what_was_slow_is_found_by_who_asks_again(
        self, town: dict[str, Fan], login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at_once = palette._keys
        monkeypatch.setattr(
            palette, "_keys", lambda asked, patience: at_once(asked, patience) if patience > 1 else None
        )
        staff = login("CRM")
        assert staff.get("/palette?q=anna").json["late"]
        assert self.labels(staff, "anna") == set()
        answer = staff.get("/palette?q=anna&again=1").json
        assert not answer["late"]
        assert "Anna Kern" in {entry["label"] for entry in answer["records"]}

    def test_finds_what_has_a_text_of_its_own(self, db: Any, town: dict[str, Fan], login: Login) -> None:
        db.add(
            JournalEntry(
                id=new_id(), reference="tip:4711", template="tip", cluster="velvet", description="A tip",
                effective_at=clock.now(), posted_at=clock.now(),
            )
        )  # fmt: skip
        db.flush()
        assert "tip:4711" in self.labels(login("Finance"), "tip:4711")
        assert "tip:4711" not in self.labels(login("CRM"), "tip:4711")

    def test_one_letter_asks_nothing(self, town: dict[str, Fan], login: Login) -> None:
        assert self.labels(login("CRM"), "a") == set()


class TestFields:
    def test_each_type_has_its_operators(self, town: dict[str, Fan], login: Login) -> None:
        offered = {entry["name"]: entry for entry in login("CRM").get(f"{FANS}/finding/fields").json}
        assert offered["spent_minor"]["control"] == "money"
        assert [operator["name"] for operator in offered["tags"]["operators"]][:3] == ["any", "all", "none"]
        assert "last" in {item["name"] for item in offered["last_seen"]["operators"]}
        assert "email" not in offered

    def test_a_relation_in_the_filter_comes_with_its_title(
        self, db: Any, town: dict[str, Fan], login: Login
    ) -> None:
        key = town["anna"].id
        offered = login("CRM").get(f"/crmnoteconsole/finding/fields?q=fan:any:{key}").json
        assert next(item for item in offered if item["name"] == "fan")["titles"] == {key: "Anna Kern"}

    def test_every_console_knows_its_fields(self, app: Any) -> None:
        with app.test_request_context("/"):
            for console in consoles.values():
                for field in console.fields.values():  # type: ignore[attr-defined]
                    assert field.kind.offered
                    assert field.label

    def test_creators_are_searched_by_name_and_handle(self, db: Any, town: dict[str, Fan]) -> None:
        result = service.apply_creator(
            "mia", cluster="velvet", name="Mia Lu", legal_name="X Y", email="m@x.test"
        )
        assert db.get(Creator, result).handle == "mia"
        assert names_in("CrmCreatorConsole", find="mi") == {"Mia"}
