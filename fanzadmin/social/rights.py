"""The rights of FanzSocial: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

SOCIAL_OWN_USE = Right("social:own:use")

RIGHTS = Rights(
    extra=(SOCIAL_OWN_USE,),
    roles={
        "Community": ("social:",),
        "Creator": (SOCIAL_OWN_USE,),
        "Fan": (SOCIAL_OWN_USE,),
    },
)
