"""Assets that are reported: what is shown of them, and their withdrawal."""

from fanzadmin.contracts.crm import Evidence
from fanzadmin.contracts.media import Viewer
from fanzadmin.kernel.db import session
from fanzadmin.media.assets.models import Asset
from fanzadmin.media.playback.queries import AccessAnswers
from fanzadmin.media.publishing import service as publishing


class AssetEvidence:
    """The answer to `contracts.crm.ReportedAssets`."""

    def evidence(self, _kind: str, subject_id: str, viewer: Viewer) -> Evidence | None:
        opening = AccessAnswers().openings(viewer, (subject_id,)).get(subject_id)
        if opening is None:
            return None
        card = opening.card
        return Evidence(
            cluster=card.cluster,
            creator_id=card.creator_id,
            fan_id=None,
            title=card.title,
            text=card.caption,
            asset_id=card.id,
            surroundings=card.tags,
        )

    def remove(self, _kind: str, subject_id: str, *, reason: str) -> None:
        asset = session.get(Asset, subject_id, with_for_update=True)
        if asset is not None and asset.withdrawn_at is None:
            publishing.withdraw(asset, reason=reason)
