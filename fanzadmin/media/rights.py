"""The rights of MediaCore: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

MEDIA_OWN_UPLOAD = Right("media:own:upload")
MEDIA_OWN_PLAY = Right("media:own:play")
MEDIA_ASSET_READ = Right("media:asset:read")

RIGHTS = Rights(
    extra=(MEDIA_OWN_UPLOAD, MEDIA_OWN_PLAY),
    roles={
        "Content": ("media:",),
        "Compliance": (MEDIA_ASSET_READ, "media:asset:withdraw"),
        "Creator": (MEDIA_OWN_UPLOAD, MEDIA_OWN_PLAY),
        "Fan": (MEDIA_OWN_PLAY,),
    },
)
