"""REST of BioLinkHub, and the wrong person at every door."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.biolink import service
from fanzadmin.kernel.ids import new_id

API = "/api/v1/biolink"
DOORS = (("patch", "/page"), ("post", "/links"), ("get", "/page"), ("get", "/links"))
BODIES = {"patch": {"title": "x"}, "post": {"target": "https://example.com/"}}


class TestThePublicPage:
    def test_is_there_for_everybody(self, client: FlaskClient, creator: Any) -> None:
        service.open_page(creator.id)
        service.list_item(new_id(), creator_id=creator.id, title="Sunset")
        answer = client.get(f"{API}/pages/{creator.handle}")
        assert answer.status_code == 200
        assert answer.json["blocks"][0]["title"] == "Sunset"
        assert "clicks" not in answer.json["blocks"][0]

    def test_is_a_problem_where_there_is_none(self, client: FlaskClient, people: Any) -> None:
        answer = client.get(f"{API}/pages/nobody")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


class TestTheOwnPage:
    def test_is_shown_and_changed(self, signed_in: Callable[..., Any]) -> None:
        client, card = signed_in()
        blocks = [{"kind": "text", "title": "Hello"}]
        answer = client.patch(f"{API}/page", json={"title": "Mia", "blocks": blocks})
        assert answer.status_code == 200, answer.json
        assert client.get(f"{API}/page").json["blocks"][0]["title"] == "Hello"
        assert client.get(f"{API}/page").json["handle"] == card.handle

    def test_says_what_is_wrong_with_a_change(self, signed_in: Callable[..., Any]) -> None:
        client, _ = signed_in()
        answer = client.patch(
            f"{API}/page", json={"blocks": [{"kind": "link", "title": "x", "url": "javascript:x"}]}
        )
        assert (answer.status_code, answer.json["title"]) == (
            422,
            "This address cannot be the target of a link",
        )


class TestLinks:
    def test_are_made_listed_and_retired(self, signed_in: Callable[..., Any]) -> None:
        client, _ = signed_in()
        response = client.post(f"{API}/links", json={"target": "https://example.com/", "slug": "summer"})
        assert (response.status_code, response.json["path"]) == (201, "/l/summer")
        assert [link["slug"] for link in client.get(f"{API}/links").json["items"]] == ["summer"]
        assert client.delete(f"{API}/links/{response.json['id']}").status_code == 204
        assert client.get(f"{API}/links/{response.json['id']}").json["state"] == "retired"

    def test_are_made_once_for_one_idempotency_key(self, signed_in: Callable[..., Any]) -> None:
        client, _ = signed_in()
        body, headers = {"target": "https://example.com/"}, {"Idempotency-Key": "k"}
        first, second = (client.post(f"{API}/links", json=body, headers=headers).json for _ in range(2))
        assert first["slug"] == second["slug"]
        assert len(client.get(f"{API}/links").json["items"]) == 1

    def test_are_changed_and_keep_their_name_and_clicks(self, db: Any, signed_in: Callable[..., Any]) -> None:
        client, card = signed_in()
        link = service.create_link(card.id, target="https://old.example/", title="Shop", slug="printed")
        service.count_click(link.id)
        db().commit_transaction()
        db.expire_all()
        answer = client.patch(f"{API}/links/{link.id}", json={"target": "mailto:mia@example.com"})
        assert answer.status_code == 200, answer.json
        assert {name: answer.json[name] for name in ("slug", "target", "title", "clicks", "is_broken")} == {
            "slug": "printed", "target": "mailto:mia@example.com", "title": "Shop", "clicks": 1, "is_broken": False,
        }  # fmt: skip
        refused = client.patch(f"{API}/links/{link.id}", json={"target": "/@nobody"})
        assert (refused.status_code, refused.json["detail"]) == (422, "There is no page @nobody.")

    def test_of_a_block_keep_their_name_when_the_block_leads_elsewhere(
        self, signed_in: Callable[..., Any]
    ) -> None:
        client, _ = signed_in()
        block = {"kind": "link", "title": "Shop", "url": "https://old.example/"}
        before = client.patch(f"{API}/page", json={"blocks": [block]}).json["blocks"][0]
        block = {"id": before["id"], "title": "New shop", "url": "https://new.example/"}
        after = client.patch(f"{API}/page", json={"blocks": [block]}).json["blocks"][0]
        assert (after["link_path"], after["id"]) == (before["link_path"], before["id"])
        assert service.follow_link(after["link_path"][3:]).url == "https://new.example/"

    def test_show_their_clicks(self, signed_in: Callable[..., Any], visit: Any) -> None:
        client, card = signed_in()
        link = service.create_link(card.id, target="https://example.com/")
        service.record_click(service.follow_link(link.slug), visit(CF_IPCountry="DE"))
        answer = client.get(f"{API}/links/{link.id}/clicks?days=7").json
        assert len(answer["days"]) == 7
        assert answer["days"][-1]["people"] == 1
        assert answer["countries"] == [{"name": "DE", "people": 1, "visits": 1}]


class TestTheWrongPerson:
    @pytest.mark.parametrize(("method", "path"), DOORS)
    def test_who_is_nobody_is_asked_to_sign_in(
        self, client: FlaskClient, people: Any, method: str, path: str
    ) -> None:
        assert client.open(f"{API}{path}", method=method.upper(), json=BODIES.get(method)).status_code == 401

    @pytest.mark.parametrize("role", ["Fan", "CRM", "Finance", "Manager"])
    @pytest.mark.parametrize("door", DOORS)
    def test_who_is_no_creator_is_refused(
        self, login: Callable[..., FlaskClient], people: Any, role: str, door: tuple[str, str]
    ) -> None:
        method, path = door
        answer = login(role).open(f"{API}{path}", method=method.upper(), json=BODIES.get(method))
        assert answer.status_code == 403

    def test_who_has_the_role_but_is_no_creator_is_refused(
        self, login: Callable[..., FlaskClient], people: Any
    ) -> None:
        assert login("Creator").get(f"{API}/page").status_code == 403

    def test_who_is_the_neighbour_finds_nothing(self, db: Any, signed_in: Callable[..., Any]) -> None:
        _, card = signed_in()
        neighbour, _ = signed_in()
        link = service.create_link(card.id, target="https://example.com/")
        db().commit_transaction()
        for path in (f"/links/{link.id}", f"/links/{link.id}/clicks"):
            assert neighbour.get(f"{API}{path}").status_code == 404
        assert neighbour.delete(f"{API}/links/{link.id}").status_code == 404
        assert (
            neighbour.patch(f"{API}/links/{link.id}", json={"target": "https://x.example/"}).status_code
            == 404
        )
        assert neighbour.get(f"{API}/links").json["items"] == []

    def test_who_comes_without_a_token_of_the_page_changes_nothing(
        self, signed_in: Callable[..., Any]
    ) -> None:
        client, _ = signed_in()
        answer = client.post(
            f"{API}/links", json={"target": "https://example.com/"}, headers={"X-CSRFToken": ""}
        )
        assert answer.status_code == 400
