import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fanzadmin.contracts.compliance import PerformerCard
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import StorageFull, get_storage
from fanzadmin.media import service
from fanzadmin.media.uploads import service as uploads
from tests.media.conftest import end_of_request, stored_keys

URL = "/api/v1/media/assets"


class TestReceiveUpload:
    def test_one_that_takes_longer_than_the_sweep_waits_is_broken_off(self, creator, monkeypatch):
        monkeypatch.setattr(uploads, "LONGEST", timedelta(0))
        upload = service.Upload(title="Sunset", filename="sunset.mp4", content_type="video/mp4")
        with pytest.raises(service.UploadTooSlow, match="longer than 0 hours"):
            service.receive_upload(creator, upload, chunks=iter([b"abc"]), max_bytes=10)
        assert stored_keys() == []

    def test_the_bytes_are_stored_and_the_fact_is_told(self, upload, facts, creator):
        asset = upload(b"some bytes", title="  A   title ")
        (fact,) = facts(asset.id)
        assert get_storage().get(asset.source_key) == b"some bytes"
        assert fact.type == "media.asset_uploaded.v1"
        assert fact.data["size"] == 10
        assert fact.data["creator_id"] == creator.id
        assert (asset.title, asset.state, asset.currency) == ("A title", "uploaded", "USD")

    def test_the_same_key_brings_the_same_asset_and_stores_nothing_more(self, upload, facts):
        first = upload(b"abc", idempotency_key="k1")
        second = upload(b"abc", idempotency_key="k1")
        assert first.id == second.id
        assert len(stored_keys()) == 1
        assert len(facts(first.id)) == 1

    def test_the_same_key_for_another_upload_is_refused(self, upload):
        upload(b"abc", idempotency_key="k1")
        with pytest.raises(service.KeyReused):
            upload(b"abc", idempotency_key="k1", title="Other")

    def test_two_creators_may_use_the_same_key(self, upload, town):
        first = upload(b"abc", idempotency_key="k1")
        assert (
            upload(b"abc", by=town.new_creator(cluster="nova", login=False), idempotency_key="k1").id
            != first.id
        )

    def test_the_same_request_twice_at_once_is_stored_once(self, upload, creator):
        upload_two = service.Upload(
            title="Sunset", filename="sunset.mp4", content_type="", idempotency_key="k1"
        )

        def slow():
            upload(b"first", idempotency_key="k1")  # arrives whole while the other is under way
            yield b"second"

        received = service.receive_upload(creator, upload_two, chunks=slow(), max_bytes=100)
        assert received.replayed
        assert [get_storage().get(key) for key in stored_keys()] == [b"first"]

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"audience": "ppv", "price_minor": -5}, "cannot be below zero"),
            (
                {"audience": "ppv", "price_minor": 500, "currency": "EUR"},
                "Prices in Nova are in USD, not EUR",
            ),
            ({"audience": "ppv", "price_minor": 0}, "needs a price above zero"),
            ({"audience": "public", "price_minor": 500}, "Only pay-per-view has a price"),
            ({"audience": "ppv", "price_minor": 10**9}, "The highest price is"),
        ],
    )
    def test_an_impossible_price_is_refused_before_a_byte_is_read(self, upload, said, sentence):
        with pytest.raises(service.PriceRefused, match=sentence):
            upload(b"abc", **said)
        assert stored_keys() == []

    @pytest.mark.parametrize(
        "said",
        [
            {"title": "  "},
            {"title": "x" * 201},
            {"audience": "nobody"},
            {"caption": "x" * 5001},
            {"tags": ("x",) * 1 + ("y" * 41,)},
        ],
    )
    def test_missing_or_endless_words_are_refused(self, upload, said):
        with pytest.raises(service.UploadRefused):
            upload(b"abc", **said)

    def test_only_performers_of_the_own_list_may_be_named(self, upload, town, creator):
        mine = PerformerCard(id=new_id(), stage_name="Mia", state="verified", is_self=True)
        town.records.performers[creator.id] = (mine,)
        assert upload(b"abc", performer_ids=(mine.id,)).performer_ids == [mine.id]
        with pytest.raises(service.UploadRefused, match="your own list"):
            upload(b"abc", performer_ids=(new_id(),))

    def test_a_suspended_creator_may_not_upload(self, upload, town):
        with pytest.raises(service.CreatorMayNot, match="suspended"):
            upload(b"abc", by=town.new_creator("Mia Stone", cluster="nova", login=False, state="suspended"))

    def test_an_empty_file_is_refused_and_nothing_is_kept(self, upload):
        with pytest.raises(service.EmptyUpload):
            upload(b"")
        assert stored_keys() == []

    def test_a_file_beyond_the_limit_is_refused_while_it_comes(self, upload):
        with pytest.raises(service.UploadTooLarge, match="larger"):
            upload(b"x" * 101, max_bytes=100)
        assert stored_keys() == []

    def test_a_file_announced_beyond_the_limit_is_not_read(self, creator):
        upload = service.Upload(title="x", filename="x", content_type="", announced_size=101)
        with pytest.raises(service.UploadTooLarge):
            service.receive_upload(creator, upload, chunks=_never(), max_bytes=100)

    def test_an_upload_cut_off_halfway_leaves_nothing_and_says_how_far_it_came(self, upload):
        with pytest.raises(service.UploadBroken, match=r"after 50 of 100 bytes\. Nothing was kept"):
            upload(b"x" * 50, announced_size=100)
        assert stored_keys() == []

    def test_a_lost_connection_leaves_nothing(self, creator):
        def lost():
            yield b"x" * 50
            raise ConnectionResetError

        upload = service.Upload(title="x", filename="x", content_type="")
        with pytest.raises(service.UploadBroken):
            service.receive_upload(creator, upload, chunks=lost(), max_bytes=100)
        assert stored_keys() == []

    def test_a_full_disk_leaves_nothing_and_says_so(self, creator, db):
        """The storage's own test fills a real disk; here only that the upload passes its sentence on."""

        def full():
            yield b"x"
            raise OSError(28, "No space left on device")

        upload = service.Upload(title="x", filename="x", content_type="")
        with pytest.raises((StorageFull, service.UploadBroken)):
            service.receive_upload(creator, upload, chunks=full(), max_bytes=100)
        assert stored_keys() == []

    def test_file_names_lose_their_folders_and_tags_their_signs(self, upload):
        asset = upload(b"abc", filename="C:\\private\\me.mp4", tags=("#Beach", "beach", " "))
        assert (asset.filename, asset.tags) == ("me.mp4", ["beach"])


