"""FanzShield announces how the scan goes."""

from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.contracts.shield import (
    AssetCleared,
    AssetQuarantined,
    AssetRefused,
    ScanFailed,
    ScanRestarted,
)
from fanzadmin.kernel.bus import on
from fanzadmin.media.scanning import service


@on(AssetUploaded)
def uploaded(fact: AssetUploaded) -> None:
    service.mark_scanning(fact.asset_id)


@on(AssetCleared)
def cleared(fact: AssetCleared) -> None:
    service.accept_clean_copy(
        fact.asset_id, clean_key=fact.clean_key, content_type=fact.content_type, kind=fact.kind
    )


@on(ScanFailed)
def unchecked(fact: ScanFailed) -> None:
    service.mark_unscannable(fact.asset_id, reason=fact.reason)


@on(ScanRestarted)
def checked_again(fact: ScanRestarted) -> None:
    service.restart_scan(fact.asset_id)


@on(AssetRefused)
def refused(fact: AssetRefused) -> None:
    service.refuse(fact.asset_id, reasons=fact.reasons)


@on(AssetQuarantined)
def quarantined(fact: AssetQuarantined) -> None:
    service.quarantine(fact.asset_id, reasons=fact.reasons)
