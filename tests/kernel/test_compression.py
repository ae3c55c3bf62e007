"""What travels compressed: files and figures. Pages do not, since they hold tokens beside words of the address."""

import gzip

import pytest
from flask.testing import FlaskClient

SHEET = "/static/css/components.css"
PACKED = {"Accept-Encoding": "gzip, br"}


class TestFiles:
    def test_travel_compressed_to_who_takes_it(self, client: FlaskClient) -> None:
        plain = client.get(SHEET)
        packed = client.get(SHEET, headers=PACKED)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 3
        assert int(packed.headers["Content-Length"]) == len(packed.data)

    def test_are_told_apart_by_caches(self, client: FlaskClient) -> None:
        for headers in ({}, PACKED):
            assert "Accept-Encoding" in client.get(SHEET, headers=headers).headers["Vary"]

    def test_are_not_sent_again_while_unchanged(self, client: FlaskClient) -> None:
        values = client.get(SHEET, headers=PACKED).headers["ETag"]
        again = client.get(SHEET, headers={**PACKED, "If-None-Match": values})
        assert (again.status_code, again.data) == (304, b"")

    def test_travel_as_they_are_to_others(self, client: FlaskClient) -> None:
        for wish in ("identity", "gzip;q=0", "br"):
            answer = client.get(SHEET, headers={"Accept-Encoding": wish})
            assert "Content-Encoding" not in answer.headers, wish

    def test_are_served_in_ranges_uncompressed(self, client: FlaskClient) -> None:
        answer = client.get(SHEET, headers={**PACKED, "Range": "bytes=0-99"})
        assert answer.status_code == 206
        assert len(answer.data) == 100
        assert "Content-Encoding" not in answer.headers

    def test_small_ones_are_left_alone(self, client: FlaskClient) -> None:
        assert "Content-Encoding" not in client.get("/static/favicon.svg", headers=PACKED).headers


class TestPages:
    @pytest.mark.parametrize("path", ["/login/", "/nowhere", "/api/v1/openapi.json"])
    def test_are_never_compressed(self, client: FlaskClient, path: str) -> None:
        assert "Content-Encoding" not in client.get(path, headers=PACKED).headers
