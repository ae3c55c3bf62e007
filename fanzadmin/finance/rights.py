"""The rights of FanzFinance OS: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

FINANCE_BOARD_READ = Right("finance:board:read")
FINANCE_OWN_PAY = Right("finance:own:pay")
FINANCE_OWN_EARN = Right("finance:own:earn")

RIGHTS = Rights(
    extra=(FINANCE_BOARD_READ, FINANCE_OWN_PAY, FINANCE_OWN_EARN),
    roles={
        "Finance": ("finance:",),
        "Creator": (FINANCE_OWN_EARN,),
        "Fan": (FINANCE_OWN_PAY,),
    },
)
