"""How CreatorCRM is wired."""

from fanzadmin.contracts.crm import People
from fanzadmin.crm import demo, listeners  # noqa: F401  the listeners register themselves
from fanzadmin.crm.api import blueprint
from fanzadmin.crm.console import (
    CrmCreatorConsole,
    CrmDayConsole,
    CrmFanConsole,
    CrmNoteConsole,
    CrmNumbersConsole,
    CrmTimelineConsole,
)
from fanzadmin.crm.queries import CrmPeople, names_of_creators, names_of_fans
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="crm",
    title="CreatorCRM",
    consoles=(
        CrmCreatorConsole,
        CrmNumbersConsole,
        CrmDayConsole,
        CrmFanConsole,
        CrmNoteConsole,
        CrmTimelineConsole,
    ),
    apis=(blueprint,),
    provides={People: CrmPeople()},
    names={"creator": (CrmCreatorConsole, names_of_creators), "fan": (CrmFanConsole, names_of_fans)},
    demo=demo.seed,
    demo_end=demo.count,
)
