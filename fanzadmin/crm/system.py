"""How CreatorCRM is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="crm", title="CreatorCRM")
