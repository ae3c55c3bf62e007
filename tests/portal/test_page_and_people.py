"""The page editor, short links, people and their records."""

from datetime import timedelta
from typing import Any

import pytest

from fanzadmin.biolink import queries as biolink
from fanzadmin.compliance import queries as records
from fanzadmin.kernel import clock
from tests.portal.conftest import Person

HEAD = {"title": "Mia", "about": "Hello", "theme": "ocean"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def rows(*blocks: tuple[str, str, str, str]) -> dict[str, Any]:
    """The form's rows: (key, kind, title, url), all of them shown."""
    form: dict[str, Any] = {"row": [key for key, *_ in blocks]}
    for key, kind, title, url in blocks:
        form |= {f"kind:{key}": kind, f"title:{key}": title, f"url:{key}": url, f"visible:{key}": "yes"}
    return form


class TestThePage:
    def test_is_saved_with_its_blocks_in_order(self, mia: Person) -> None:
        blocks = rows(("new-1", "heading", "Mine", ""), ("new-2", "link", "Shop", "https://shop.example/"))
        assert mia.post("/page", data=HEAD | blocks | {"do": "save"}).status_code == 303
        page = biolink.required_own_page(mia.id)
        assert (page.title, page.theme) == ("Mia", "ocean")
        assert [(block.kind, block.title) for block in page.blocks] == [("heading", "Mine"), ("link", "Shop")]

    def test_hides_a_block_whose_switch_is_off(self, mia: Person) -> None:
        blocks = rows(("new-1", "text", "Words", ""))
        del blocks["visible:new-1"]
        mia.post("/page", data=HEAD | blocks | {"do": "save"})
        assert not biolink.required_own_page(mia.id).blocks[0].visible

    def test_says_beside_each_field_what_is_wrong_and_keeps_all(self, mia: Person) -> None:
        blocks = rows(("new-1", "link", "Shop", "javascript:alert(1)"), ("new-2", "heading", "", ""))
        answer = mia.post("/page", data=HEAD | blocks | {"title": "", "do": "save"})
        assert answer.status_code == 422
        assert "The title may have 1 to 80 characters" in answer.text
        assert "must begin with https://" in answer.text
        assert "Give it 1 to 80 characters." in answer.text
        assert 'value="Shop"' in answer.text
        assert not biolink.required_own_page(mia.id).blocks

    @pytest.mark.parametrize("wish", ["up:new-2", "down:new-1"])
    def test_moves_a_block_without_scripts_and_without_saving(self, mia: Person, wish: str) -> None:
        blocks = rows(("new-1", "heading", "One", ""), ("new-2", "heading", "Two", ""))
        text = mia.post("/page", data=HEAD | blocks | {"do": wish}).text
        assert text.index('value="Two"') < text.index('value="One"')
        assert not biolink.required_own_page(mia.id).blocks

    def test_adds_and_drops_a_block_without_scripts(self, mia: Person) -> None:
        blocks = rows(("new-1", "heading", "One", ""))
        assert 'value="One"' not in mia.post("/page", data=HEAD | blocks | {"do": "drop:new-1"}).text
        assert "What the button says" in mia.post("/page", data=HEAD | blocks | {"do": "add:link"}).text

    def test_leaves_out_a_block_of_the_neighbour(self, mia: Person, zoe: Person) -> None:
        zoe.post("/page", data=HEAD | rows(("new-1", "heading", "Zoe's", "")) | {"do": "save"})
        theirs = biolink.required_own_page(zoe.id).blocks[0].id
        mia.post("/page", data=HEAD | rows((theirs, "heading", "Mine now", "")) | {"do": "save"})
        assert biolink.required_own_page(zoe.id).blocks[0].title == "Zoe's"
        assert not biolink.required_own_page(mia.id).blocks


class TestShortLinks:
    def test_are_made_and_ended(self, mia: Person) -> None:
        response = mia.post("/page/links", data={"target": "https://example.com/", "slug": "mia-test-shop"})
        assert response.status_code == 303
        link = biolink.links_of(mia.id)[0]
        assert link.path == "/l/mia-test-shop"
        assert mia.post(f"/page/links/{link.id}/end").status_code == 303
        assert biolink.links_of(mia.id)[0].state == "retired"

    def test_lead_elsewhere_and_keep_name_and_clicks(self, mia: Person) -> None:
        mia.post("/page/links", data={"target": "https://old.example/", "slug": "mia-printed"})
        link = biolink.links_of(mia.id)[0]
        page = mia.get(f"/page/links/{link.id}").text
        assert "https://old.example/" in page
        assert "/l/mia-printed/qr.svg" in page
        changed = mia.post(f"/page/links/{link.id}", data={"target": "tel:+1 555 123 4567", "title": "Call"})
        assert changed.location == f"/portal/page/links/{link.id}"
        after = biolink.links_of(mia.id)[0]
        assert (after.path, after.target, after.title) == ("/l/mia-printed", "tel:+15551234567", "Call")

    def test_say_beside_the_field_why_they_cannot_lead_there(self, mia: Person) -> None:
        mia.post("/page/links", data={"target": "https://old.example/", "slug": "mia-stays"})
        link = biolink.links_of(mia.id)[0]
        answer = mia.post(f"/page/links/{link.id}", data={"target": "/@nobody", "title": "Typed"})
        assert answer.status_code == 422
        assert "There is no page @nobody." in answer.text
        assert 'value="Typed"' in answer.text
        assert biolink.links_of(mia.id)[0].target == "https://old.example/"

    def test_of_the_neighbour_are_not_found(self, mia: Person, zoe: Person) -> None:
        zoe.post("/page/links", data={"target": "https://old.example/", "slug": "zoe-own"})
        link = biolink.links_of(zoe.id)[0]
        assert mia.get(f"/page/links/{link.id}").status_code == 404
        assert mia.post(f"/page/links/{link.id}", data={"target": "https://x.example/"}).status_code == 404

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"target": "ftp://example.com", "title": "Shop"}, "must begin with https://"),
            ({"target": "https://example.com/", "title": "Shop", "slug": "admin"}, "kept for the platform"),
        ],
    )
    def test_keep_what_was_typed_beside_the_error(
        self, mia: Person, form: dict[str, str], sentence: str
    ) -> None:
        answer = mia.post("/page/links", data=form)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert 'value="Shop"' in answer.text


