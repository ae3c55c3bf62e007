"""Where a short link may lead."""

import pytest
from flask import Flask

from fanzadmin.biolink.service.targets import TargetRefused, checked_target


class TestATarget:
    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ("https://example.com", "https://example.com/"),
            ("  HTTPS://Example.COM/Path?q=1#here ", "https://example.com/Path?q=1#here"),
            ("http://shop.example.org:8443/x", "http://shop.example.org:8443/x"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
            ("https://faß.de/x", "https://xn--fa-hia.de/x"),
            ("https://FASS.de/x", "https://fass.de/x"),
            ("https://βόλος.com/", "https://xn--nxasmm1c.com/"),
            ("https://xn--fa-hia.de/", "https://xn--fa-hia.de/"),
            ("/@mia", "/@mia"),
            ("/watch/0190a5c1-0000-7000-8000-000000000000", "/watch/0190a5c1-0000-7000-8000-000000000000"),
        ],
    )
    def test_is_kept_in_one_plain_form(self, app: Flask, given: str, stored: str) -> None:
        with app.app_context():
            assert checked_target(given) == stored

    def test_that_looks_like_another_name_is_shown_as_what_it_is(self, app: Flask) -> None:
        with app.app_context():
            assert checked_target("https://аpple.com/").startswith("https://xn--")

    @pytest.mark.parametrize(
        "evil",
        [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://example.com/",
            "//example.com/",
            "/\\example.com",
            "\\\\example.com",
            "/login/?next=//example.com",
            "https://",
            "https:///example.com",
            "https://good.example@evil.example/",
            "https://user:secret@example.com/",
            "https://example.com\\@evil.example/",
            "https://example.com/\r\nSet-Cookie: a=b",
            "https://example.com/ x",
            "https://localhost/",
            "https://127.0.0.2/",
            "https://[::1]/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://intranet/",
            "https://exa_mple.com/",
            "https://example.com:99999/",
            "https://[bad/",
            "https://example.com/" + "a" * 2000,
        ],
    )
    def test_that_is_not_a_public_web_address_is_refused(self, app: Flask, evil: str) -> None:
        with app.app_context(), pytest.raises(TargetRefused):
            checked_target(evil)

    @pytest.mark.parametrize("path", ["/l/abc", "//l/abc", "/l", "/l/abc?x=1"])
    def test_that_is_one_of_our_short_links_is_refused_as_a_circle(self, app: Flask, path: str) -> None:
        with app.app_context(), pytest.raises(TargetRefused, match="circle"):
            checked_target(app.config["FANZ"].web.base_url + path)

    @pytest.mark.parametrize("path", ["/@mia", "/@mia/", "/watch/0190a5c1-0000-7000-8000-000000000000", "/"])
    def test_on_our_own_site_may_be_a_creator_or_a_work(self, app: Flask, path: str) -> None:
        base = app.config["FANZ"].web.base_url
        with app.app_context():
            assert checked_target(f"{base}{path}") == f"{base}{path}"

    @pytest.mark.parametrize(
        "path",
        [
            "/logout/",
            "/logout",
            "//logout/",
            "/%6cogout/",
            "/@mia/../logout/",
            "/lang/de",
            "/portal/money",
            "/api/v1/x",
        ],
    )
    def test_on_our_own_site_is_no_other_page(self, app: Flask, path: str) -> None:
        with app.app_context(), pytest.raises(TargetRefused):
            checked_target(app.config["FANZ"].web.base_url + path)