class TestPostAssets:
    def test_nobody_may_upload_without_signing_in(self, client):
        assert client.post(f"{URL}?title=x", data=b"abc").status_code == 401

    def test_a_fan_may_not_upload(self, login):
        assert login("Fan").post(f"{URL}?title=x", data=b"abc").status_code == 403

    def test_a_creator_login_without_a_creator_is_told_so(self, login, town):
        answer = login("Creator").post(f"{URL}?title=x", data=b"abc")
        assert answer.status_code == 403
        assert answer.json["type"] == "/problems/security/no-creator-account"

    def test_a_raw_body_is_stored_with_what_the_query_says(self, creator_client):
        query = {"title": "Beach", "audience": "ppv", "price_minor": 500, "currency": "usd", "tags": "a,b"}
        answer = creator_client.post(URL, query_string=query, data=b"abc", content_type="video/mp4")
        assert answer.status_code == 201
        assert answer.headers["Location"].endswith(answer.json["id"])
        values = {
            name: answer.json[name] for name in ("title", "state", "price_minor", "currency", "tags", "size")
        }
        assert values == {
            "title": "Beach", "state": "uploaded", "price_minor": 500, "currency": "USD", "tags": ["a", "b"], "size": 3,
        }  # fmt: skip

    def test_a_form_of_a_browser_is_stored_too(self, creator_client):
        data = {"title": "Beach", "file": (io.BytesIO(b"abc"), "beach.jpg", "image/jpeg")}
        answer = creator_client.post(URL, data=data, content_type="multipart/form-data")
        assert answer.status_code == 201
        assert (answer.json["filename"], answer.json["size"]) == ("beach.jpg", 3)

    def test_a_form_without_a_file_says_what_is_missing(self, creator_client):
        answer = creator_client.post(URL, data={"title": "x"}, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "part `file`" in answer.json["detail"]

    def test_a_missing_title_and_a_price_in_words_are_named(self, creator_client):
        answer = creator_client.post(f"{URL}?price_minor=ten", data=b"abc", content_type="video/mp4")
        assert answer.status_code == 422
        assert set(answer.json["errors"]) == {"title", "price_minor"}

    def test_a_negative_price_is_a_problem_with_a_sentence(self, creator_client):
        answer = creator_client.post(
            f"{URL}?title=x&audience=ppv&price_minor=-1", data=b"abc", content_type="video/mp4"
        )
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert answer.json["detail"] == "A price cannot be below zero."

    def test_the_same_key_answers_with_the_first_asset(self, creator_client):
        send = {"data": b"abc", "content_type": "video/mp4", "headers": {"Idempotency-Key": "k9"}}
        first = creator_client.post(f"{URL}?title=x", **send)
        second = creator_client.post(f"{URL}?title=x", **send)
        assert first.json["id"] == second.json["id"]
        assert second.headers["Idempotency-Replayed"] == "true"

    def test_a_body_shorter_than_announced_is_a_broken_upload(self, creator_client):
        answer = creator_client.post(f"{URL}?title=x", environ_overrides=_body(io.BytesIO(b"x" * 10), 1000))
        assert answer.status_code == 400
        assert answer.json["type"] == "/problems/media/upload-broken"
        assert stored_keys() == []

    def test_a_body_beyond_the_limit_is_refused(self, creator_client, app, monkeypatch):
        config = app.config["FANZ"]
        monkeypatch.setitem(
            app.config, "FANZ", replace(config, media=replace(config.media, upload_max_bytes=100))
        )
        monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100)
        answer = creator_client.post(f"{URL}?title=x", data=b"x" * 101, content_type="video/mp4")
        assert answer.status_code == 413
        assert stored_keys() == []

    def test_memory_stays_flat_for_a_large_body(self, creator_client):
        size = 300 * 1024**2
        creator_client.post(f"{URL}?title=warm", data=b"x" * 10_000_000, content_type="video/mp4")
        before = _resident()
        answer = creator_client.post(f"{URL}?title=large", environ_overrides=_body(_Zeros(size), size))
        assert answer.json["size"] == size
        assert _peak() - before < 64 * 1024**2