class TestPeople:
    def test_a_record_is_opened(self, mia: Person) -> None:
        form = {"stage_name": "Lena", "legal_name": "Lena Lark", "born_on": "1990-05-05"}
        answer = mia.post("/people", data=form)
        record = records.records_of(mia.id)[0]
        assert answer.location == f"/portal/people/{record.id}"
        assert "Lena Lark" in mia.browser.get(answer.location).text

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"legal_name": "Lena"}, "full legal name"),
            ({"born_on": "soon"}, "Give a date."),
            ({"born_on": "1800-01-01"}, "date of birth cannot be right"),
            ({"stage_name": ""}, "This is needed."),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(
        self, mia: Person, wrong: dict[str, str], sentence: str
    ) -> None:
        form = {"stage_name": "Lena", "legal_name": "Lena Lark", "born_on": "1990-05-05"} | wrong
        answer = mia.post("/people", data=form)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert not records.records_of(mia.id)

    def test_somebody_younger_than_eighteen_is_refused(self, mia: Person) -> None:
        born = (clock.now() - timedelta(days=365 * 17)).date().isoformat()
        mia.post("/people", data={"stage_name": "Kid", "legal_name": "Too Young", "born_on": born})
        assert records.records_of(mia.id)[0].state == "rejected"

    def test_the_own_record_is_opened_once(self, mia: Person) -> None:
        form = {"stage_name": "Mia", "legal_name": "Mia Stone", "born_on": "1990-05-05", "is_self": "yes"}
        mia.post("/people", data=form)
        assert "Your own record exists already." in mia.post("/people", data=form).text

    def test_a_document_makes_the_record_wait_for_compliance(self, mia: Person) -> None:
        import io

        mia.post("/people", data={"stage_name": "Lena", "legal_name": "Lena Lark", "born_on": "1990-05-05"})
        key = records.records_of(mia.id)[0].id
        until = (clock.now() + timedelta(days=900)).date().isoformat()
        form: dict[str, Any] = {
            "kind": "passport",
            "country": "US",
            "number": "X1234567",
            "expires_on": until,
        }
        wrong = mia.post(f"/people/{key}/documents", data=form)
        assert wrong.status_code == 422
        assert "Choose a photograph" in wrong.text
        assert 'value="X1234567"' in wrong.text
        sent = mia.post(f"/people/{key}/documents", data=form | {"copy": (io.BytesIO(PNG), "id.png")})
        assert sent.status_code == 303
        assert records.record_of(key, creator_id=mia.id).state == "pending"

    def test_another_name_is_noted(self, mia: Person) -> None:
        mia.post("/people", data={"stage_name": "Lena", "legal_name": "Lena Lark", "born_on": "1990-05-05"})
        key = records.records_of(mia.id)[0].id
        assert mia.post(f"/people/{key}/aliases", data={"name": "", "kind": "stage"}).status_code == 422
        assert mia.post(f"/people/{key}/aliases", data={"name": "Lulu", "kind": "stage"}).status_code == 303
        assert records.record_of(key, creator_id=mia.id).aliases == ("Lena", "Lulu")
