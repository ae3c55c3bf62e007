"""The redirect: quick, counted, never a trap."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fanzadmin.biolink import service as biolink
from fanzadmin.biolink.visits.models import Click
from tests.public.conftest import GOOGLE, with_agent


def count(db: Any) -> int:
    return int(db.execute(select(func.count()).select_from(Click)).scalar_one())


class TestFollowing:
    def test_leads_on_and_is_not_kept_by_anybody(self, visitor: FlaskClient, db: Any, mia: Any) -> None:
        link = biolink.create_link(mia.id, target="https://example.com/x?y=1")
        answer = visitor.get(f"/l/{link.slug}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.com/x?y=1")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Set-Cookie" not in answer.headers
        assert count(db) == 1

    def test_forgives_capitals_and_the_full_stop_of_a_sentence(self, visitor: FlaskClient, mia: Any) -> None:
        link = biolink.create_link(mia.id, target="https://example.com/", slug="summer")
        assert visitor.get(f"/l/{link.slug.upper()}.").status_code == 302

    def test_forgives_a_slash_at_its_end(self, visitor: FlaskClient, db: Any, mia: Any) -> None:
        link = biolink.create_link(mia.id, target="https://example.com/")
        answer = visitor.get(f"/l/{link.slug}/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.com/")
        assert count(db) == 1

    def test_passes_on_what_the_visitor_brings_and_never_leads_elsewhere(
        self, visitor: FlaskClient, mia: Any
    ) -> None:
        link = biolink.create_link(mia.id, target="https://example.com/?utm_source=card")
        for query, brought in (
            ("?a=1&utm_source=ig", "&a=1"),
            ("?next=//evil.example", "&next=//evil.example"),
            ("?%0d%0aLocation:x", "&%0d%0aLocation:x"),
            ("?", ""),
        ):
            answer = visitor.get(f"/l/{link.slug}{query}")
            assert answer.headers["Location"] == f"https://example.com/?utm_source=card{brought}"
            assert "#" not in answer.headers["Location"]  # the browser keeps the visitor's own fragment then

    def test_leads_to_a_mail_a_call_and_a_text_which_are_counted(
        self, visitor: FlaskClient, db: Any, mia: Any
    ) -> None:
        for target in ("mailto:mia@example.com?subject=Hi", "tel:+15551234567", "sms:+15551234567?body=Hi"):
            link = biolink.create_link(mia.id, target=target)
            answer = visitor.get(f"/l/{link.slug}?bcc=spy@example.com")
            assert (answer.status_code, answer.headers["Location"]) == (302, target)
        assert count(db) == 3

    def test_does_not_count_looking_ahead(self, visitor: FlaskClient, db: Any, mia: Any) -> None:
        link = biolink.create_link(mia.id, target="https://example.com/")
        assert visitor.head(f"/l/{link.slug}").status_code == 302
        assert visitor.get(f"/l/{link.slug}", headers={"Sec-Purpose": "prefetch"}).status_code == 302
        assert count(db) == 0

    def test_counts_a_bot_apart(self, app: Flask, db: Any, mia: Any) -> None:
        link = biolink.create_link(mia.id, target="https://example.com/")
        assert with_agent(app.test_client(), GOOGLE).get(f"/l/{link.slug}").status_code == 302
        assert db.execute(select(Click.bot_reason)).scalar_one() == "search-engine"

    def test_of_an_item_leads_to_its_player(
        self, visitor: FlaskClient, mia: Any, publish: Callable[..., str]
    ) -> None:
        asset_id = publish(mia)
        page = visitor.get(f"/api/v1/biolink/pages/{mia.handle}").json
        assert visitor.get(page["blocks"][0]["link_path"]).headers["Location"] == f"/watch/{asset_id}"

    def test_of_nothing_says_so_kindly(self, visitor: FlaskClient, town: Any) -> None:
        answer = visitor.get("/l/nothing-here", headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "Look at its spelling" in answer.text

    def test_of_an_ended_link_says_gone(self, visitor: FlaskClient, db: Any, mia: Any) -> None:
        link = biolink.create_link(mia.id, target="https://example.com/")
        biolink.retire_link(link)
        db().commit_transaction()
        answer = visitor.get(f"/l/{link.slug}", headers={"Accept": "text/html"})
        assert answer.status_code == 410
        assert "This link has ended" in answer.text
        assert count(db) == 0
