"""How FanzShield is wired."""

from fanzadmin.contracts.shield import Documents, Pictures
from fanzadmin.kernel.system import System
from fanzadmin.shield import TITLE, demo
from fanzadmin.shield.incidents import listeners as _incidents  # noqa: F401  listeners register themselves
from fanzadmin.shield.incidents.api import blueprint
from fanzadmin.shield.incidents.console import ShieldIncidentConsole, ShieldIncidentNoteConsole
from fanzadmin.shield.inspection.documents import DocumentAnswers
from fanzadmin.shield.rights import RIGHTS
from fanzadmin.shield.verdicts import api as _verdicts_api  # noqa: F401  its resources join the blueprint
from fanzadmin.shield.verdicts import listeners as _verdicts  # noqa: F401
from fanzadmin.shield.verdicts.console import ShieldBlockedHashConsole, ShieldVerdictConsole
from fanzadmin.shield.verdicts.pictures import PictureAnswers

SYSTEM = System(
    name="shield",
    title=TITLE,
    rights=RIGHTS,
    consoles=(
        ShieldIncidentConsole,
        ShieldIncidentNoteConsole,
        ShieldVerdictConsole,
        ShieldBlockedHashConsole,
    ),
    apis=(blueprint,),
    provides={Documents: DocumentAnswers(), Pictures: PictureAnswers()},
    demo=demo.seed,
)
