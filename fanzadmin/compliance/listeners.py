"""What Compliance does when it hears of something."""

from fanzadmin.compliance import service
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel.bus import on


@on(AssetUploaded)
def review_upload(fact: AssetUploaded) -> None:
    service.take_up(fact)
