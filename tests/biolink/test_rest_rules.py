"""What the kernel's Blueprint does for every resource, seen at the own page and links."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from fanzadmin.kernel.db import session
from fanzadmin.kernel.web.idempotency import IdempotentAnswer

PAGE, LINKS = "/api/v1/biolink/page", "/api/v1/biolink/links"
LINK = {"target": "https://example.com/", "title": "Mine"}

SignedIn = Callable[[], tuple[FlaskClient, Any]]


class TestIdempotencyKey:
    def test_the_same_write_twice_is_done_once(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        first, second = (client.post(LINKS, json=LINK, headers={"Idempotency-Key": "k1"}) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert second.json == first.json
        assert second.headers["Idempotency-Replayed"] == "true"
        assert len(client.get(LINKS).json["items"]) == 1

    def test_the_answer_is_the_first_one_with_its_address(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        first, second = (client.post(LINKS, json=LINK, headers={"Idempotency-Key": "k1"}) for _ in range(2))
        assert first.headers.get("Location") == second.headers.get("Location")
        assert first.content_type == second.content_type

    def test_what_is_kept_of_it_cannot_be_read(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        client.post(LINKS, json=LINK | {"title": "Secret"}, headers={"Idempotency-Key": "my-own-key"})
        claim = session.query(IdempotentAnswer).one()
        assert claim.answer
        assert b"Secret" not in claim.answer
        assert "my-own-key" not in claim.key

    def test_every_method_that_writes_takes_one(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        for title in ("One", "Two"):
            answer = client.patch(PAGE, json={"title": title}, headers={"Idempotency-Key": title})
            assert answer.json["title"] == title
        again = client.patch(PAGE, json={"title": "One"}, headers={"Idempotency-Key": "One"})
        assert (again.json["title"], client.get(PAGE).json["title"]) == ("One", "Two")

    def test_another_request_with_the_key_is_refused(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        client.patch(PAGE, json={"title": "One"}, headers={"Idempotency-Key": "k"})
        other = client.patch(PAGE, json={"title": "Two"}, headers={"Idempotency-Key": "k"})
        assert (other.status_code, other.json["type"]) == (422, "/problems/kernel/key-reused")

    def test_the_answer_to_somebody_who_is_not_signed_in_is_not_kept(self, client: FlaskClient) -> None:
        wrong = {"username": "nobody", "password": "x"}
        answers = [
            client.post("/api/v1/security/login", json=wrong, headers={"Idempotency-Key": "k"})
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [401, 401]
        assert "Idempotency-Replayed" not in answers[1].headers


class TestTags:
    def test_a_record_that_the_client_holds_is_not_sent_again(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        held = client.get(PAGE)
        again = client.get(PAGE, headers={"If-None-Match": held.headers["ETag"]})
        assert (held.status_code, again.status_code, again.data) == (200, 304, b"")

    def test_a_write_over_the_version_that_was_read_is_done(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        held = client.get(PAGE).headers["ETag"]
        written = client.patch(PAGE, json={"title": "New"}, headers={"If-Match": held})
        assert (written.status_code, written.json["title"]) == (200, "New")
        assert written.headers["ETag"] == client.get(PAGE).headers["ETag"] != held

    def test_a_write_over_a_newer_version_is_refused(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        held = client.get(PAGE).headers["ETag"]
        client.patch(PAGE, json={"title": "By another"})
        refused = client.patch(PAGE, json={"title": "Mine"}, headers={"If-Match": held})
        assert (refused.status_code, refused.mimetype) == (412, "application/problem+json")
        assert refused.json["type"] == "/problems/kernel/record-changed"
        assert client.get(PAGE).json["title"] == "By another"

    def test_a_delete_asks_too(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        link = client.post(LINKS, json=LINK).json["id"]
        refused = client.delete(f"{LINKS}/{link}", headers={"If-Match": '"other"'})
        held = client.get(f"{LINKS}/{link}").headers["ETag"]
        ended = client.delete(f"{LINKS}/{link}", headers={"If-Match": held})
        assert (refused.status_code, ended.status_code) == (412, 204)

    def test_a_write_without_a_tag_is_not_asked_for_one(self, signed_in: SignedIn) -> None:
        client, _ = signed_in()
        assert client.patch(PAGE, json={"title": "New"}).status_code == 200


class TestWithoutAToken:
    def test_a_program_is_told_how_to_sign_in(self, client: FlaskClient) -> None:
        answer = client.get(PAGE)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="fanz"'

    def test_a_token_that_is_not_valid_is_answered_in_the_same_way(self, client: FlaskClient) -> None:
        answer = client.get(PAGE, headers={"Authorization": "Bearer nonsense"})
        assert (answer.status_code, answer.json["type"]) == (401, "/problems/security/token-refused")
        assert "WWW-Authenticate" in answer.headers
