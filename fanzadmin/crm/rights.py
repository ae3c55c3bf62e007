"""The rights of CreatorCRM: those beyond its consoles (the home of creators and of fans, too), and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

CRM_CREATOR_READ = Right("crm:creator:read")
PORTAL_HOME_USE = Right("portal:home:use")
FEED_HOME_USE = Right("feed:home:use")
CRM_OWN_BLOCK = Right("crm:own:block")
CRM_OWN_REPORT = Right("crm:own:report")

RIGHTS = Rights(
    extra=(PORTAL_HOME_USE, FEED_HOME_USE, CRM_OWN_BLOCK, CRM_OWN_REPORT),
    roles={
        "CRM": ("crm:creator:", "crm:fan:", "crm:note:", "crm:timeline:", "crm:block:"),
        "Content": (CRM_CREATOR_READ,),
        "Community": (CRM_CREATOR_READ, "crm:fan:read", "crm:block:read", "crm:case:"),
        "Finance": (CRM_CREATOR_READ,),
        "Creator": (PORTAL_HOME_USE, CRM_OWN_BLOCK, CRM_OWN_REPORT),
        "Fan": (FEED_HOME_USE, CRM_OWN_BLOCK, CRM_OWN_REPORT),
    },
    confidential=("crm:case:",),  # private words stand in it
)
