"""How FanzFinance OS is wired."""

from fanzadmin.contracts.finance import Entitlements, Ledger
from fanzadmin.finance import TITLE, demo, queries
from fanzadmin.finance.costs import listeners as _costs  # noqa: F401  listeners register themselves
from fanzadmin.finance.ledger.console import (
    FinanceAccountConsole,
    FinanceJournalConsole,
    FinancePostingConsole,
)
from fanzadmin.finance.payments.api import blueprint as payments
from fanzadmin.finance.payments.console import FinancePaymentConsole
from fanzadmin.finance.payouts.api import blueprint as payouts
from fanzadmin.finance.payouts.console import FinancePayoutConsole
from fanzadmin.finance.subscriptions import listeners as _subscriptions  # noqa: F401
from fanzadmin.finance.subscriptions.api import blueprint as subscriptions
from fanzadmin.finance.subscriptions.console import FinanceSubscriptionConsole
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="finance",
    title=TITLE,
    consoles=(
        FinanceAccountConsole,
        FinanceJournalConsole,
        FinancePostingConsole,
        FinancePaymentConsole,
        FinanceSubscriptionConsole,
        FinancePayoutConsole,
    ),
    apis=(payments, subscriptions, payouts),
    provides={Entitlements: queries, Ledger: queries},
    demo=demo.seed,
)
