"""How CreatorCRM is wired."""

from fanzadmin.contracts.crm import People
from fanzadmin.crm import demo, listeners  # noqa: F401  the listeners register themselves
from fanzadmin.crm.queries import CrmPeople
from fanzadmin.kernel.system import System

SYSTEM = System(name="crm", title="CreatorCRM", provides={People: CrmPeople()}, demo=demo.seed)
