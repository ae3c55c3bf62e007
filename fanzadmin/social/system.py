"""How FanzSocial is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="social", title="FanzSocial")
