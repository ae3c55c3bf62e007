"""The rights of ChatSphere: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

CHAT_OWN_USE = Right("chat:own:use")

RIGHTS = Rights(
    extra=(CHAT_OWN_USE,),
    roles={
        "Community": ("chat:",),
        "Creator": (CHAT_OWN_USE,),
        "Fan": (CHAT_OWN_USE,),
    },
    confidential=("chat:message:",),
)
