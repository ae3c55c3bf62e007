"""A timeline is written in English and read in every language."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html import unescape
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from flask_appbuilder.security.sqla.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from fanzadmin.contracts.compliance import AssetHeld, AssetReleased
from fanzadmin.contracts.crm import CaseDecided
from fanzadmin.contracts.finance import (
    PaymentRefunded,
    PaymentSettled,
    PayoutPaid,
    PayoutRequested,
    SubscriptionEnded,
    SubscriptionStarted,
)
from fanzadmin.contracts.gpt import SuggestionAccepted
from fanzadmin.contracts.media import (
    AssetCard,
    AssetFailed,
    AssetPublished,
    AssetReady,
    Assets,
    AssetUploaded,
    AssetWithdrawn,
)
from fanzadmin.contracts.shield import AssetQuarantined
from fanzadmin.contracts.social import PostCommented
from fanzadmin.contracts.timeline import timelines
from fanzadmin.crm import queries, service
from fanzadmin.crm.activity import service as activity
from fanzadmin.crm.creators import service as creators
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.timeline.models import TimelineEntry
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.i18n.languages import LANGUAGES, SOURCE
from fanzadmin.kernel.i18n.stored_messages import (
    StoredMessage,
    amount,
    for_reader,
    in_english,
    stored_message,
)
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask, provide

Hear = Callable[[Fact], None]
Login = Callable[..., Any]
Reading = Callable[[str], AbstractContextManager[None]]
OTHERS = sorted(LANGUAGES.keys() - {SOURCE})
ASSET = new_id()


@pytest.fixture(autouse=True)
def media(app: Any) -> Iterator[None]:
    """MediaCore knows one asset, whose title a creator made up to confuse."""

    class OneAsset:
        def card(self, asset_id: str) -> AssetCard | None:
            plain = dict.fromkeys(AssetCard.__dataclass_fields__, "") | {"title": "100 %(fan)s", "tags": ()}
            return AssetCard(**plain) if asset_id == ASSET else None  # type: ignore[arg-type]

    real = ask(Assets)
    provide(Assets, OneAsset())
    yield
    provide(Assets, real)


def paid(creator: Creator, fan_id: str, purpose: str, **changes: Any) -> PaymentSettled:
    given = {
        "payment_id": new_id(), "purpose": purpose, "fan_id": fan_id, "creator_id": creator.id, "cluster": "velvet",
        "asset_id": ASSET, "gross_minor": 123_450, "processor_fee_minor": 0, "platform_fee_minor": 0,
        "creator_minor": 750, "currency": "USD",
    }  # fmt: skip
    return PaymentSettled(**given | changes)


def published(creator: Creator, audience: str) -> AssetPublished:
    return AssetPublished(
        asset_id=ASSET, creator_id=creator.id, cluster="velvet", title="Sunset", caption="", kind="video",
        audience=audience, price_minor=999, currency="USD", tags=(),
    )  # fmt: skip


def everything(creator: Creator, fan: Fan) -> Iterator[Fact]:
    """Facts that bring every message of a timeline."""
    about = {"asset_id": ASSET, "creator_id": creator.id, "cluster": "velvet"}
    yield AssetUploaded(
        **about, title="Sunset", filename="s.mp4", content_type="video/mp4", size=9, sha256="", source_key="",
        audience="ppv", price_minor=999, currency="USD", performer_ids=(),
    )  # fmt: skip
    for reason in ("", "It says why."):
        yield AssetHeld(**about, reasons=(reason,) if reason else ())
        yield AssetQuarantined(**about, verdict_id=new_id(), reasons=(reason,) if reason else ())
        yield AssetFailed(**about, title="Sunset", reason=reason)
        yield AssetWithdrawn(**about, reason=reason)
    yield AssetReleased(**about)
    yield AssetReady(**about, kind="video", duration_ms=1, stored_bytes=1, processing_ms=1)
    for audience in ("public", "subscribers", "ppv", "friends"):
        yield published(creator, audience)
    for kind in ("tags", "caption", "hour", "price", "music"):
        yield SuggestionAccepted(**about, kind=kind, value="")
    for purpose in ("unlock", "tip", "subscription"):
        yield paid(creator, fan.id, purpose)
    yield paid(creator, new_id(), "unlock", asset_id="")
    yield PaymentRefunded(
        payment_id=new_id(), purpose="tip", fan_id=fan.id, creator_id=creator.id, cluster="velvet",
        asset_id="", gross_minor=999, creator_minor=750, currency="USD",
    )  # fmt: skip
    both = {"creator_id": creator.id, "fan_id": fan.id, "cluster": "velvet"}
    yield SubscriptionStarted(**both, subscription_id=new_id())
    yield SubscriptionEnded(**both, subscription_id=new_id())
    yield PostCommented(**both, post_id=new_id(), comment_id=new_id())
    yield SubscriptionStarted(creator_id=new_id(), fan_id=fan.id, cluster="velvet", subscription_id=new_id())
    for outcome in ("removed", "dismissed", "handled"):
        yield CaseDecided(
            case_id=new_id(), kind="post", subject_id=new_id(), creator_id=creator.id, fan_id="", cluster="velvet",
            outcome=outcome, reason="It says why.",
        )  # fmt: skip
    money = {"payout_id": new_id(), "creator_id": creator.id, "cluster": "velvet", "currency": "USD"}
    yield PayoutRequested(**money, amount_minor=10_000)
    yield PayoutPaid(**money, amount_minor=10_000)


def marked(module: Any) -> set[str]:
    """The messages that a module marks."""
    return {words for _line, words, *_ in extract_from_file("python", module.__file__, keywords={"N_": None})}


def of_facts() -> set[str]:
    """The messages by which facts read in timelines, with the parts that CreatorCRM fills in."""
    entries = [entry for declared in timelines.values() for entry in declared.entries()]
    return {message for entry in entries for message in entry.messages()} | marked(activity)


def said(stored: StoredMessage) -> Iterator[str]:
    yield stored["message"]
    for value in stored["values"].values():
        if isinstance(value, dict) and "message" in value:
            yield from said(value)


def latest(person_id: str) -> str:
    return queries.timeline(person_id).lines[0].sentence


class TestEveryMessage:
    def test_of_a_fact_is_recorded_and_can_be_read(
        self, db: Any, creator: Creator, fan: Fan, hear: Hear, reading: Reading
    ) -> None:
        for fact in everything(creator, fan):
            hear(fact)
        entries = db.execute(select(TimelineEntry)).scalars().all()
        assert {message for entry in entries for message in said(entry.message)} >= of_facts()
        for language in OTHERS:
            with reading(language):
                for entry in entries:
                    assert entry.sentence != entry.english
                    assert entry.sentence.count("%") == entry.english.count("%")  # those of the title

    def test_of_a_creators_way_is_told_and_can_be_read(
        self, db: Any, creator: Creator, reading: Reading, login: Callable[..., Any]
    ) -> None:
        service.suspend_creator(creator.id, reason="100 % wrong: %(name)s")
        service.reinstate_creator(creator.id)
        service.update_profile(creator.id, subscription_minor=1299)
        service.give_login(creator.id, username=db.get(User, login("Creator").user_id).username)
        service.assign_manager(creator.id, username=db.get(User, login("CRM").user_id).username)
        service.offboard_creator(creator.id, reason="")
        service.begin_onboarding(
            service.apply_creator("bo", cluster="velvet", name="Bo", email="bo@example.test")
        )
        entries = db.execute(select(TimelineEntry)).scalars().all()
        assert {message for entry in entries for message in said(entry.message)} >= marked(creators)
        for language in OTHERS:
            with reading(language):
                assert all(entry.sentence != entry.english for entry in entries)

    @pytest.mark.parametrize("language", OTHERS)
    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(words=st.text(st.sampled_from("%()s{}ab\\“"), min_size=1))
    def test_holds_whatever_people_are_called(self, reading: Reading, language: str, words: str) -> None:
        names = (
            "fan",
            "creator",
            "manager",
            "name",
            "brand",
            "title",
            "asset",
            "reason",
            "reasons",
            "audience",
            "what",
        )
        money = dict.fromkeys(("gross", "share", "amount", "price"), amount(999, "USD"))
        with reading(language):
            for message in of_facts() | marked(creators):
                stored = stored_message(message, **dict.fromkeys(names, words), **money)
                for item, dollars in (
                    (in_english(stored), "$9.99"),
                    (for_reader(in_english(stored), stored), "9,99"),
                ):
                    assert item.count(words) >= list(stored["values"].values()).count(words)
                    assert (dollars in item) == ("minor" in str(stored["values"]))


class TestReading:
    def test_what_was_written_in_english_is_read_in_german(
        self, creator: Creator, fan: Fan, hear: Hear, reading: Reading
    ) -> None:
        with reading("fr"):  # whoever acts leaves no words of the own language
            hear(published(creator, "ppv"))
        assert latest(creator.id) == "“Sunset” was published for those who unlock it for $9.99."
        with reading("de"):
            assert latest(creator.id) == (
                "„Sunset“ wurde für alle veröffentlicht, die es für 9,99\xa0$ freischalten."
            )

    def test_amounts_are_written_as_the_reader_writes_them(
        self, creator: Creator, fan: Fan, hear: Hear, reading: Reading
    ) -> None:
        hear(paid(creator, fan.id, "tip"))
        results = {}
        for language in LANGUAGES:
            with reading(language):
                results[language] = latest(creator.id)
        assert results == {
            "en": "Tom N. tipped $1,234.50; the creator's share is $7.50.",
            "de": "Tom N. hat 1.234,50\xa0$ Trinkgeld gegeben; der Anteil des Creators beträgt 7,50\xa0$.",
            "es": "Tom N. dio una propina de 1.234,50\xa0US$; la parte del creador es de 7,50\xa0US$.",
            "fr": "Tom N. a donné un pourboire de 1\u202f234,50\xa0$US\u202f; la part du créateur est de 7,50\xa0$US.",
            "pt": "Tom N. deu uma gorjeta de US$\xa01.234,50; a parte do criador é de US$\xa07,50.",
        }

    def test_a_title_stands_in_the_readers_quotation_marks_and_fills_nothing(
        self, creator: Creator, fan: Fan, hear: Hear, reading: Reading
    ) -> None:
        hear(paid(creator, fan.id, "unlock"))
        assert latest(fan.id) == "Tom N. unlocked “100 %(fan)s” of Ada Fox for $1,234.50."
        with reading("de"):
            assert latest(fan.id) == (
                "Tom N. hat „100 %(fan)s“ von Ada Fox für 1.234,50\xa0$ freigeschaltet."
            )

    def test_who_and_what_nobody_knows_is_said_in_words(
        self, creator: Creator, hear: Hear, reading: Reading
    ) -> None:
        hear(paid(creator, new_id(), "unlock", asset_id=""))
        assert latest(creator.id) == "A fan unlocked an asset for $1,234.50; the creator's share is $7.50."
        with reading("de"):
            assert latest(creator.id).startswith("Ein Fan hat ein Asset für 1.234,50\xa0$ freigeschaltet;")

    @pytest.mark.parametrize(
        "message",
        [
            None,
            {"message": "%(name)s may publish again.", "values": {}},
            {"message": "%(name)s may publish again.", "values": {"name": 7}},
            {"message": "%(name)s may publish again.", "values": {"name": {"minor": "x", "currency": "USD"}}},
            {"message": "No catalogue knows %(name)s.", "values": {"name": "Ada"}},
            {"message": "", "values": {}},
            {"message": "Save"},
            {},
            ["%(name)s may publish again."],
        ],
    )
    def test_a_line_without_a_message_that_fits_stays_as_it_was_written(
        self, db: Any, creator: Creator, reading: Reading, message: Any
    ) -> None:
        db.execute(update(TimelineEntry).values(message=message))
        db.expire_all()
        with reading("de"):
            assert latest(creator.id) == "Ada Fox joined Velvet and may publish."

    def test_a_place_without_its_value_is_a_mistake(self) -> None:
        with pytest.raises(KeyError, match="brand"):
            stored_message("Off to %(brand)s", name="Ada")


class TestFaces:
    ENGLISH = "Ada Fox joined Velvet and may publish."
    GERMAN = "Ada Fox ist jetzt bei Velvet und darf veröffentlichen."

    def both(self, get: Callable[..., Any], address: str) -> tuple[str, str]:
        english, german = (get(address, headers={"Accept-Language": item}).text for item in ("en", "de"))
        return unescape(english), unescape(german)

    @pytest.mark.parametrize("address", ["/portal/", "/portal/timeline"])
    def test_the_creators_pages(self, creator: Creator, login: Login, address: str) -> None:
        english, german = self.both(login(user_id=creator.user_id).get, address)
        assert (self.ENGLISH in english, self.GERMAN in english) == (True, False)
        assert (self.ENGLISH in german, self.GERMAN in german) == (False, True)

    @pytest.mark.parametrize("address", ["/api/v1/crm/me", "/api/v1/crm/me/timeline"])
    def test_rest(self, creator: Creator, login: Login, address: str) -> None:
        get = login(user_id=creator.user_id).get
        for language, expected in (("en", self.ENGLISH), ("de", self.GERMAN)):
            answer = get(address, headers={"Accept-Language": language}).json
            lines = answer["timeline"] if "timeline" in answer else answer["items"]
            assert lines[0]["sentence"] == expected
            assert "told" not in lines[0]

    def test_the_console_in_its_list_and_on_the_record(self, db: Any, creator: Creator, login: Login) -> None:
        key = db.execute(select(TimelineEntry.id).where(TimelineEntry.kind == "joined")).scalar()
        for address in ("/crmtimelineconsole/list/", f"/crmtimelineconsole/show/{key}"):
            english, german = self.both(login("CRM").get, address)
            assert (self.ENGLISH in english, self.GERMAN in english) == (True, False)
            assert (self.ENGLISH in german, self.GERMAN in german) == (False, True)

    def test_the_file_that_the_console_gives(self, creator: Creator, login: Login) -> None:
        form = {"kind": "jsonl", "column": ["kind", "sentence"]}
        for language, expected in (("en", self.ENGLISH), ("de", self.GERMAN)):
            answer = login("CRM").post(
                "/crmtimelineconsole/export", data=form, headers={"Accept-Language": language}
            )
            assert f'"sentence": "{expected}"' in answer.text.replace('":"', '": "')
