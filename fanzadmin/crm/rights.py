"""The rights of CreatorCRM: those beyond its consoles (the home of creators and of fans, too), and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

CRM_CREATOR_READ = Right("crm:creator:read")
PORTAL_HOME_USE = Right("portal:home:use")
FEED_HOME_USE = Right("feed:home:use")
CRM_OWN_BLOCK = Right("crm:own:block")

RIGHTS = Rights(
    extra=(PORTAL_HOME_USE, FEED_HOME_USE, CRM_OWN_BLOCK),
    roles={
        "CRM": ("crm:",),
        "Content": (CRM_CREATOR_READ,),
        "Community": (CRM_CREATOR_READ, "crm:fan:read", "crm:block:read"),
        "Finance": (CRM_CREATOR_READ,),
        "Creator": (PORTAL_HOME_USE, CRM_OWN_BLOCK),
        "Fan": (FEED_HOME_USE, CRM_OWN_BLOCK),
    },
)
