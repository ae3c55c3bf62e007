"""What a creator (or somebody with a creator's password) may try to upload, sent to the REST API, carried through
every system: each ends in a sentence for the person, a problem for the program, and nothing that can be played."""

from __future__ import annotations

import hashlib
import io
import mimetypes
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.kernel import storage
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.db import transaction
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import get_storage
from fanzadmin.shield import service as shield
from tests import people
from tests.flows.carrier import carry_all
from tests.shield import samples

URL = "/api/v1/media/assets"
Login = Callable[..., FlaskClient]


@pytest.fixture
def users(app: Any, db: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    monkeypatch.setattr(storage, "_storage", storage.Storage(f"file://{tmp_path}/objects"))
    return people.move_in()


@pytest.fixture
def mia(users: dict[str, int], login: Login) -> FlaskClient:
    return login(user_id=users["mia"])


def send(mia: FlaskClient, content: bytes, *, key: str = "", **said: Any) -> Any:
    query = {"title": "Sunset", "filename": "sunset.mp4"} | said
    headers = {"Idempotency-Key": key or new_id()}
    kind = mimetypes.guess_type(query["filename"])[0]
    return mia.post(URL, query_string=query, data=content, content_type=kind, headers=headers)


def after_all(mia: FlaskClient, content: bytes, **said: Any) -> dict[str, Any]:
    """The asset as its creator sees it when everybody is done with it."""
    answer = send(mia, content, **said)
    assert answer.status_code == 201, answer.json
    carry_all()
    body: dict[str, Any] = mia.get(f"{URL}/{answer.json['id']}").json
    return body


def objects() -> list[str]:
    return [meta.key for meta in get_storage().list_objects("uploads/")]


def assert_problem(answer: Any, status: int, kind: str, sentence: str, *, system: str = "media") -> None:
    """RFC 9457, with a sentence a person can do something with."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json["type"] == f"/problems/{system}/{kind}"
    assert sentence in answer.json["detail"]


class TestHostileFiles:
    """Taken in, looked at, refused by FanzShield."""

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (samples.eicar(), "sunset.mp4"),
            (samples.stream("mp4") + samples.archive(), "sunset.mp4"),
            (samples.picture("jpg") + b"<script>alert(1)</script>" * 9, "sunset.jpg"),
            (samples.archive(), "sunset.jpg"),
        ],
        ids=["EICAR", "video and archive", "picture and script", "archive"],
    )
    def test_is_quarantined_with_a_reason_and_cannot_be_played(
        self, mia: FlaskClient, content: bytes, name: str
    ) -> None:
        asset = after_all(mia, content, filename=name)
        assert asset["state"] == "quarantined"
        assert asset["renditions"] == []
        assert asset["waits_for"][0].endswith(".")
        verdict = mia.get(f"/api/v1/shield/assets/{asset['id']}/verdict").json
        assert verdict["outcome"] != "clean"
        assert verdict["reasons"]
        playback = mia.get(f"{URL}/{asset['id']}/playback")
        assert (playback.status_code, playback.mimetype) == (409, "application/problem+json")

    @pytest.mark.parametrize(
        ("content", "name", "words"),
        [
            (b"This is only a text. " * 200, "sunset.mp4", "We do not take this type"),
            (b"%PDF-1.7\n1 0 obj<<>>endobj\n", "contract.pdf", "We do not take this type"),
            (samples.stream("mp4")[:-4000], "sunset.mp4", "breaks off before its end"),
        ],
        ids=["text", "PDF", "truncated"],
    )
    def test_what_is_of_no_use_has_failed_with_its_reason_and_is_no_incident(
        self, mia: FlaskClient, content: bytes, name: str, words: str
    ) -> None:
        asset = after_all(mia, content, filename=name)
        assert asset["state"] == "failed"
        assert words in asset["waits_for"][0]
        verdict = mia.get(f"/api/v1/shield/assets/{asset['id']}/verdict").json
        assert verdict["outcome"] == "refused"
        assert mia.post(f"{URL}/{asset['id']}/retry").status_code == 409

    def test_a_file_on_the_block_list_is_refused_unseen(self, mia: FlaskClient) -> None:
        content = samples.picture("png")
        with acting(Context()), transaction():
            shield.block_hash(hashlib.sha256(content).hexdigest(), reason="Reported by the hotline.")
        assert after_all(mia, content, filename="sunset.png")["state"] == "quarantined"

    def test_the_same_kind_of_file_without_malice_is_published(
        self, mia: FlaskClient, users: dict[str, int]
    ) -> None:
        (own,) = mia.get("/api/v1/compliance/performers").json["items"]
        production = {"acts": "clothed", "produced_on": "2026-01-02"}
        asset = after_all(
            mia, samples.picture("png"), filename="sunset.png", performer_ids=own["id"], **production
        )
        assert asset["state"] == "published", asset["waits_for"]


class TestImpossibleRequests:
    """Refused at the door; nothing is kept."""

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"audience": "ppv", "price_minor": -1}, "A price cannot be below zero."),
            (
                {"audience": "ppv", "price_minor": 500, "currency": "EUR"},
                "Prices in Velvet are in USD, not EUR.",
            ),
        ],
    )
    def test_a_price_that_cannot_be_is_named(
        self, mia: FlaskClient, said: dict[str, Any], sentence: str
    ) -> None:
        assert_problem(send(mia, b"abc", **said), 422, "price-refused", sentence)
        assert objects() == []

    def test_an_empty_file_is_named(self, mia: FlaskClient) -> None:
        assert_problem(send(mia, b""), 422, "empty-upload", "The file is empty")
        assert objects() == []

    def test_an_upload_cut_off_halfway_says_how_far_it_came(self, mia: FlaskClient) -> None:
        half = {"wsgi.input": io.BytesIO(b"x" * 500), "CONTENT_LENGTH": "1000", "CONTENT_TYPE": "video/mp4"}
        answer = mia.post(f"{URL}?title=Sunset&filename=sunset.mp4", environ_overrides=half)
        assert_problem(answer, 400, "upload-broken", "broke off after 500 of 1,000 bytes")
        assert objects() == []

    @pytest.mark.parametrize("other", [b"abd", b"longer"])
    def test_a_key_used_for_other_content_is_refused(self, mia: FlaskClient, other: bytes) -> None:
        send(mia, b"abc", key="k1")
        assert_problem(send(mia, other, key="k1"), 422, "key-reused", "used for another file")
        assert len(objects()) == 1

    def test_a_key_used_for_another_price_is_refused(self, mia: FlaskClient) -> None:
        send(mia, b"abc", key="k1")
        answer = send(mia, b"abc", key="k1", audience="ppv", price_minor=500)
        assert_problem(answer, 422, "key-reused", "new key")

    def test_a_stranger_is_refused_before_a_byte_is_read(self, app: Any, users: dict[str, int]) -> None:
        assert_problem(send(app.test_client(), b"abc"), 401, "sign-in-needed", "", system="kernel")
        assert objects() == []

    def test_a_fan_is_refused(self, users: dict[str, int], login: Login) -> None:
        assert send(login(user_id=users["fan1"]), b"abc").status_code == 403
        assert objects() == []


class TestWhatIsKept:
    def test_nothing_tells_where_and_with_what_a_picture_was_taken(
        self, mia: FlaskClient, users: dict[str, int]
    ) -> None:
        """Not the clean copy, not the renditions, and no original beside them."""
        content = samples.picture("jpg", personal=True)
        assert b"Acme" in content
        asset = after_all(mia, content, filename="beach.jpg")
        assert asset["sha256"] == hashlib.sha256(content).hexdigest()
        store = get_storage()
        keys = [meta.key for meta in store.list_objects("")]
        assert any(asset["id"] in key for key in keys)
        assert [key for key in keys if b"Acme" in store.get(key)] == []
        assert objects() == []
