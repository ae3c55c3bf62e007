"""How BioLinkHub is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="biolink", title="BioLinkHub")
