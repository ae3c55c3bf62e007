"""What is read from a request, and who counts as a person."""

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from fanzadmin.biolink.visits.visitors import bot_reason, device_of, visit_of
from tests.biolink.conftest import IPHONE

PEOPLE = [
    (IPHONE, "phone"),
    ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36", "phone"),
    ("Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36", "phone"),
    ("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Safari/604.1", "tablet"),
    ("Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "tablet"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "desktop"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "desktop"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "desktop"),
]  # fmt: skip


class TestABot:
    def test_is_told_from_a_person_in_every_known_case(self) -> None:
        values = [agent for entry in CRAWLER_USER_AGENTS_DATA for agent in entry["instances"]]
        assert len(values) > 2000
        assert [agent for agent in values if not bot_reason(agent)] == []

    @pytest.mark.parametrize("agent", [agent for agent, _ in PEOPLE])
    def test_is_no_person_with_a_phone_whose_name_sounds_like_one(self, agent: str) -> None:
        assert bot_reason(agent) == ""

    @pytest.mark.parametrize(
        ("agent", "reason"),
        [
            ("", "no-user-agent"),
            ("  ", "no-user-agent"),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "search-engine"),
            ("facebookexternalhit/1.1", "social-preview"),
            ("node", "program"),
        ],
    )
    def test_is_kept_with_the_reason(self, agent: str, reason: str) -> None:
        assert bot_reason(agent) == reason

    def test_may_be_any_headless_browser(self) -> None:
        agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0 Safari/537.36"
        assert bot_reason(agent)


class TestAVisit:
    @pytest.mark.parametrize(("agent", "device"), PEOPLE)
    def test_names_the_kind_of_device(self, agent: str, device: str) -> None:
        assert device_of(agent) == device

    @pytest.mark.parametrize(
        ("headers", "country"),
        [
            ({"CF-IPCountry": "de", "Accept-Language": "en-US"}, "DE"),
            ({"CF-IPCountry": "XX", "Accept-Language": "pt-BR,pt;q=0.9"}, "BR"),
            ({"CF-IPCountry": "T1"}, ""),
            ({"Accept-Language": "zh-Hant-TW"}, "TW"),
            ({"Accept-Language": "en"}, ""),
            ({"Accept-Language": "'; DROP TABLE"}, ""),
            ({}, ""),
        ],
    )
    def test_comes_from_the_country_that_the_proxy_or_the_language_names(
        self, headers: dict[str, str], country: str
    ) -> None:
        assert visit_of(headers.get, address="203.0.113.7").country == country

    def test_believes_no_visitor_who_plays_the_proxy(self) -> None:
        values = {"CF-IPCountry": "de", "Accept-Language": "en-US"}
        assert visit_of(values.get, address="203.0.113.7", proxied=False).country == "US"

    @pytest.mark.parametrize(
        ("referrer", "host"),
        [
            ("https://www.Instagram.com/mia?token=secret", "instagram.com"),
            ("android-app://org.telegram.messenger/", "org.telegram.messenger"),
            ("javascript:alert(1)", ""),
            ("https://[broken", ""),
            ("https://<script>/", ""),
            ("", ""),
        ],
    )
    def test_keeps_only_the_host_it_came_from(self, referrer: str, host: str) -> None:
        assert visit_of({"Referer": referrer}.get, address="203.0.113.7").referrer == host

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Purpose": "prefetch;prerender"},
            {"Purpose": "prefetch"},
            {"X-Moz": "prefetch"},
            {"X-Purpose": "preview"},
        ],
    )
    def test_that_only_looks_ahead_does_not_count(self, headers: dict[str, str]) -> None:
        assert not visit_of(headers.get, address="203.0.113.7").counts

    def test_with_head_does_not_count(self) -> None:
        assert not visit_of({}.get, address="203.0.113.7", method="HEAD").counts
