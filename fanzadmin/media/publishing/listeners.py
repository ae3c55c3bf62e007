"""Compliance opens and closes its gate; a creator who may act again is offered what became ready meanwhile."""

from fanzadmin.contracts.compliance import AssetHeld, AssetReleased
from fanzadmin.contracts.crm import CreatorReinstated
from fanzadmin.kernel.bus import on
from fanzadmin.media.publishing import service


@on(AssetReleased)
def released(fact: AssetReleased) -> None:
    service.release(fact.asset_id)


@on(AssetHeld)
def held(fact: AssetHeld) -> None:
    service.hold(fact.asset_id, reasons=fact.reasons)


@on(CreatorReinstated)
def reinstated(fact: CreatorReinstated) -> None:
    service.publish_due_assets(fact.creator_id)
