"""Where a short link may lead."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from fanzadmin.biolink.targets import addresses
from fanzadmin.biolink.targets.addresses import TargetRefused, checked_target
from fanzadmin.biolink.targets.forwarding import forward_query

OWN = "https://fanz.example"


@pytest.fixture
def own_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform has a name, as it has in production."""
    monkeypatch.setattr(addresses, "own_base", lambda: OWN)


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

    @pytest.mark.parametrize("path", ["/l/abc", "//l/abc", "/l", "/l/abc?x=1", "/L/abc", "/%6c/abc"])
    def test_that_is_one_of_our_short_links_is_refused_as_a_circle(self, own_site: None, path: str) -> None:
        with pytest.raises(TargetRefused, match="circle"):
            checked_target(OWN + path)

    @pytest.mark.parametrize("path", ["/@mia", "/@mia/", "/watch/0190a5c1-0000-7000-8000-000000000000", "/"])
    def test_on_our_own_site_may_be_a_creator_or_a_work(self, own_site: None, path: str) -> None:
        assert checked_target(f"{OWN}{path}") == f"{OWN}{path}"

    @pytest.mark.parametrize("base", [OWN, "HTTPS://FANZ.Example.", "http://fanz.example:443"])
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
    def test_on_our_own_site_is_no_other_page(self, own_site: None, base: str, path: str) -> None:
        with pytest.raises(TargetRefused):
            checked_target(base + path)

    def test_on_our_own_machine_is_no_other_port(self, own_site: None) -> None:
        with pytest.raises(TargetRefused, match="another port"):
            checked_target("https://fanz.example:5432/")

    def test_that_is_a_page_of_ours_keeps_its_query(self) -> None:
        assert checked_target("/@Mia?utm_source=card#new") == "/@mia?utm_source=card#new"


def spellings(number: int) -> list[str]:
    """An IPv4 address as browsers read it: in one to four parts, each decimal, octal or hexadecimal."""
    octets = number.to_bytes(4)
    parts = [
        [number],
        [octets[0], int.from_bytes(octets[1:])],
        [octets[0], octets[1], int.from_bytes(octets[2:])],
        list(octets),
    ]
    styles = (str, lambda part: f"0x{part:x}", lambda part: f"0X{part:X}", lambda part: f"0{part:o}")
    return [".".join(style(part) for part in some) for some in parts for style in styles]


