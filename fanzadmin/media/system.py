"""How MediaCore is wired."""

import fanzadmin.media.assets.listeners
import fanzadmin.media.editing.api
import fanzadmin.media.encodes.api
import fanzadmin.media.posters.api
import fanzadmin.media.posters.listeners
import fanzadmin.media.publishing.api
import fanzadmin.media.publishing.listeners
import fanzadmin.media.scanning.listeners
import fanzadmin.media.uploads.api  # noqa: F401  listeners and routes register themselves
from fanzadmin.contracts.crm import ReportedAssets
from fanzadmin.contracts.media import Access, Assets, TaggedAssets
from fanzadmin.kernel.system import System
from fanzadmin.media import demo
from fanzadmin.media.assets.api import blueprint
from fanzadmin.media.assets.queries import AssetAnswers, titles_of
from fanzadmin.media.assets.tags import TagAnswers
from fanzadmin.media.library.console import MediaAssetConsole, MediaRenditionConsole
from fanzadmin.media.library.reported import AssetEvidence
from fanzadmin.media.playback.api import files
from fanzadmin.media.playback.queries import AccessAnswers
from fanzadmin.media.rights import RIGHTS

SYSTEM = System(
    name="media",
    title="MediaCore",
    rights=RIGHTS,
    tones={
        "published": "good",
        "scheduled": "info",
        "scanning": "info",
        "needs_records": "warn",
        "unchecked": "warn",
        "quarantined": "bad",
    },
    consoles=(MediaAssetConsole, MediaRenditionConsole),
    apis=(blueprint, files),
    provides={
        Assets: AssetAnswers(),
        Access: AccessAnswers(),
        TaggedAssets: TagAnswers(),
        ReportedAssets: AssetEvidence(),
    },
    names={"asset": (MediaAssetConsole, titles_of)},
    demo=demo.seed,
)
