"""What MediaCore does when others say something."""

from fanzadmin.contracts.compliance import AssetHeld, AssetReleased
from fanzadmin.contracts.gpt import SuggestionAccepted
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.contracts.shield import AssetCleared, AssetQuarantined, ScanFailed, ScanRestarted
from fanzadmin.kernel.bus import on
from fanzadmin.media import service


@on(AssetUploaded)
def uploaded(fact: AssetUploaded) -> None:
    service.hand_to_shield(fact.asset_id)


@on(AssetCleared)
def cleared(fact: AssetCleared) -> None:
    service.accept_clean_copy(
        fact.asset_id, clean_key=fact.clean_key, content_type=fact.content_type, kind=fact.kind
    )


@on(ScanFailed)
def unchecked(fact: ScanFailed) -> None:
    service.note_unchecked(fact.asset_id, reason=fact.reason)


@on(ScanRestarted)
def checked_again(fact: ScanRestarted) -> None:
    service.note_rescan(fact.asset_id)


@on(AssetQuarantined)
def quarantined(fact: AssetQuarantined) -> None:
    service.quarantine(fact.asset_id, reasons=fact.reasons)


@on(AssetReleased)
def released(fact: AssetReleased) -> None:
    service.release(fact.asset_id)


@on(AssetHeld)
def held(fact: AssetHeld) -> None:
    service.hold(fact.asset_id, reasons=fact.reasons)


@on(SuggestionAccepted)
def suggestion_accepted(fact: SuggestionAccepted) -> None:
    service.take_suggestion(fact.asset_id, kind=fact.kind, value=fact.value)
