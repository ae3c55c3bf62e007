"""How MediaCore is wired."""

from fanzadmin.contracts.media import Assets
from fanzadmin.kernel.system import System
from fanzadmin.media import demo, listeners  # noqa: F401  the listeners register themselves
from fanzadmin.media.api import blueprint, files
from fanzadmin.media.console import MediaAssetConsole, MediaRenditionConsole
from fanzadmin.media.queries import AssetAnswers, titles_of

SYSTEM = System(
    name="media",
    title="MediaCore",
    tones={
        "published": "good",
        "scanning": "info",
        "needs_records": "warn",
        "unchecked": "warn",
        "quarantined": "bad",
    },
    consoles=(MediaAssetConsole, MediaRenditionConsole),
    apis=(blueprint, files),
    provides={Assets: AssetAnswers()},
    names={"asset": (MediaAssetConsole, titles_of)},
    demo=demo.seed,
)
