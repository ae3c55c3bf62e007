"""How BioLinkHub is wired."""

from fanzadmin.biolink import demo, listeners, queries  # noqa: F401  the listeners register themselves
from fanzadmin.biolink.api import blueprint
from fanzadmin.biolink.console import (
    BiolinkBlockConsole,
    BiolinkClickConsole,
    BiolinkLinkConsole,
    BiolinkPageConsole,
    BiolinkViewConsole,
)
from fanzadmin.biolink.rights import RIGHTS
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
