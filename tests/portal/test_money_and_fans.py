"""Money, fans, messages, suggestions: what a creator reads there and what the forms do."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.chat import service as chat
from fanzadmin.finance import queries as finance_reads
from fanzadmin.finance import service as finance
from fanzadmin.portal.frame import NotAnAmount, major_text, minor_units
from security.identity import Me
from tests.portal.conftest import CARD, Person


@pytest.fixture
def rich(mia: Person, subscriber: Callable[..., Any]) -> Person:
    """Mia with a tip of a hundred dollars."""
    finance.tip(subscriber(mia).id, mia.id, amount_minor=10_000, currency="USD", payment_token=CARD)
    return mia


class TestAnAmount:
    @pytest.mark.parametrize(
        ("text", "currency", "minor"),
        [
            ("12.50", "USD", 1250),
            ("12,5", "EUR", 1250),
            (" 7 ", "USD", 700),
            ("500", "JPY", 500),
            ("1.234", "KWD", 1234),
        ],
    )
    def test_is_read_in_its_currency(self, text: str, currency: str, minor: int) -> None:
        assert minor_units(text, currency) == minor

    @pytest.mark.parametrize("text", ["", "ten", "1.005", "NaN", "1e99", "Infinity"])
    def test_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(NotAnAmount):
            minor_units(text, "USD")

    def test_is_written_for_an_input(self) -> None:
        assert (major_text(1250, "USD"), major_text(500, "JPY")) == ("12.50", "500")


class TestMoney:
    def test_shows_what_was_paid_the_fees_and_the_share(self, rich: Person) -> None:
        text = rich.get("/money").text
        earning = finance_reads.earnings_of(rich.id).page().items[0]
        assert earning.gross_minor == 10_000
        assert "$100.00" in text
        assert f"−${(earning.gross_minor - earning.creator_minor) / 100:.2f}" in text

    def test_a_payout_is_asked_for_once_however_often_it_is_sent(self, rich: Person) -> None:
        form = {"amount": "25.00", "key": "the same"}
        assert rich.post("/money/payouts", data=form).status_code == 303
        assert rich.post("/money/payouts", data=form).status_code == 303
        payouts = finance_reads.payouts_of(rich.id).page().items
        assert [payout.amount_minor for payout in payouts] == [2500]
        assert "Asked for" in rich.get(f"/money/payouts/{payouts[0].id}").text

    @pytest.mark.parametrize(
        ("amount", "sentence"),
        [("19.99", "The smallest payout is $20.00."), ("5000", "is available."), ("lots", "Type an amount")],
    )
    def test_what_cannot_be_paid_is_said_beside_the_field(
        self, rich: Person, amount: str, sentence: str
    ) -> None:
        answer = rich.post("/money/payouts", data={"amount": amount, "key": "k"})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'value="{amount}"' in answer.text
        assert not finance_reads.payouts_of(rich.id).page().items


class TestFans:
    def test_lists_subscribers_with_what_they_spent(self, rich: Person) -> None:
        text = rich.get("/fans").text
        assert "Tom N." in text
        assert "$109.99" in text

    def test_does_not_list_the_neighbours(
        self, mia: Person, zoe: Person, subscriber: Callable[..., Any]
    ) -> None:
        subscriber(zoe, "Ben Z.")
        assert "Ben Z." not in mia.get("/fans").text

    def test_the_new_and_the_gone_have_lists_of_their_own(self, rich: Person) -> None:
        assert "Tom N." in rich.get("/fans?show=new").text
        assert "Nobody left." in rich.get("/fans?show=ended").text

    def test_writing_to_one_opens_the_conversation(self, mia: Person, subscriber: Callable[..., Any]) -> None:
        answer = mia.post(f"/fans/{subscriber(mia).id}/messages")
        assert answer.status_code == 303
        assert mia.browser.get(answer.location).status_code == 200


class TestMessages:
    def test_shows_unread_counts_and_the_words(self, mia: Person, subscriber: Callable[..., Any]) -> None:
        fan = subscriber(mia)
        talk = chat.open_conversation(mia.id, fan.id)
        tom = Me(fan.user_id or 0, "tom", "Tom", frozenset({"Fan"}), None)
        chat.send_message(tom, talk, body="Hello <b>you</b>", client_id="1")
        inbox = mia.get("/messages").text
        assert "1<span" in inbox
        assert "Hello &lt;b&gt;you" in inbox
        assert "Hello &lt;b&gt;you&lt;/b&gt;" in mia.get(f"/messages/{talk}").text

    def test_the_page_gives_the_script_where_to_go_on(
        self, mia: Person, subscriber: Callable[..., Any]
    ) -> None:
        talk = chat.open_conversation(mia.id, subscriber(mia).id)
        text = mia.get(f"/messages/{talk}").text
        assert f'data-talk="{talk}" data-side="creator" data-last-change="0"' in text


class TestSuggestions:
    def test_show_the_reason_and_the_figures(
        self, mia: Person, upload: Callable[..., str], suggested: Callable[..., str]
    ) -> None:
        suggested(mia, upload(mia))
        text = mia.get("/suggestions").text
        assert "Captions of four words did best." in text
        assert "$14.99" in text
        assert "Sea, Sand" in text

    def test_are_taken_and_turned_down(
        self, mia: Person, upload: Callable[..., str], suggested: Callable[..., str]
    ) -> None:
        asset_id = upload(mia)
        used, refused = suggested(mia, asset_id), suggested(mia, asset_id, kind="price", value=1200)
        assert mia.post(f"/suggestions/{used}/accept").location == "/portal/suggestions"
        assert mia.post(f"/suggestions/{refused}/dismiss").status_code == 303
        assert "Nothing to decide" in mia.get("/suggestions").text

    def test_decided_before_says_so(
        self, mia: Person, upload: Callable[..., str], suggested: Callable[..., str]
    ) -> None:
        key = suggested(mia, upload(mia))
        mia.post(f"/suggestions/{key}/dismiss")
        mia.post(f"/suggestions/{key}/accept")
        assert "You dismissed this suggestion before." in mia.get("/suggestions").text

    @pytest.mark.parametrize("back", ["https://evil.example/portal/content/x", "//evil.example", "/login/"])
    def test_lead_back_to_our_own_pages_only(
        self, mia: Person, upload: Callable[..., str], suggested: Callable[..., str], back: str
    ) -> None:
        answer = mia.post(f"/suggestions/{suggested(mia, upload(mia))}/accept", data={"back": back})
        assert answer.location in ("/portal/suggestions", "/portal/content/x")

    def test_of_an_asset_lead_back_to_it(
        self, mia: Person, upload: Callable[..., str], suggested: Callable[..., str]
    ) -> None:
        asset_id = upload(mia)
        answer = mia.post(
            f"/suggestions/{suggested(mia, asset_id)}/accept", data={"back": f"/portal/content/{asset_id}"}
        )
        assert answer.location == f"/portal/content/{asset_id}"
