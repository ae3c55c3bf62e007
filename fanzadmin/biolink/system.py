"""How BioLinkHub is wired."""

from fanzadmin.biolink import demo, listeners, queries  # noqa: F401  the listeners register themselves
from fanzadmin.biolink.api import blueprint
from fanzadmin.biolink.console import BiolinkClickConsole, BiolinkLinkConsole, BiolinkPageConsole
from fanzadmin.contracts.biolink import Links
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="biolink",
    title="BioLinkHub",
    consoles=(BiolinkPageConsole, BiolinkLinkConsole, BiolinkClickConsole),
    apis=(blueprint,),
    provides={Links: queries},
    demo=demo.seed,
)
