"""How FanzFinance OS is wired."""

from fanzadmin.contracts.finance import Entitlements, Ledger
from fanzadmin.finance import demo, listeners, queries  # noqa: F401  the listeners register themselves
from fanzadmin.finance.api import blueprint
from fanzadmin.finance.console import (
    FinanceAccountConsole,
    FinanceJournalConsole,
    FinancePaymentConsole,
    FinancePayoutConsole,
    FinancePostingConsole,
    FinanceSubscriptionConsole,
)
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="finance",
    title="FanzFinance OS",
    consoles=(
        FinanceAccountConsole,
        FinanceJournalConsole,
        FinancePostingConsole,
        FinancePaymentConsole,
        FinanceSubscriptionConsole,
        FinancePayoutConsole,
    ),
    apis=(blueprint,),
    provides={Entitlements: queries, Ledger: queries},
    demo=demo.seed,
)
