"""The rights of FanzGPT: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

GPT_OWN_USE = Right("gpt:own:use")

RIGHTS = Rights(
    extra=(GPT_OWN_USE,),
    roles={
        "CRM": ("gpt:",),
        "Content": ("gpt:",),
        "Creator": (GPT_OWN_USE,),
    },
)
