"""What the other systems announce becomes figures and sentences."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from fanzadmin.contracts.biolink import LinkClicked
from fanzadmin.contracts.chat import MessageSent
from fanzadmin.contracts.compliance import AssetHeld, AssetReleased
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
from fanzadmin.contracts.social import (
    CreatorFollowed,
    CreatorUnfollowed,
    PostCommented,
    PostLiked,
    PostShared,
    PostUnliked,
)
from fanzadmin.crm import queries, service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.timeline.models import Subject
from fanzadmin.crm.timeline.service import record_entry
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.context import acting
from fanzadmin.kernel.i18n.stored_messages import stored_message
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask, provide

Hear = Callable[[Fact], None]
ASSET = new_id()


@pytest.fixture(autouse=True)
def media(app: Any) -> Iterator[None]:
    """MediaCore knows one asset, called Sunset."""

    class OneAsset:
        def card(self, asset_id: str) -> AssetCard | None:
            plain = dict.fromkeys(AssetCard.__dataclass_fields__, "") | {"title": "Sunset", "tags": ()}
            return AssetCard(**plain) if asset_id == ASSET else None  # type: ignore[arg-type]

    real = ask(Assets)
    provide(Assets, OneAsset())
    yield
    provide(Assets, real)


def sentences(creator_id: str) -> list[str]:
    return [line.sentence for line in queries.timeline(creator_id, limit=100).lines]


def published(creator: Creator, *, audience: str = "subscribers", price_minor: int = 0) -> AssetPublished:
    return AssetPublished(
        asset_id=ASSET, creator_id=creator.id, cluster="velvet", title="Sunset", caption="", kind="video",
        audience=audience, price_minor=price_minor, currency="USD", tags=(),
    )  # fmt: skip


def paid(creator: Creator, fan: Fan, purpose: str, asset_id: str = "") -> PaymentSettled:
    return PaymentSettled(
        payment_id=new_id(), purpose=purpose, fan_id=fan.id, creator_id=creator.id, cluster="velvet",
        asset_id=asset_id, gross_minor=999, processor_fee_minor=59, platform_fee_minor=190, creator_minor=750,
        currency="USD",
    )  # fmt: skip


class TestAnAsset:
    def test_its_way_is_told_in_sentences(self, creator: Creator, hear: Hear) -> None:
        about = {"asset_id": ASSET, "creator_id": creator.id, "cluster": "velvet"}
        hear(
            AssetUploaded(
                **about,
                title="Sunset",
                filename="s.mp4",
                content_type="video/mp4",
                size=9,
                sha256="",
                source_key="",
                audience="ppv",
                price_minor=999,
                currency="USD",
                performer_ids=(),
            )
        )
        hear(AssetHeld(**about, reasons=("compliance.unverified?name=Ada",)))
        hear(AssetReleased(**about))
        hear(AssetReady(**about, kind="video", duration_ms=1, stored_bytes=1, processing_ms=1))
        hear(published(creator, audience="ppv", price_minor=999))
        hear(SuggestionAccepted(**about, kind="tags", value='["studio"]'))
        hear(AssetWithdrawn(**about, reason="Withdrawn by its creator."))
        assert sentences(creator.id)[:7] == [
            "“Sunset” is not offered any more. Withdrawn by its creator.",
            "The suggested tags of “Sunset” was taken.",
            "“Sunset” was published for those who unlock it for $9.99.",
            "“Sunset” can be played.",
            "The records of “Sunset” are complete.",
            "“Sunset” waits for records. Ada's identity record is not verified.",
            "“Sunset” was uploaded.",
        ]
        numbers = queries.numbers_of(creator.id)
        assert (numbers.assets, numbers.published, numbers.suggestions_accepted) == (1, 0, 1)

    def test_what_goes_wrong_is_told_with_its_reason(self, creator: Creator, hear: Hear) -> None:
        about = {"asset_id": ASSET, "creator_id": creator.id, "cluster": "velvet"}
        hear(AssetQuarantined(**about, verdict_id=new_id(), reasons=("The file is an archive.",)))
        hear(AssetFailed(**about, title="Sunset", reason="The file ends too early."))
        assert sentences(creator.id)[:2] == [
            "“Sunset” could not be processed. The file ends too early.",
            "“Sunset” was blocked. The file is an archive.",
        ]

    def test_published_counts_what_is_offered_now(self, creator: Creator, hear: Hear) -> None:
        asset_withdrawn = AssetWithdrawn(asset_id=ASSET, creator_id=creator.id, cluster="velvet", reason="")
        for fact in (
            asset_withdrawn,
            published(creator),
            published(creator),
            asset_withdrawn,
            asset_withdrawn,
            published(creator),
        ):
            hear(fact)
        assert queries.numbers_of(creator.id).published == 1

    def test_a_day_on_which_more_is_taken_back_than_came_out_is_not_below_zero(
        self, creator: Creator, hear: Hear
    ) -> None:
        hear(published(creator))
        with clock.frozen(clock.now() + timedelta(days=1)):
            hear(AssetWithdrawn(asset_id=ASSET, creator_id=creator.id, cluster="velvet", reason=""))
        days = queries.days_of(creator.id, since=clock.now().date())
        assert [day.published for day in days] == [1]
        assert queries.numbers_of(creator.id).published == 0

    def test_an_entry_carries_the_trace_and_what_it_is_about(self, creator: Creator, hear: Hear) -> None:
        with acting(trace_id="a" * 32):
            hear(published(creator))
        line = queries.timeline(creator.id).lines[0]
        assert (line.trace_id, line.link, line.kind) == ("a" * 32, f"asset/{ASSET}", "published")


class TestMoney:
    def test_an_unlock_is_told_to_both_and_counted(
        self, db: Any, creator: Creator, fan: Fan, hear: Hear
    ) -> None:
        hear(paid(creator, fan, "unlock", ASSET))
        assert sentences(creator.id)[0] == "Tom N. unlocked “Sunset” for $9.99; the creator's share is $7.50."
        assert sentences(fan.id) == ["Tom N. unlocked “Sunset” of Ada Fox for $9.99."]
        numbers = queries.numbers_of(creator.id)
        assert (numbers.unlocks, numbers.gross_minor, numbers.earned_minor) == (1, 999, 750)
        db.refresh(fan)
        assert fan.spent_minor == 999

    def test_a_tip_and_a_subscription_read_as_what_they_are(
        self, creator: Creator, fan: Fan, hear: Hear
    ) -> None:
        hear(paid(creator, fan, "tip"))
        hear(paid(creator, fan, "subscription"))
        assert sentences(creator.id)[:2] == [
            "Tom N. paid $9.99 for a subscription; the creator's share is $7.50.",
            "Tom N. tipped $9.99; the creator's share is $7.50.",
        ]
        assert queries.numbers_of(creator.id).tips == 1

    def test_a_payout_is_counted_when_it_is_paid(self, creator: Creator, hear: Hear) -> None:
        about = {"payout_id": new_id(), "creator_id": creator.id, "cluster": "velvet", "currency": "USD"}
        hear(PayoutRequested(**about, amount_minor=10_000))
        assert queries.numbers_of(creator.id).paid_out_minor == 0
        hear(PayoutPaid(**about, amount_minor=10_000))
        assert queries.numbers_of(creator.id).paid_out_minor == 10_000
        assert sentences(creator.id)[:2] == ["$100.00 was paid out.", "A payout of $100.00 was asked for."]


class TestPeople:
    def test_subscribers_come_and_go(self, creator: Creator, fan: Fan, hear: Hear) -> None:
        about = {"creator_id": creator.id, "fan_id": fan.id, "cluster": "velvet", "subscription_id": new_id()}
        hear(SubscriptionStarted(**about))
        assert queries.numbers_of(creator.id).subscribers == 1
        hear(SubscriptionEnded(**about))
        assert queries.numbers_of(creator.id).subscribers == 0
        assert sentences(fan.id) == [
            "Tom N. does not subscribe any more to Ada Fox.",
            "Tom N. subscribed to Ada Fox.",
        ]

    def test_every_sign_of_life_is_counted_and_the_fan_was_seen(
        self, db: Any, creator: Creator, fan: Fan, hear: Hear
    ) -> None:
        post = {"post_id": new_id(), "creator_id": creator.id, "fan_id": fan.id, "cluster": "velvet"}
        hear(PostLiked(**post))
        hear(PostCommented(**post, comment_id=new_id()))
        hear(PostShared(**post))
        hear(CreatorFollowed(creator_id=creator.id, fan_id=fan.id, cluster="velvet"))
        hear(
            LinkClicked(
                link_id=new_id(),
                creator_id=creator.id,
                asset_id="",
                country="US",
                device="phone",
                cluster="velvet",
            )
        )
        n = queries.numbers_of(creator.id)
        assert (n.likes, n.comments, n.shares, n.followers, n.clicks) == (1, 1, 1, 1, 1)
        db.refresh(fan)
        assert fan.last_seen is not None

    def test_messages_of_people_count_those_of_the_platform_do_not(
        self, creator: Creator, fan: Fan, hear: Hear
    ) -> None:
        for seq, sender in enumerate(("fan", "creator", "platform"), 1):
            hear(
                MessageSent(
                    conversation_id=new_id(),
                    creator_id=creator.id,
                    fan_id=fan.id,
                    message_id=new_id(),
                    seq=seq,
                    sender=sender,
                    kind="text",
                    cluster="velvet",
                )
            )
        assert queries.numbers_of(creator.id).messages == 2

    def test_a_creator_nobody_knows_breaks_nothing(self, fan: Fan, hear: Hear) -> None:
        hear(PostLiked(post_id=new_id(), creator_id=new_id(), fan_id=new_id(), cluster="velvet"))


class TestDays:
    def test_figures_stand_on_their_day(self, creator: Creator, fan: Fan, hear: Hear) -> None:
        about = {"creator_id": creator.id, "fan_id": fan.id, "cluster": "velvet", "subscription_id": new_id()}
        hear(SubscriptionStarted(**about))
        hear(paid(creator, fan, "subscription"))
        today = clock.now().date()
        day = queries.days_of(creator.id, since=today)[0]
        assert (day.day, day.started, day.gross_minor) == (today, 1, 999)

    def test_a_restatement_replaces_what_was_counted(self, db: Any, creator: Creator, fan: Fan) -> None:
        service.count(creator.id, likes=5)
        today = clock.now().date()
        service.restate(
            {(creator.id, today): {"likes": 2, "subscribers": 1}, (fan.id, today): {"spent_minor": 70}}
        )
        assert (queries.numbers_of(creator.id).likes, queries.numbers_of(creator.id).subscribers) == (2, 1)
        db.refresh(fan)
        assert fan.spent_minor == 70

    def test_a_figure_that_does_not_exist_is_a_mistake(self, creator: Creator) -> None:
        with pytest.raises(ValueError, match="hugs"):
            service.count(creator.id, hugs=1)


class TestTimeline:
    def test_pages_follow_each_other_without_holes_or_doubles(self, creator: Creator) -> None:
        for number in range(7):
            record_entry(Subject.CREATOR, creator.id, "x", stored_message(str(number)), cluster="velvet")
        seen: list[str] = []
        before = None
        while True:
            shown = queries.timeline(creator.id, before=before, limit=3)
            seen += [line.sentence for line in shown.lines]
            if (before := shown.next) is None:
                break
        assert seen[:7] == ["6", "5", "4", "3", "2", "1", "0"]
        assert len(seen) == len(set(seen))


class TestTakingBack:
    def test_a_refund_takes_figures_and_spending_back(self, creator: Creator, fan: Fan, hear: Hear) -> None:
        payment = paid(creator, fan, "unlock", ASSET)
        hear(payment)
        hear(
            PaymentRefunded(
                payment_id=payment.payment_id,
                purpose="unlock",
                fan_id=fan.id,
                creator_id=creator.id,
                cluster="velvet",
                asset_id=ASSET,
                gross_minor=999,
                creator_minor=750,
                currency="USD",
            )
        )
        numbers = queries.numbers_of(creator.id)
        assert (numbers.unlocks, numbers.gross_minor, numbers.earned_minor) == (0, 0, 0)
        assert any("went back to" in sentence for sentence in sentences(creator.id))

    def test_a_like_and_a_follow_taken_back_count_no_more(
        self, creator: Creator, fan: Fan, hear: Hear
    ) -> None:
        about = {"creator_id": creator.id, "fan_id": fan.id, "cluster": "velvet"}
        post_id = new_id()
        hear(PostLiked(post_id=post_id, **about))
        hear(CreatorFollowed(**about))
        hear(PostUnliked(post_id=post_id, **about))
        hear(CreatorUnfollowed(**about))
        numbers = queries.numbers_of(creator.id)
        assert (numbers.likes, numbers.followers) == (0, 0)
