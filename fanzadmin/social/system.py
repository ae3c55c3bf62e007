"""How FanzSocial is wired."""

from fanzadmin.contracts.crm import ReportedPosts
from fanzadmin.kernel.system import System
from fanzadmin.social import demo, listeners  # noqa: F401  the listeners register themselves
from fanzadmin.social.api import social
from fanzadmin.social.console import (
    SocialCommentConsole,
    SocialFollowConsole,
    SocialLikeConsole,
    SocialPostConsole,
    SocialShareConsole,
)
from fanzadmin.social.rights import RIGHTS
from fanzadmin.social.service.reported import PostEvidence

SYSTEM = System(
    name="social",
    title="FanzSocial",
    rights=RIGHTS,
    consoles=(
        SocialPostConsole,
        SocialCommentConsole,
        SocialLikeConsole,
        SocialShareConsole,
        SocialFollowConsole,
    ),
    apis=(social,),
    provides={ReportedPosts: PostEvidence()},
    demo=demo.seed,
)
