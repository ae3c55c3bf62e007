"""How MediaCore is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="media", title="MediaCore")
