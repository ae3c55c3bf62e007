"""What pages draw once and use again: the same for everybody it is shown to, and nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g, render_template_string
from flask_appbuilder.security.sqla.models import User
from markupsafe import Markup

from fanzadmin.console import navigation
from fanzadmin.console.data.masks import conceal
from fanzadmin.console.data.rows import Row
from fanzadmin.console.rendering.cells import badge, money, spark
from fanzadmin.console.rendering.row_cells import KEY, RowCells
from fanzadmin.console.rendering.tones import declare_tones, tone_of
from fanzadmin.kernel.web import template_cache

Login = Callable[..., Any]
EVIL = '<script>"&'
ESCAPED = "&lt;script&gt;&#34;&amp;"


def navigation_of(page: str) -> str:
    return page[page.index("data-nav>") : page.index("</nav>", page.index("data-nav>"))]


class TestNavigation:
    def test_shows_what_each_person_may_open(self, db: Any, login: Login) -> None:
        crm, finance = (navigation_of(login(role).get("/").text) for role in ("CRM", "Finance"))
        assert "/crmfanconsole/list/" in crm
        assert "/crmfanconsole/list/" not in finance
        assert "/financepaymentconsole/list/" in finance
        assert "/financepaymentconsole/list/" not in crm

    def test_a_right_taken_away_is_gone_from_the_next_page(self, db: Any, login: Login) -> None:
        staff = login("CRM")
        assert "/crmfanconsole/list/" in navigation_of(staff.get("/").text)
        db.get(User, staff.user_id).roles.clear()
        db.flush()
        assert "/crmfanconsole/list/" not in staff.get("/").text

    def test_marks_the_page_at_hand_and_no_other(self, db: Any, login: Login) -> None:
        staff = login("CRM")
        for page in ("crmfanconsole", "crmcreatorconsole", "crmfanconsole"):
            drawn = navigation_of(staff.get(f"/{page}/list/").text)
            assert drawn.count('aria-current="page"') == 1
            assert f'href="/{page}/list/" aria-current="page"' in drawn

    def test_is_drawn_once_for_all_who_see_the_same(self, db: Any, login: Login) -> None:
        before = navigation._drawn.cache_info().currsize
        for _ in range(3):
            login("CRM").get("/crmfanconsole/list/")
        assert navigation._drawn.cache_info().currsize <= before + 1

    def test_holds_nothing_of_one_answer(self, db: Any, login: Login) -> None:
        page = login("CRM").get("/crmfanconsole/list/").text
        for own in ("nonce", "csrf", "Number "):
            assert own in page
            assert own not in navigation_of(page)


class TestWords:
    def test_are_filled_with_escaped_values(self, app: Flask) -> None:
        with app.test_request_context("/"):
            text = render_template_string(
                "{{ _('Remove the filter on %(column)s', column=value) }}", value=EVIL
            )
            assert text == f"Remove the filter on {ESCAPED}"
            assert render_template_string("{{ _('100 %% of them') }}") == "100 % of them"

    def test_are_kept_for_each_language(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        texts = {"en": "Columns", "de": "Spalten"}
        for language in ("en", "de", "en"):
            with app.test_request_context("/"):
                monkeypatch.setattr(template_cache, "get_locale", lambda language=language: language)
                monkeypatch.setattr(
                    template_cache, "gettext", lambda _text, language=language: texts[language]
                )
                monkeypatch.setitem(template_cache._words, language, {})
                g.pop("words", None)
                assert template_cache.words("Columns") == texts[language]


class TestRowCells:
    def test_escape_what_they_show(self) -> None:
        drawn = RowCells(["name", "note"], {"name": "Name", "note": EVIL}, {}, None)(
            Row({"name": EVIL, "note": EVIL}, None), "1"
        )
        assert drawn == f'<td class="lead">{ESCAPED}</td><td data-label="{ESCAPED}">{ESCAPED}</td>'

    def test_open_the_record_by_its_own_key(self) -> None:
        cells = RowCells(["name"], {}, {}, Markup(f'<a href="/show/{KEY}">'))
        assert [cells(Row({"name": "Ann"}, None), key) for key in ("a/b", "2")] == [
            '<td class="lead"><a href="/show/a%2Fb">Ann</a></td>',
            '<td class="lead"><a href="/show/2">Ann</a></td>',
        ]

    def test_align_numbers_and_keep_masks(self, app: Flask) -> None:
        with app.test_request_context("/"):
            drawn = RowCells(["x", "minor", "n", "name"], {}, {"minor": money("minor", "USD")}, None)(
                Row({"x": "x", "minor": 1999, "n": 3, "name": conceal("Ann", "name")}, None), "1"
            )
        assert drawn.count('class="num">') == 3  # two cells, and the span of the plain number
        assert "$19.99" in drawn
        assert 'class="concealed" title="Personal data: masked">A•••</span>' in drawn


def test_a_spark_runs_from_corner_to_corner() -> None:
    assert spark([0, 5, 10]) == "0.0,22.0 50.0,12.0 100.0,2.0"
    assert spark([3]) == "0.0,22.0"


class TestTones:
    def test_are_those_that_a_system_declares(self, app: Flask) -> None:
        assert [tone_of(word) for word in ("past_due", "Past due", "quarantined", "done")] == [
            "warn",
            "warn",
            "bad",
            "good",
        ]
        assert tone_of("archived") == ""

    def test_a_word_has_one_tone_but_where_a_badge_gives_its_own(self, app: Flask) -> None:
        with pytest.raises(ValueError, match="done"):
            declare_tones({"done": "bad"})
        with app.test_request_context():
            assert "badge-bad" in badge({"done": "bad"})("done")
