"""What subscriptions do when they hear a fact."""

from fanzadmin.contracts.finance import PaymentRefunded
from fanzadmin.finance.subscriptions import service
from fanzadmin.kernel.bus import on


@on(PaymentRefunded)
def end_refunded_subscription(fact: PaymentRefunded) -> None:
    service.end_refunded_subscription(fact.payment_id)
