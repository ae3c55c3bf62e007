"""How Compliance is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="compliance", title="Compliance")
