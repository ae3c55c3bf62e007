"""How FanzFinance OS is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="finance", title="FanzFinance OS")
