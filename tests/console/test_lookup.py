"""Ids of other records: looked up by name in forms and filters, under the rules of the console that keeps them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.biolink.pages.models import ShortLink
from fanzadmin.compliance.models import Performer
from fanzadmin.console.registry import consoles
from fanzadmin.console.rendering.cells import badge, show
from fanzadmin.console.search import lookup
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.media.assets.models import Asset
from fanzadmin.shield.incidents.models import Incident
from security.models import StaffCluster

Login = Callable[..., FlaskClient]
NOBODY = "01a219a1-0000-7000-8000-000000000000"
LINKS, PERFORMERS = "/biolinklinkconsole", "/complianceperformerconsole"


def of_ember(db: Any, staff: Any) -> Any:
    db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
    db().commit_transaction()
    return staff


def create(name: str, handle: str, cluster: str = "velvet") -> str:
    return service.apply_creator(
        handle,
        cluster=cluster,
        name=name,
        legal_name=name,
        email=f"{handle}@example.test",
        subscription_minor=999,
    )


class TestIdField:
    def link(self, **changes: str) -> dict[str, str]:
        return {"target": "https://example.com/", "title": "", "slug": "summer"} | changes

    def test_a_form_looks_up_whose_id_it_wants(self, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        assert f'data-options="{LINKS}/options/creator_id"' in staff.get(f"{LINKS}/add").text
        body = staff.get(f"{LINKS}/options/creator_id?q=ada").json
        assert body == [{"id": creator.id, "text": "Ada Fox (@ada.fox)"}]

    def test_a_form_keeps_the_id(self, db: Any, creator: Creator, login: Login) -> None:
        assert login("CRM").post(f"{LINKS}/add", data=self.link(creator_id=creator.id)).status_code == 302
        assert db.execute(select(ShortLink.creator_id)).scalar_one() == creator.id

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [(NOBODY, "There is no record with this id"), ("ada", "This is not an id"), ("", "required")],
    )
    def test_a_form_refuses_what_is_nobody(
        self, db: Any, creator: Creator, login: Login, wrong: str, sentence: str
    ) -> None:
        assert sentence in login("CRM").post(f"{LINKS}/add", data=self.link(creator_id=wrong)).text
        assert db.execute(select(ShortLink.id)).first() is None

    def test_a_refused_form_still_says_who_was_chosen(self, creator: Creator, login: Login) -> None:
        page = login("CRM").post(f"{LINKS}/add", data=self.link(creator_id=creator.id, target="")).text
        assert f'<option selected value="{creator.id}">Ada Fox (@ada.fox)</option>' in page

    def test_another_cluster_is_neither_found_nor_taken(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff = of_ember(db, login("CRM"))
        for words in ("ada", creator.id):
            assert staff.get(f"{LINKS}/options/creator_id?q={words}").json == []
        page = staff.post(f"{LINKS}/add", data=self.link(creator_id=creator.id)).text
        assert "not yours to choose" in page
        assert "Ada Fox" not in page

    def test_who_may_not_read_the_records_pastes_an_id(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("Compliance")
        assert 'data-placeholder="Paste an id"' in staff.get(f"{PERFORMERS}/add").text
        assert staff.get(f"{PERFORMERS}/options/creator_id?q=ada").json == []
        body = staff.get(f"{PERFORMERS}/options/creator_id?q={creator.id}").json
        assert body == [{"id": creator.id, "text": "Ada Fox"}]
        abroad = of_ember(db, login("Compliance"))
        assert abroad.get(f"{PERFORMERS}/options/creator_id?q={creator.id}").json == []

    def test_a_pasted_id_is_kept(self, db: Any, creator: Creator, login: Login) -> None:
        form = {"stage_name": "Ada", "legal_name": "Adelaide Foxworth", "born_on": "1990-01-01"}
        answer = login("Compliance").post(f"{PERFORMERS}/add", data=form | {"creator_id": creator.id})
        assert answer.status_code == 302
        performer_id, stored = db.execute(select(Performer.id, Performer.creator_id)).one()
        assert stored == creator.id
        lookup_of = "/complianceconsentconsole/options/performer_id?q=ada"
        assert login("Compliance").get(lookup_of).json == [{"id": performer_id, "text": "Ada"}]

    def test_records_of_the_own_system_are_looked_up_as_well(self, login: Login) -> None:
        page = login("Compliance").get("/complianceconsentconsole/add").text
        for column in ("asset_id", "performer_id"):
            assert f'data-options="/complianceconsentconsole/options/{column}"' in page

    def test_no_other_column_answers(self, login: Login) -> None:
        assert login("CRM").get(f"{LINKS}/options/target?q=a").status_code == 404
        assert login("Finance").get(f"{LINKS}/options/creator_id?q=a").status_code in {302, 403}


class TestFilters:
    @pytest.mark.parametrize(
        ("console", "column", "role"),
        [
            ("FinancePayoutConsole", "creator_id", "Finance"),
            ("FinancePaymentConsole", "fan_id", "Finance"),
            ("FinancePaymentConsole", "asset_id", "Finance"),
            ("FinanceSubscriptionConsole", "creator_id", "Finance"),
            ("BiolinkClickConsole", "creator_id", "CRM"),
            ("BiolinkClickConsole", "link_id", "CRM"),
            ("ComplianceDepictionConsole", "performer_id", "Compliance"),
        ],
    )
    def test_a_column_of_ids_is_looked_up(self, login: Login, console: str, column: str, role: str) -> None:
        staff = login(role)
        fields = {item["name"]: item for item in staff.get(f"/{console.lower()}/finding/fields").json}
        assert fields[column]["control"] == "relation"
        assert staff.get(f"{fields[column]['lookup']}?q=x").status_code == 200

    def test_a_chip_shows_the_name(self, creator: Creator, login: Login) -> None:
        page = login("Finance").get(f"/financepayoutconsole/list/?q=creator_id:any:{creator.id}").text
        assert '<span class="chip-values">Ada Fox (@ada.fox)</span>' in page

    def test_a_chip_names_nobody_of_another_cluster(self, db: Any, creator: Creator, login: Login) -> None:
        staff = of_ember(db, login("Finance"))
        page = staff.get(f"/financepayoutconsole/list/?q=creator_id:any:{creator.id}").text
        assert f'<span class="chip-values">{creator.id}</span>' in page

    def test_an_id_in_the_search_box_finds_its_rows(self, creator: Creator, login: Login) -> None:
        login("CRM").post(f"{LINKS}/add", data=TestIdField().link(creator_id=creator.id))
        assert "summer" in login("CRM").get(f"{LINKS}/list/?find={creator.id}").text


class TestRanking:
    def options_for(self, staff: FlaskClient, words: str) -> list[str]:
        return [
            item["text"].partition(" (")[0]
            for item in staff.get(f"{LINKS}/options/creator_id?q={words}").json
        ]

    def test_titles_that_begin_so_come_first(self, brands: None, login: Login) -> None:
        for at, name in enumerate(("Abel Mora", "Zoe Mora", "Mora Bell", "Morane")):
            create(name, f"h{at}")
        assert self.options_for(login("CRM"), "mora") == ["Mora Bell", "Morane", "Abel Mora", "Zoe Mora"]

    def test_too_many_rows_are_asked_in_steps(
        self, brands: None, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for at, name in enumerate(("Abel Mora", "Mora Bell", "Mora")):
            create(name, f"h{at}")
        monkeypatch.setattr(lookup, "is_large", lambda _model: True)
        for words in ("mora", "Mora"):
            assert self.options_for(login("CRM"), words) == ["Mora", "Mora Bell", "Abel Mora"]

    def test_a_question_that_takes_too_long_is_left(
        self, brands: None, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create("Mora", "h1")
        monkeypatch.setattr(lookup, "with_statement_timeout", lambda *_args, **_more: None)
        assert self.options_for(login("CRM"), "mora") == []

    @pytest.mark.parametrize("words", ["%", "_", "\\", "a" * 300, "a\x00", "::", "(@ada.fox)"])
    def test_any_words_are_answered(self, creator: Creator, login: Login, words: str) -> None:
        answer = login("CRM").get(f"{LINKS}/options/creator_id", query_string={"q": words})
        assert len(answer.json) == (words == "(@ada.fox)")

    def test_a_fan_of_a_large_table_is_found_by_words(self, fan: Fan, login: Login) -> None:
        body = login("Community").get("/socialcommentconsole/options/fan_id?q=tom").json
        assert body == [{"id": fan.id, "text": "Tom N."}]


class TestForms:
    def test_an_incident_chooses_among_what_there_is(self, db: Any, brands: None, login: Login) -> None:
        staff = of_ember(db, login("Security"))
        page = staff.get("/shieldincidentconsole/add").text
        assert '<option selected value="medium">Medium</option>' in page
        assert '<option value="ember">Ember</option>' in page
        assert 'value="velvet"' not in page
        form = {"title": "Odd", "severity": "high", "cluster": "ember", "detail": ""}
        for wrong in ({"severity": "awful"}, {"cluster": "velvet"}):
            assert staff.post("/shieldincidentconsole/add", data=form | wrong).status_code == 200
        assert staff.post("/shieldincidentconsole/add", data=form).status_code == 302
        assert db.execute(select(Incident.severity)).scalar_one() == "high"

    def test_severities_keep_their_words_in_filters(self, login: Login) -> None:
        fields = login("Security").get("/shieldincidentconsole/finding/fields").json
        severity = next(field for field in fields if field["name"] == "severity")
        assert severity["choices"][0] == {"id": "low", "text": "Low"}

    def test_a_text_that_is_empty_by_default_may_stay_empty(
        self, db: Any, brands: None, fan: Fan, login: Login
    ) -> None:
        form = {"name": "Tom", "country": "", "tags": ""}
        assert login("CRM").post(f"/crmfanconsole/edit/{fan.id}", data=form).status_code == 302
        form = consoles["MediaAssetConsole"].edit_form(meta={"csrf": False})
        assert not form.caption.flags.required
        assert form.title.flags.required
        assert Asset.__table__.c.caption.default.arg == ""

    @pytest.mark.parametrize("code", ["XX", "ZZ", "EU", "D1"])
    def test_a_country_must_be_one(self, db: Any, fan: Fan, login: Login, code: str) -> None:
        form = {"name": "Tom", "country": code, "tags": ""}
        assert "is no country" in login("CRM").post(f"/crmfanconsole/edit/{fan.id}", data=form).text
        assert db.get(Fan, fan.id).country == ""

    def test_a_country_that_was_there_before_stays(self, db: Any, fan: Fan) -> None:
        fan.country = "XX"
        service.describe_fan(fan.id, name="Tom", country="XX", tags=["vip"])
        assert db.get(Fan, fan.id).tags == ["vip"]


def test_nothing_is_said_in_the_readers_language(app: Any) -> None:
    for language, text in (("en", "empty"), ("de", "leer"), ("en", "empty")):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            g.pop("_flask_babel", None)
            assert [show(None), badge()("")] == [f'<span class="faint" aria-label="{text}">–</span>'] * 2
            g.pop("_flask_babel", None)
