"""FanzFinance OS: payments, balances, and who has paid for what."""

from dataclasses import dataclass
from typing import Protocol

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_


@fact("finance.payment_settled.v1", subject="payment_id")
class PaymentSettled(Fact):
    """A fan's payment is booked. `purpose` is subscription, unlock or tip; amounts in minor units of `currency`.

    `gross_minor` = `processor_fee_minor` + `platform_fee_minor` + `creator_minor`.
    """

    payment_id: str
    purpose: str
    fan_id: str
    creator_id: str
    asset_id: str
    gross_minor: int
    processor_fee_minor: int
    platform_fee_minor: int
    creator_minor: int
    currency: str


@fact("finance.payment_declined.v1", subject="payment_id")
class PaymentDeclined(Fact):
    payment_id: str
    purpose: str
    fan_id: str
    creator_id: str
    reason: str


@fact("finance.payment_refunded.v1", subject="payment_id")
class PaymentRefunded(Fact):
    """Staff gave a payment back: its entry is reversed, what it opened is closed. Amounts as they were settled."""

    payment_id: str
    purpose: str
    fan_id: str
    creator_id: str
    asset_id: str
    gross_minor: int
    creator_minor: int
    currency: str


@fact("finance.subscription_started.v1", subject="subscription_id")
class SubscriptionStarted(Fact):
    subscription_id: str
    fan_id: str
    creator_id: str


@fact("finance.subscription_ended.v1", subject="subscription_id")
class SubscriptionEnded(Fact):
    subscription_id: str
    fan_id: str
    creator_id: str


@fact("finance.cost_booked.v1", subject="asset_id")
class CostBooked(Fact):
    """Storage and processing of an asset stand in the books."""

    asset_id: str
    creator_id: str
    storage_minor: int
    processing_minor: int
    currency: str


@fact("finance.payout_requested.v1", subject="payout_id")
class PayoutRequested(Fact):
    payout_id: str
    creator_id: str
    amount_minor: int
    currency: str


@fact("finance.payout_paid.v1", subject="payout_id")
class PayoutPaid(Fact):
    payout_id: str
    creator_id: str
    amount_minor: int
    currency: str


@fact("finance.payout_approved.v1", subject="payout_id")
class PayoutApproved(Fact):
    payout_id: str
    creator_id: str
    amount_minor: int
    currency: str


@fact("finance.payout_refused.v1", subject="payout_id")
class PayoutRefused(Fact):
    """The money is available to the creator again; `reason` is a sentence for the creator."""

    payout_id: str
    creator_id: str
    amount_minor: int
    currency: str
    reason: str


@fact("finance.books_broken.v1", subject="rule")
class BooksBroken(Fact):
    """An invariant of the books does not hold in this cluster; `detail` is a sentence for the finance team."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What a creator has earned, in minor units: free to pay out, reserved for a payout, paid out so far."""

    available_minor: int
    reserved_minor: int
    paid_minor: int
    currency: str


class Entitlements(Protocol):
    """Who may see what, by what they paid."""

    def is_subscribed(self, fan_id: str, creator_id: str) -> bool: ...

    def unlocked_among(self, fan_id: str, asset_ids: tuple[str, ...]) -> frozenset[str]: ...

    def subscriber_ids(self, creator_id: str) -> tuple[str, ...]:
        """The fans with a running subscription to this creator."""

    def subscribed_creator_ids(self, fan_id: str) -> frozenset[str]: ...


class Ledger(Protocol):
    """Questions about money."""

    def balance(self, creator_id: str) -> Balance: ...


_PURPOSES = By("purpose", {"unlock": "unlock", "tip": "tip"}, other="subscription")
_UNITS: dict[str, dict[str, int]] = {"unlock": {"unlocks": 1}, "tip": {"tips": 1}}
_SHARE = {"share": "creator_minor"}

timeline(
    PaymentSettled,
    creator=Entry(
        _PURPOSES,
        By(
            "purpose",
            {
                "unlock": N_("%(fan)s unlocked %(asset)s for %(gross)s; the creator's share is %(share)s."),
                "tip": N_("%(fan)s tipped %(gross)s; the creator's share is %(share)s."),
            },
            other=N_("%(fan)s paid %(gross)s for a subscription; the creator's share is %(share)s."),
        ),
        about="payment_id",
        values=_SHARE,
        tone="good",
    ),
    fan=Entry(
        _PURPOSES,
        By(
            "purpose",
            {
                "unlock": N_("%(fan)s unlocked %(asset)s of %(creator)s for %(gross)s."),
                "tip": N_("%(fan)s tipped %(creator)s %(gross)s."),
            },
            other=N_("%(fan)s paid %(creator)s %(gross)s for a subscription."),
        ),
        about="payment_id",
        tone="good",
    ),
    counts=lambda payment: {
        "gross_minor": payment.gross_minor,
        "earned_minor": payment.creator_minor,
        **_UNITS.get(payment.purpose, {}),
    },
    spent=lambda payment: payment.gross_minor,
    seen=True,
)
timeline(
    PaymentRefunded,
    creator=Entry(
        "refund",
        N_("%(amount)s went back to %(fan)s."),
        about="payment_id",
        values={"amount": "gross_minor"},
    ),
    counts=lambda payment: {
        "gross_minor": -payment.gross_minor,
        "earned_minor": -payment.creator_minor,
        **{figure: -units for figure, units in _UNITS.get(payment.purpose, {}).items()},
    },
    spent=lambda payment: -payment.gross_minor,
)
timeline(
    SubscriptionStarted,
    creator=Entry("subscribed", N_("%(fan)s subscribed."), about="fan_id", tone="good"),
    fan=Entry("subscribed", N_("%(fan)s subscribed to %(creator)s."), about="creator_id", tone="good"),
    counts={"subscribers": 1, "started": 1},
)
timeline(
    SubscriptionEnded,
    creator=Entry("unsubscribed", N_("%(fan)s does not subscribe any more."), about="fan_id"),
    fan=Entry("unsubscribed", N_("%(fan)s does not subscribe any more to %(creator)s."), about="creator_id"),
    counts={"subscribers": -1, "ended": 1},
)
timeline(
    PayoutRequested,
    creator=Entry("payout", N_("A payout of %(amount)s was asked for."), about="payout_id"),
)
timeline(
    PayoutPaid,
    creator=Entry("payout", N_("%(amount)s was paid out."), about="payout_id"),
    counts=lambda payout: {"paid_out_minor": payout.amount_minor},
)
