"""The scan of an asset: asked for when it is uploaded, decided once, announced to all systems."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.contracts.shield import (
    AssetCleared,
    AssetQuarantined,
    AssetRefused,
    ScanFailed,
    ScanRestarted,
)
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import end_read, session
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import enqueue, progress
from fanzadmin.kernel.storage import get_storage
from fanzadmin.kernel.temp_dirs import temp_dir
from fanzadmin.shield.incidents.service import PLATFORM, emit_to_team, open_incident
from fanzadmin.shield.inspection.service import Finding, inspect_file
from fanzadmin.shield.parsing.reasons import Reason, reason_of
from fanzadmin.shield.verdicts.models import BlockedHash, Outcome, Verdict
from fanzadmin.shield.verdicts.queries import NoSuchVerdict

Say = Callable[[int, str], None]

# What an attacker does is an incident; a broken or oversized file, or one of another type, is only refused to its owner.
SEVERITIES = {
    "blocked_hash": "critical",
    "hidden_malware": "critical",
    "hidden_executable": "high",
    "hidden_script": "high",
    "executable": "high",
    "script": "high",
    "svg": "medium",
    "playlist": "high",
    "hidden_archive": "high",
    "hidden_document": "medium",
    "hidden_attachment": "high",
    "hidden_playlist": "high",
    "archive": "medium",
    "bomb": "medium",
    "trailing_data": "medium",
    "disguised": "medium",
}
_RANK = ("low", "medium", "high", "critical")


class NothingToScanAgain(Conflict):
    title = "This file was checked already"


def ask_for_scan(upload: AssetUploaded) -> None:
    """Note the upload and have it scanned in the background. Safe to repeat."""
    row = {
        "id": new_id(),
        "asset_id": upload.asset_id,
        "creator_id": upload.creator_id,
        "cluster": upload.cluster,
        "title": upload.title,
        "filename": upload.filename,
        "content_type": upload.content_type[:200],
        "source_key": upload.source_key,
        "outcome": Outcome.WAITING,
        "sha256": upload.sha256,
        "size": upload.size,
        "created_at": clock.now(),
    }
    session.execute(
        insert(Verdict).values(**row, **_UNKNOWN).on_conflict_do_nothing(index_elements=["asset_id"])
    )
    _enqueue_scan(upload.asset_id, creator_id=upload.creator_id, title=upload.title)


_UNKNOWN: dict[str, object] = {
    "reasons": [], "removed": [], "format": "", "kind": "", "mime": "", "width": 0, "height": 0, "duration_ms": 0,
    "trailing_bytes": 0, "clean_key": "", "clean_sha256": "", "clean_size": 0, "quarantine_key": "", "scan_ms": 0,
}  # fmt: skip


def scan_again(asset_id: str) -> None:
    """Have a file checked once more that could not be checked. Raises NoSuchVerdict, NothingToScanAgain."""
    verdict = _verdict(asset_id, lock=True)
    if verdict.outcome != Outcome.FAILED:
        raise NothingToScanAgain(gettext("Only a file that could not be checked can be checked again."))
    verdict.outcome, verdict.reasons, verdict.decided_at = Outcome.WAITING, [], None
    record(
        ScanRestarted(
            cluster=verdict.cluster,
            asset_id=verdict.asset_id,
            creator_id=verdict.creator_id,
            verdict_id=verdict.id,
        )
    )
    _enqueue_scan(asset_id, creator_id=verdict.creator_id, title=verdict.title)


def scan_asset(asset_id: str) -> None:
    """Look at the asset's file and decide: cleared with a clean copy, or quarantined. Decided once; a second call does
    nothing. Raises NoSuchVerdict, sandbox.TookTooLong."""
    verdict = _verdict(asset_id)
    if verdict.outcome not in {Outcome.WAITING, Outcome.FAILED}:
        return
    source, filename, declared = _where(verdict), verdict.filename, verdict.content_type
    blocked = {row.sha256: row.reason for row in session.execute(select(BlockedHash)).scalars()}
    end_read()
    with temp_dir("scan") as folder:
        copy = folder / "clean"
        progress.report(5, "Looking at what the file really is")
        finding, spent = _timed(source, copy, filename=filename, declared=declared, blocked=blocked)
        progress.report(90, "Storing the checked copy" if finding.is_clean else "Putting the file aside")
        verdict = _verdict(asset_id, lock=True)
        if verdict.outcome not in {Outcome.WAITING, Outcome.FAILED}:
            return
        _write_down(verdict, finding, spent)
        if finding.is_clean:
            _clear(verdict, copy, finding)
        elif verdict.outcome == Outcome.REFUSED:
            _refuse(verdict)
        else:
            _block(verdict)


def fail_scan(asset_id: str, *, sentence: str) -> None:
    """Keep an asset that could not be scanned away from people, and notify its creator and the team."""
    verdict = _verdict(asset_id, lock=True)
    if verdict.outcome != Outcome.WAITING:
        return
    verdict.outcome, verdict.decided_at = Outcome.FAILED, clock.now()
    verdict.reasons = [asdict(Reason("scan_failed", sentence))]
    record(
        ScanFailed(
            cluster=verdict.cluster,
            asset_id=verdict.asset_id,
            creator_id=verdict.creator_id,
            verdict_id=verdict.id,
            reason=sentence,
        )
    )
    _open_incident(
        verdict, code="scan_failed", severity="medium", title=f"The scan of “{verdict.title}” did not finish"
    )


def quarantine_asset(asset_id: str) -> None:
    """Take an asset back whose content was put on the block list after it was cleared. Safe to repeat."""
    verdict = _verdict(asset_id, lock=True)
    listed = _listed(verdict)
    if verdict.outcome != Outcome.CLEAN or listed is None:
        return
    verdict.outcome, verdict.decided_at = Outcome.BLOCKED, clock.now()
    verdict.reasons = [asdict(blocked_reason(listed.reason))]
    _block(verdict)


def _enqueue_scan(asset_id: str, *, creator_id: str, title: str) -> None:
    creator = ask(People).creator(creator_id)
    owner = creator.user_id if creator else None
    enqueue("shield.scan", asset_id, queue="default", title=f"Checking {title}", owner_user_id=owner)


def _verdict(asset_id: str, *, lock: bool = False) -> Verdict:
    query = select(Verdict).where(Verdict.asset_id == asset_id).execution_options(populate_existing=True)
    verdict: Verdict | None = session.execute(query.with_for_update() if lock else query).scalar()
    if verdict is None:
        raise NoSuchVerdict(gettext("This asset was never handed in for a scan."))
    return verdict


def _listed(verdict: Verdict) -> BlockedHash | None:
    hashes = {verdict.sha256, verdict.clean_sha256} - {""}
    return session.execute(select(BlockedHash).where(BlockedHash.sha256.in_(hashes))).scalars().first()


def _where(verdict: Verdict) -> str:
    """The source, or its place in quarantine when an earlier attempt moved it and was lost before it could say so."""
    return verdict.source_key if get_storage().exists(verdict.source_key) else _quarantine_key(verdict)


def _quarantine_key(verdict: Verdict) -> str:
    return f"quarantine/{verdict.asset_id}/source"


def blocked_reason(why: str) -> Reason:
    """Why a file is refused whose content is on the block list."""
    return reason_of("blocked_hash", why=why.rstrip("."))


def _timed(
    source: str, copy: Path, *, filename: str, declared: str, blocked: dict[str, str]
) -> tuple[Finding, int]:
    started = time.monotonic()
    with get_storage().local_copy(source) as path:
        finding = inspect_file(
            path,
            clean_copy=copy,
            filename=filename,
            declared_type=declared,
            listed=lambda sha256: blocked_reason(blocked[sha256]) if sha256 in blocked else None,
        )
    return finding, int((time.monotonic() - started) * 1000)


def _write_down(verdict: Verdict, finding: Finding, spent_ms: int) -> None:
    is_harmless = not any(reason.code in SEVERITIES for reason in finding.reasons)
    verdict.outcome = Outcome.REFUSED if finding.reasons and is_harmless else finding.outcome
    verdict.reasons = [asdict(reason) for reason in finding.reasons]
    verdict.sha256, verdict.size = finding.sha256, finding.size
    verdict.format, verdict.kind, verdict.mime = finding.format, finding.kind, finding.mime
    verdict.width, verdict.height, verdict.duration_ms = finding.width, finding.height, finding.duration_ms
    verdict.removed, verdict.trailing_bytes = list(finding.removed), finding.trailing_bytes
    verdict.scan_ms, verdict.decided_at = spent_ms, clock.now()


def _clear(verdict: Verdict, copy: Path, finding: Finding) -> None:
    verdict.clean_key = f"clean/{verdict.asset_id}/source{finding.clean_suffix}"
    verdict.clean_sha256, verdict.clean_size = finding.clean_sha256, finding.clean_size
    get_storage().put_file(verdict.clean_key, copy)
    record(
        AssetCleared(
            cluster=verdict.cluster,
            asset_id=verdict.asset_id,
            creator_id=verdict.creator_id,
            verdict_id=verdict.id,
            clean_key=verdict.clean_key,
            content_type=verdict.mime,
            kind=verdict.kind,
            metadata_removed=tuple(verdict.removed),
        )
    )
    _show(verdict)


def _block(verdict: Verdict) -> None:
    _move_to_quarantine(verdict)
    record(
        AssetQuarantined(
            cluster=verdict.cluster,
            asset_id=verdict.asset_id,
            creator_id=verdict.creator_id,
            verdict_id=verdict.id,
            reasons=verdict.texts,
        )
    )
    worst = max(verdict.reasons, key=lambda reason: _rank(reason["code"]))
    if worst["code"] in SEVERITIES:
        title = f"Upload blocked: “{verdict.title}”"
        _open_incident(verdict, code=worst["code"], severity=SEVERITIES[worst["code"]], title=title)
    _show(verdict)


def _refuse(verdict: Verdict) -> None:
    record(
        AssetRefused(
            cluster=verdict.cluster,
            asset_id=verdict.asset_id,
            creator_id=verdict.creator_id,
            verdict_id=verdict.id,
            reasons=verdict.texts,
        )
    )
    _show(verdict)


def _rank(code: str) -> int:
    return _RANK.index(SEVERITIES[code]) if code in SEVERITIES else -1


def _open_incident(verdict: Verdict, *, code: str, severity: str, title: str) -> None:
    open_incident(
        title,
        code=code,
        severity=severity,
        cluster=verdict.cluster,
        detail="\n".join(verdict.texts),
        about_kind="asset",
        about_id=verdict.asset_id,
        creator_id=verdict.creator_id,
        opened_by=PLATFORM,
    )


def _move_to_quarantine(verdict: Verdict) -> None:
    """Copy first, delete after: whenever this breaks off, one of the two places holds the file. Of what was cleared before
    only the clean copy is left."""
    storage, target = get_storage(), _quarantine_key(verdict)
    for key in (verdict.clean_key, verdict.source_key):
        if key and storage.exists(key):
            storage.copy(key, target)
            storage.delete(key)
    verdict.clean_key, verdict.quarantine_key = "", target


def _show(verdict: Verdict) -> None:
    emit_to_team(
        "verdict",
        {
            "asset_id": verdict.asset_id,
            "title": verdict.title,
            "outcome": verdict.outcome,
            "reasons": list(verdict.sentences),
            "cluster": verdict.cluster,
        },
        cluster=verdict.cluster,
    )
