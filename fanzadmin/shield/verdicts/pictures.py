"""Pictures that come beside an asset, such as its poster: looked at as an upload is, without a verdict of their own."""

from __future__ import annotations

from sqlalchemy import select

from fanzadmin.contracts.shield import PictureCheck, Pictures
from fanzadmin.kernel.context import PLATFORM
from fanzadmin.kernel.db import end_read, session
from fanzadmin.kernel.storage import get_storage
from fanzadmin.kernel.temp_dirs import temp_dir
from fanzadmin.shield.incidents.service import open_incident
from fanzadmin.shield.inspection.service import BLOCKED, Finding, inspect_file
from fanzadmin.shield.parsing.reasons import reason_of
from fanzadmin.shield.verdicts.models import BlockedHash
from fanzadmin.shield.verdicts.service import SEVERITIES, blocked_reason


class PictureAnswers(Pictures):
    """What other systems may ask."""

    def clean_picture(
        self, key: str, clean_key: str, *, asset_id: str, creator_id: str, cluster: str
    ) -> PictureCheck:
        finding = _inspected(key, clean_key)
        problem = "\n".join(reason.text for reason in finding.reasons)
        for reason in finding.reasons:
            if reason.code in SEVERITIES:
                open_incident(
                    "A picture for a poster was blocked",
                    code=reason.code,
                    severity=SEVERITIES[reason.code],
                    cluster=cluster,
                    detail=problem,
                    about_kind="asset",
                    about_id=asset_id,
                    creator_id=creator_id,
                    opened_by=PLATFORM,
                )
                break
        return PictureCheck(problem)


def _inspected(key: str, clean_key: str) -> Finding:
    blocked = {row.sha256: row.reason for row in session.execute(select(BlockedHash)).scalars()}
    end_read()  # a decoder may take seconds
    with temp_dir("picture") as folder, get_storage().local_copy(key) as path:
        copy = folder / "clean"
        finding = inspect_file(
            path,
            clean_copy=copy,
            listed=lambda sha256: blocked_reason(blocked[sha256]) if sha256 in blocked else None,
        )
        if not finding.reasons and finding.kind != "image":
            return Finding(BLOCKED, (reason_of("no_picture"),), finding.sha256, finding.size)
        if not finding.reasons:
            get_storage().put_file(clean_key, copy)
    return finding