class TestAMachineByNumber:
    @given(st.integers(0, 2**32 - 1), st.integers(0, 15), st.sampled_from(["", ".", ":80", ":8000", ".:443"]))
    def test_is_no_target_in_whatever_spelling(self, number: int, spelling: int, end: str) -> None:
        with pytest.raises(TargetRefused):
            checked_target(f"http://{spellings(number)[spelling]}{end}/@mia")

    @given(st.ip_addresses(v=6), st.booleans(), st.sampled_from(["", ":80"]))
    def test_is_none_as_ipv6_either(self, address: object, whole: bool, port: str) -> None:
        text = address.exploded if whole else address.compressed  # type: ignore[attr-defined]
        with pytest.raises(TargetRefused):
            checked_target(f"https://[{text.upper()}]{port}/")

    @pytest.mark.parametrize(
        "host",
        [
            "[::ffff:127.0.0.1]", "[::1%25lo]", "１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "0x7f000001.", "127.1", "0", "0x", "1e1.0x",
            "localhost", "LOCALHOST.", "web.localhost", "printer.local", "nas.home.arpa", "db.internal",
        ],
    )  # fmt: skip
    def test_is_none_in_disguise(self, host: str) -> None:
        with pytest.raises(TargetRefused):
            checked_target(f"https://{host}/")

    def test_is_none_where_it_is_the_address_of_the_platform(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(addresses, "own_base", lambda: "http://127.0.0.1:8000")
        for host in ("127.0.0.1:8000", "127.0.0.1", "2130706433:8000", "localhost:8000"):
            with pytest.raises(TargetRefused):
                checked_target(f"http://{host}/@mia")
        assert checked_target("/@mia") == "/@mia"


class TestAnAddressToWriteToOrToCall:
    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ("MAILTO:mia@Example.COM", "mailto:mia@example.com"),
            ("mailto:mia@bücher.example", "mailto:mia@xn--bcher-kva.example"),
            ("mailto:a@example.com,b@example.com", "mailto:a@example.com,b@example.com"),
            ("mailto:mia@example.com?subject=Hi there&body=a%0Ab", "mailto:mia@example.com?subject=Hi%20there&body=a%0D%0Ab"),
            ("mailto:mia@example.com?Subject=x%26bcc%3Dy", "mailto:mia@example.com?subject=x%26bcc%3Dy"),
            ("mailto:mia@example.com?body=x&cc=b@example.com", "mailto:mia@example.com?cc=b@example.com&body=x"),
            ("mailto:mia%2Bshop@example.com", "mailto:mia%2Bshop@example.com"),
            ("tel:+49 (30) 123-456.7", "tel:+49301234567"),
            ("sms:+15551234567?body=Hello%20you", "sms:+15551234567?body=Hello%20you"),
            ("sms:+15551234567,+15557654321", "sms:+15551234567,+15557654321"),
        ],
    )  # fmt: skip
    def test_is_kept_in_one_plain_form(self, given: str, stored: str) -> None:
        assert checked_target(given) == stored
        assert checked_target(stored) == stored

    @pytest.mark.parametrize(
        "evil",
        [
            "mailto:", "mailto:mia", "mailto:@example.com", "mailto:a..b@example.com", "mailto:mia@127.0.0.1", "mailto:mia@localhost",
            "mailto:mia@example.com?bcc=spy@example.com", "mailto:mia@example.com?reply-to=x@example.com",
            "mailto:mia@example.com?attach=/etc/passwd", "mailto:mia@example.com?to=b@example.com",
            "mailto:mia@example.com?%62cc=spy@example.com", "mailto:mia@example.com?subject=a&subject=b",
            "mailto:mia@example.com?subject=a%0D%0ABcc:spy@example.com", "mailto:mia@example.com%0ABcc:x@example.com",
            "mailto:mia@example.com?body=%00", "mailto:mia@example.com?subject=%ff", "mailto:mia@example.com#x",
            "mailto:mia@example.com\r\nBcc: x@example.com", "mailto:%22a%20b%22@example.com",
            "mailto:a@x.example,b@x.example,c@x.example,d@x.example,e@x.example,f@x.example", "mailto://mia@example.com",
            "tel:", "tel:110", "tel:0301234567", "tel:+1234567890123456", "tel:+0301234567", "tel:+1555abc4567", "tel:+15551234567?x=1",
            "tel:+15551234567;phone-context=evil", "tel:*#06#", "sms:", "sms:12345", "sms:+15551234567?subject=x",
            "sms:+15551234567?body=a%00b", "facetime:x@example.com", "intent://x", "skype:x", "javascript:mailto:x@example.com",
        ],
    )  # fmt: skip
    def test_that_says_more_than_it_should_is_refused(self, evil: str) -> None:
        with pytest.raises(TargetRefused):
            checked_target(evil)

    @given(
        st.text(max_size=40),
        st.sampled_from(["mailto:mia@example.com?subject=", "mailto:", "tel:+1", "sms:+1555", ""]),
    )
    def test_is_one_line_of_ascii_or_refused_whatever_is_written(self, text: str, start: str) -> None:
        try:
            stored = checked_target(start + text)
        except TargetRefused:
            return
        assert not set(stored) & set("\r\n\0 ")
        assert checked_target(stored) == stored
        if start:
            assert stored.isascii()
            assert "bcc" not in stored.partition("?")[2].partition("=")[0]


class TestWhatAVisitorBringsAlong:
    @pytest.mark.parametrize(
        ("target", "query", "final"),
        [
            ("https://example.com/", "", "https://example.com/"),
            ("https://example.com/", "a=1&b=%20x", "https://example.com/?a=1&b=%20x"),
            ("https://example.com/?x=1#top", "a=1", "https://example.com/?x=1&a=1#top"),
            ("https://example.com/?ref=mia&x=1", "ref=you", "https://example.com/?x=1&ref=you"),
            ("https://example.com/?utm_source=card", "utm_source=ig&utm_medium=dm", "https://example.com/?utm_source=card&utm_medium=dm"),
            ("https://example.com/?utm_source=card", "UTM_Source=ig", "https://example.com/?utm_source=card"),
            ("https://example.com/", "utm_source=a&utm_source=b", "https://example.com/?utm_source=a"),
            ("https://example.com/", "tag=a&tag=b&flag", "https://example.com/?tag=a&tag=b&flag"),
            ("/@mia", "utm_source=ig", "/@mia?utm_source=ig"),
            ("/@mia?utm_source=card#new", "a=1", "/@mia?utm_source=card&a=1#new"),
            ("mailto:mia@example.com", "bcc=spy@example.com", "mailto:mia@example.com"),
            ("tel:+15551234567", "a=1", "tel:+15551234567"),
            ("https://example.com/", "a=" + "x" * 2000, "https://example.com/"),
        ],
    )  # fmt: skip
    def test_goes_on_to_the_target(self, target: str, query: str, final: str) -> None:
        assert forward_query(target, query) == final

    @given(st.text(max_size=60))
    def test_never_changes_where_the_link_leads(self, query: str) -> None:
        final = forward_query("https://example.com/shop?utm_source=card#top", query)
        assert final.startswith("https://example.com/shop?")
        assert final.endswith("#top")
        assert final.isascii()
        assert final.lower().count("utm_source=") >= 1
        assert not set(final) & set("\r\n\0 ")
