"""How BioLinkHub is wired."""

from fanzadmin.biolink import demo, queries
from fanzadmin.biolink.pages import listeners  # noqa: F401  the listeners register themselves
from fanzadmin.biolink.pages.api import blueprint
from fanzadmin.biolink.pages.console import BiolinkBlockConsole, BiolinkLinkConsole, BiolinkPageConsole
from fanzadmin.biolink.rights import RIGHTS
from fanzadmin.biolink.visits.console import BiolinkClickConsole, BiolinkViewConsole
from fanzadmin.contracts.biolink import Links
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="biolink",
    title="BioLinkHub",
    rights=RIGHTS,
    tones={"live": "good"},
    consoles=(
        BiolinkPageConsole,
        BiolinkBlockConsole,
        BiolinkLinkConsole,
        BiolinkClickConsole,
        BiolinkViewConsole,
    ),
    apis=(blueprint,),
    provides={Links: queries},
    demo=demo.seed,
)
