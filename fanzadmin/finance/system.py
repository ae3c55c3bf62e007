"""How FanzFinance OS is wired."""

# ruff: noqa: F401  listeners and views register themselves when they are imported

from fanzadmin.contracts.finance import Entitlements, Ledger
from fanzadmin.finance import TITLE, demo, queries
from fanzadmin.finance.costs import listeners as costs_listeners
from fanzadmin.finance.ledger import console as ledger
from fanzadmin.finance.payments import console as payments
from fanzadmin.finance.payments.api import blueprint
from fanzadmin.finance.payouts import api as payouts_api
from fanzadmin.finance.payouts import console as payouts
from fanzadmin.finance.rights import RIGHTS
from fanzadmin.finance.subscriptions import api as subscriptions_api
from fanzadmin.finance.subscriptions import console as subscriptions
from fanzadmin.finance.subscriptions import listeners as subscriptions_listeners
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="finance",
    title=TITLE,
    rights=RIGHTS,
    tones={"paid": "good", "settled": "good", "past_due": "warn", "refunded": "bad"},
    consoles=(*ledger.CONSOLES, *payments.CONSOLES, *subscriptions.CONSOLES, *payouts.CONSOLES),
    apis=(blueprint,),
    provides={Entitlements: queries, Ledger: queries},
    demo=demo.seed,
)
