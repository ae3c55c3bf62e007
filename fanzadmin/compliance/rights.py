"""The rights of Compliance: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

COMPLIANCE_OWN_RECORD = Right("compliance:own:record")
COMPLIANCE_DOCUMENT_REVEAL = Right("compliance:document:reveal")
COMPLIANCE_PERFORMER_REVEAL = Right("compliance:performer:reveal")
COMPLIANCE_REVIEW_READ = Right("compliance:review:read")

RIGHTS = Rights(
    extra=(COMPLIANCE_OWN_RECORD,),
    roles={
        "Compliance": ("compliance:",),
        "Content": (COMPLIANCE_REVIEW_READ,),
        "Creator": (COMPLIANCE_OWN_RECORD,),
    },
    confidential=("compliance:",),
)
