"""A second encode draws the first good frame: the chosen poster comes back."""

from fanzadmin.contracts.media import AssetReady
from fanzadmin.kernel.bus import on
from fanzadmin.media.posters import service


@on(AssetReady)
def redraw_poster(fact: AssetReady) -> None:
    service.redraw_poster(fact.asset_id)
