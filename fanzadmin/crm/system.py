"""How CreatorCRM is wired."""

from fanzadmin.contracts.crm import Blocks, People
from fanzadmin.crm import TITLE, demo
from fanzadmin.crm.activity import listeners  # noqa: F401  the listeners register themselves
from fanzadmin.crm.blocks import api as blocks_api  # noqa: F401  its routes stand on the creators' blueprint
from fanzadmin.crm.blocks.console import CrmBlockConsole
from fanzadmin.crm.blocks.queries import BlockAnswers
from fanzadmin.crm.creators.api import blueprint
from fanzadmin.crm.creators.console import CrmCreatorConsole, CrmDayConsole, CrmNumbersConsole
from fanzadmin.crm.creators.queries import names_of_creators
from fanzadmin.crm.discovery import api as discovery_api  # noqa: F401  the same
from fanzadmin.crm.fans import api as fans_api  # noqa: F401  its routes stand on the creators' blueprint
from fanzadmin.crm.fans.console import CrmFanConsole
from fanzadmin.crm.fans.queries import names_of_fans
from fanzadmin.crm.notes.console import CrmNoteConsole
from fanzadmin.crm.queries import CrmPeople
from fanzadmin.crm.reports import api as reports_api  # noqa: F401  the same
from fanzadmin.crm.reports.console import CrmCaseConsole, CrmReportConsole
from fanzadmin.crm.rights import RIGHTS
from fanzadmin.crm.timeline.console import CrmTimelineConsole
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="crm",
    title=TITLE,
    rights=RIGHTS,
    consoles=(
        CrmCreatorConsole,
        CrmNumbersConsole,
        CrmDayConsole,
        CrmFanConsole,
        CrmNoteConsole,
        CrmBlockConsole,
        CrmCaseConsole,
        CrmReportConsole,
        CrmTimelineConsole,
    ),
    apis=(blueprint,),
    provides={People: CrmPeople(), Blocks: BlockAnswers()},
    names={"creator": (CrmCreatorConsole, names_of_creators), "fan": (CrmFanConsole, names_of_fans)},
    demo=demo.seed,
    demo_end=demo.count,
)
