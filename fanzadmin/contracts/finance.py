"""FanzFinance OS: payments, balances, and who has paid for what."""

from dataclasses import dataclass
from typing import Protocol

from fanzadmin.kernel.bus import Fact, fact


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

    def has_unlocked(self, fan_id: str, asset_id: str) -> bool: ...

    def unlocked_among(self, fan_id: str, asset_ids: tuple[str, ...]) -> frozenset[str]: ...

    def subscriber_ids(self, creator_id: str) -> tuple[str, ...]:
        """The fans with a running subscription to this creator."""

    def subscribed_creator_ids(self, fan_id: str) -> frozenset[str]: ...


class Ledger(Protocol):
    """Questions about money."""

    def balance(self, creator_id: str) -> Balance: ...

    def lifetime_value_minor(self, fan_id: str) -> int:
        """All that a fan ever paid, in minor units of the fan's cluster's currency."""
