"""What FanzShield does when it hears of something."""

from fanzadmin.contracts.compliance import MinorSuspected
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel.bus import on
from fanzadmin.shield import service


@on(AssetUploaded)
def scan_upload(fact: AssetUploaded) -> None:
    service.ask_for_scan(fact)


@on(MinorSuspected)
def raise_alarm(fact: MinorSuspected) -> None:
    service.report_minor(fact)
