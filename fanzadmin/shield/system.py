"""How FanzShield is wired."""

from fanzadmin.kernel.system import System
from fanzadmin.shield import demo, listeners  # noqa: F401  the listeners register themselves
from fanzadmin.shield.api import blueprint
from fanzadmin.shield.console import (
    ShieldBlockedHashConsole,
    ShieldIncidentConsole,
    ShieldIncidentNoteConsole,
    ShieldVerdictConsole,
)

SYSTEM = System(
    name="shield",
    title="FanzShield",
    consoles=(
        ShieldIncidentConsole,
        ShieldIncidentNoteConsole,
        ShieldVerdictConsole,
        ShieldBlockedHashConsole,
    ),
    apis=(blueprint,),
    demo=demo.seed,
)
