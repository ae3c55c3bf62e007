"""How FanzShield is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="shield", title="FanzShield")
