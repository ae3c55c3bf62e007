"""Compliance opens and closes its gate."""

from fanzadmin.contracts.compliance import AssetHeld, AssetReleased
from fanzadmin.kernel.bus import on
from fanzadmin.media.publishing import service


@on(AssetReleased)
def released(fact: AssetReleased) -> None:
    service.release(fact.asset_id)


@on(AssetHeld)
def held(fact: AssetHeld) -> None:
    service.hold(fact.asset_id, reasons=fact.reasons)
