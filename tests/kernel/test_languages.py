"""The reader's language: who is shown which, what is translated, and how amounts and days are written."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask, g
from flask.testing import FlaskClient

from fanzadmin import catalogues
from fanzadmin.console.registry import consoles
from fanzadmin.console.rendering import cells
from fanzadmin.crm.creators.models import CreatorState
from fanzadmin.kernel.i18n import languages

Login = Callable[..., Any]
OTHERS = sorted(languages.LANGUAGES.keys() - {languages.SOURCE})


def translated(language: str, message: str, context: str | None = None) -> str:
    response = languages.catalogue(language).get(message, context)
    assert response is not None
    return str(response.string)


def keys_of(path: Path, language: str) -> list[tuple[str, str | None]]:
    with path.open("rb") as file:
        return [
            (str(message.id), message.context) for message in read_po(file, locale=language) if message.id
        ]


@pytest.fixture(autouse=True)
def each_asks_anew(app: Flask) -> Iterator[None]:
    """Tests share one application context, in which Flask-Babel and the words of templates keep the language."""

    def forget() -> None:
        g.pop("_flask_babel", None)
        g.pop("words", None)

    app.before_request_funcs.setdefault(None, []).insert(0, forget)
    yield
    app.before_request_funcs[None].remove(forget)
    if g:
        forget()


@pytest.fixture
def reading(app: Flask) -> Callable[[str], Any]:
    """A request whose browser asks for a language."""
    return lambda language: app.test_request_context("/", headers={"Accept-Language": language})


class TestChoice:
    @pytest.mark.parametrize(
        ("asked", "got"),
        [("de", "de"), ("pt-BR,pt;q=0.9", "pt"), ("it,fr;q=0.5,en;q=0.4", "fr"), ("ja", "en"), ("", "en"), ("*;q=", "en")],
    )  # fmt: skip
    def test_is_the_best_that_the_browser_asks_for(self, client: FlaskClient, asked: str, got: str) -> None:
        page = client.get("/login/", headers={"Accept-Language": asked}).text
        assert f'<html lang="{got}"' in page

    def test_what_was_picked_wins_and_stays(self, client: FlaskClient) -> None:
        answer = client.get("/lang/de?next=/login/?next=/portal/", headers={"Accept-Language": "fr"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/login/?next=/portal/")
        assert '<html lang="de"' in client.get("/login/", headers={"Accept-Language": "fr"}).text

    @pytest.mark.parametrize("evil", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:1"])
    def test_leads_nowhere_else(self, client: FlaskClient, evil: str) -> None:
        assert client.get("/lang/de", query_string={"next": evil}).headers["Location"] == "/"

    @pytest.mark.parametrize("unknown", ["xx", "de_DE", "..", "%00"])
    def test_knows_no_other_languages(self, client: FlaskClient, unknown: str) -> None:
        answer = client.get(f"/lang/{unknown}")
        assert answer.status_code == 404
        assert client.get_cookie("language") is None

    def test_a_forged_cookie_is_nobodys_choice(self, client: FlaskClient) -> None:
        client.set_cookie("language", "xx")
        assert '<html lang="en"' in client.get("/login/").text

    def test_every_page_offers_each_language_by_its_own_name(self, login: Login) -> None:
        page = login("CRM").get("/crmfanconsole/list/?q=country:any:US").text
        for code, own in languages.LANGUAGES.items():
            assert f'hreflang="{code}"' in page
            assert f">{own}</a>" in page
        assert "/lang/de?next=/crmfanconsole/list/?q%3Dcountry:any:US" in page


class TestPages:
    @pytest.mark.parametrize("language", OTHERS)
    def test_declared_texts_are_translated_where_they_are_drawn(self, login: Login, language: str) -> None:
        page = login("CRM").get("/crmcreatorconsole/list/", headers={"Accept-Language": language}).text
        for text in ("Creators", "Subscribers", "Applications", "Export", "Filter"):
            assert translated(language, text) in page

    @pytest.mark.parametrize("language", OTHERS)
    def test_every_list_can_be_drawn(self, login: Login, language: str) -> None:
        admin = login("Admin")
        for console in consoles.values():
            answer = admin.get(f"{console.route_base}/list/", headers={"Accept-Language": language})
            assert (console.endpoint, answer.status_code) == (console.endpoint, 200)

    @pytest.mark.parametrize("language", OTHERS)
    def test_forms_have_their_labels(self, login: Login, language: str) -> None:
        page = login("CRM").get("/crmnoteconsole/add", headers={"Accept-Language": language}).text
        for text in ("New note", "Choose a creator or a fan, not both.", "Pinned", "Save"):
            assert translated(language, text) in page

    def test_one_readers_language_is_not_the_next_ones(self, login: Login) -> None:
        staff = login("CRM")
        for language in ("de", "en", "fr", "en"):
            page = staff.get("/crmfanconsole/list/", headers={"Accept-Language": language}).text
            text = "Columns" if language == "en" else translated(language, "Columns")
            assert f"<span>{text}</span>" in page
            assert ("<span>Columns</span>" in page) == (language == "en")

    @pytest.mark.parametrize("language", OTHERS)
    def test_a_refusal_is_said_in_the_language_of_whoever_asked(
        self, client: FlaskClient, language: str
    ) -> None:
        answer = client.get("/api/v1/crm/creators", headers={"Accept-Language": language})
        assert answer.status_code == 401
        assert answer.json is not None
        assert answer.json["title"] == translated(language, "Sign in first")


class TestWords:
    @pytest.mark.parametrize("language", OTHERS)
    def test_of_states_have_a_context_of_their_own(
        self, reading: Callable[[str], Any], language: str
    ) -> None:
        with reading(language):
            drawn = str(cells.status(CreatorState.SUSPENDED))
            assert translated(language, "Suspended", languages.STATE) in drawn

    def test_of_data_are_nobodys_to_translate(self, reading: Callable[[str], Any]) -> None:
        with reading("de"):
            assert "Open" in str(cells.show(["open"], brief=True))

    @pytest.mark.parametrize("language", OTHERS)
    def test_of_scripts_are_kept_until_they_change(self, client: FlaskClient, language: str) -> None:
        page = client.get("/login/", headers={"Accept-Language": language}).text
        address = page[page.index("/words/") :].split('"')[0]
        answer = client.get(address)
        assert answer.mimetype == "text/javascript"
        assert "immutable" in answer.headers["Cache-Control"]
        assert translated(language, "Cancelled") in answer.text
        assert "immutable" not in client.get(address.split("?")[0]).headers["Cache-Control"]

    @pytest.mark.parametrize("unknown", ["en", "xx"])
    def test_of_scripts_exist_for_no_other_language(self, client: FlaskClient, unknown: str) -> None:
        assert client.get(f"/words/{unknown}.js").status_code == 404

    def test_outside_a_request_are_english(self, app: Flask) -> None:
        with app.app_context():
            g.pop("_flask_babel", None)
            assert languages.translate("Fans") == "Fans"
            assert languages.money_text(1999, "USD") == "$19.99"


class TestFigures:
    @pytest.mark.parametrize(
        ("language", "amount", "number", "day"),
        [
            ("en", "$1,234.50", "1,234,567", "26 Nov 2026"),
            ("de", "1.234,50\xa0$", "1.234.567", "26.11.2026"),
            ("es", "1.234,50\xa0US$", "1.234.567", "26 nov 2026"),
            ("fr", "1\u202f234,50\xa0$US", "1\u202f234\u202f567", "26 nov. 2026"),
            ("pt", "US$\xa01.234,50", "1.234.567", "26 de nov. de 2026"),
        ],
    )
    def test_are_written_as_the_reader_writes_them(
        self, reading: Callable[[str], Any], language: str, amount: str, number: str, day: str
    ) -> None:
        with reading(language):
            assert languages.money_text(123450, "USD") == amount
            assert languages.number_text(1234567) == number
            assert languages.day_text(date(2026, 11, 26)) == day


class TestCatalogues:
    @pytest.mark.parametrize(
        ("places", "domain"),
        [
            (["fanzadmin/finance/payouts/service.py", "fanzadmin/finance/ledger/models.py"], "finance"),
            (["fanzadmin/contracts/media.py", "jobs/media.py", "fanzadmin/media/assets/api.py"], "media"),
            (["fanzadmin/templates/portal/home.html", "fanzadmin/static/js/portal/upload.js"], "portal"),
            (["fanzadmin/templates/appbuilder/base.html", "fanzadmin/console/tray.py"], "console"),
            (["dashboards/finance.py", "fanzadmin/templates/boards/board.html"], "dashboards"),
            (["fanzadmin/static/js/fan.js", "fanzadmin/static/js/rows.js"], "scripts"),
            (["fanzadmin/templates/layouts/base.html"], "common"),
            (["fanzadmin/templates/home.html"], "common"),
            (["fanzadmin/finance/payouts/service.py", "fanzadmin/crm/fans/console.py"], "common"),
        ],
    )
    def test_belong_to_the_only_system_that_says_a_message(self, places: list[str], domain: str) -> None:
        assert catalogues.domain_of(places) == domain

    def test_hold_each_message_once(self) -> None:
        for language in OTHERS:
            keys = [key for path in languages.catalogue_files(language) for key in keys_of(path, language)]
            assert [key for key, count in Counter(keys).items() if count > 1] == []

    def test_hold_all_that_is_said_and_nothing_else(self, app: Flask) -> None:
        with app.app_context():
            assert list(catalogues.problems()) == []

    @pytest.mark.parametrize(
        ("message", "translation", "problem"),
        [
            ("Save", "", "is not translated"),
            ("Hello %(name)s", "Hallo", "other placeholders"),
            ("Hello %(name)s", "Hallo %(nome)s", "other placeholders"),
            (("%(num)s row of %(all)s", "%(num)s rows of %(all)s"), ("eine Zeile", "%(num)s Zeilen von %(all)s"), "other placeholders"),
            ("Save", 'Speichern" onclick="', "a sign that ends"),
            ("and ", "und", "another space"),
        ],
    )  # fmt: skip
    def test_a_translation_that_does_not_fit_is_told(
        self, message: Any, translation: Any, problem: str
    ) -> None:
        held = Catalog(locale="de")
        result = held.add(message, translation)
        assert any(problem in fault for fault in catalogues._faults(result))

    def test_a_plural_needs_no_number_for_one(self) -> None:
        result = Catalog(locale="de").add(("%(num)s row", "%(num)s rows"), ("eine Zeile", "%(num)s Zeilen"))
        assert list(catalogues._faults(result)) == []