class TestGetAssets:
    def test_each_creator_sees_only_the_own(self, creator_client, upload, town):
        mine = creator_client.post(f"{URL}?title=mine", data=b"abc", content_type="video/mp4").json["id"]
        other = upload(b"abc", by=town.new_creator(cluster="nova", login=False))
        listed = creator_client.get(URL).json["items"]
        assert [item["id"] for item in listed] == [mine]
        assert creator_client.get(f"{URL}/{other.id}").status_code == 404

    def test_nobody_and_fans_see_none(self, client, login, upload, town):
        asset = upload(b"abc")
        assert client.get(URL).status_code == 401
        fan = login("Fan")
        assert fan.get(URL).json["items"] == []
        assert fan.get(f"{URL}/{asset.id}").status_code == 404

    def test_staff_of_content_sees_all_page_by_page(self, login, upload, town):
        ids = [upload(b"abc").id for _ in range(3)]
        staff = login("Content")
        first = staff.get(f"{URL}?limit=2").json
        second = staff.get(f"{URL}?limit=2&cursor={first['next']}").json
        assert [item["id"] for item in first["items"] + second["items"]][:3] == ids[::-1]

    def test_staff_of_finance_sees_none(self, login, upload, town):
        asset = upload(b"abc")
        assert login("Finance").get(f"{URL}/{asset.id}").status_code == 404

    def test_a_made_up_number_is_not_found(self, creator_client):
        assert creator_client.get(f"{URL}/7").status_code == 404


class TestCancelAndWithdrawByApi:
    def test_a_neighbour_may_not(self, login, upload, town):
        asset = upload(b"abc")
        neighbour = login("Creator")
        town.new_creator(cluster="nova", user_id=neighbour.user_id)
        end_of_request()
        for verb in ("cancel", "retry", "withdraw"):
            assert neighbour.post(f"{URL}/{asset.id}/{verb}", json={"reason": "Not mine."}).status_code == 404

    def test_the_creator_cancels_tries_again_and_withdraws(self, creator_client):
        asset_id = creator_client.post(f"{URL}?title=x", data=b"abc", content_type="video/mp4").json["id"]
        assert creator_client.post(f"{URL}/{asset_id}/cancel").json["state"] == "cancelled"
        assert creator_client.post(f"{URL}/{asset_id}/cancel").status_code == 409
        assert creator_client.post(f"{URL}/{asset_id}/retry").json["state"] == "uploaded"
        assert (
            creator_client.post(f"{URL}/{asset_id}/withdraw", json={"reason": "It is too old."}).json["state"]
            == "withdrawn"
        )


@pytest.fixture
def creator_client(login, town):
    signed_in = login("Creator")
    town.new_creator(cluster="nova", user_id=signed_in.user_id)
    end_of_request()
    return signed_in


def _body(stream, announced):
    return {"wsgi.input": stream, "CONTENT_LENGTH": str(announced), "CONTENT_TYPE": "video/mp4"}


class _Zeros(io.RawIOBase):
    """A body of any size that is nowhere in memory."""

    def __init__(self, size):
        self.left = size

    def readable(self):
        return True

    def readinto(self, buffer):
        count = min(len(buffer), self.left)
        buffer[:count] = bytes(count)
        self.left -= count
        return count


def _never():
    raise AssertionError("the body was read")
    yield b""


def _resident():
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    return _status("VmRSS")


def _peak():
    return _status("VmHWM")


def _status(name):
    return int(re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
