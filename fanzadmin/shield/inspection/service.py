"""One look at one file: what it is, whether anything is wrong with it, and its clean copy."""

from __future__ import annotations

import hashlib
import logging
import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fanzadmin.shield.inspection.measures import Caps
from fanzadmin.shield.inspection.pictures import inspect_picture
from fanzadmin.shield.inspection.streams import inspect_stream
from fanzadmin.shield.parsing.containers import media_end
from fanzadmin.shield.parsing.formats import FORMATS, Format
from fanzadmin.shield.parsing.identification import identify_file
from fanzadmin.shield.parsing.pictures import Bytes
from fanzadmin.shield.parsing.polyglots import hidden_content, trailing_content
from fanzadmin.shield.parsing.reasons import Reason, Refused, bytes_text, reason_of
from fanzadmin.shield.parsing.tags import leading_tags_end, trailing_tags_start

CLEAN, BLOCKED = "clean", "blocked"
_READ = 1 << 20
_PARSER_FAULTS = (
    ValueError,
    LookupError,
    ArithmeticError,
    TypeError,
    EOFError,
    SyntaxError,
    RecursionError,
    struct.error,
)
"""What decoders raise for bytes they were not made for: another attempt raises it again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What a scan found. Sizes in bytes, time in milliseconds, hashes SHA-256 in lower-case hex.

    `reasons` is empty exactly when `outcome` is clean; `removed` names kinds of personal metadata taken out, never their content.
    """

    outcome: str
    reasons: tuple[Reason, ...]
    sha256: str
    size: int
    format: str = ""
    kind: str = ""
    mime: str = ""
    declared_differs: bool = False
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    frames: int = 0
    removed: tuple[str, ...] = ()
    trailing_bytes: int = 0
    clean_sha256: str = ""
    clean_size: int = 0
    clean_suffix: str = ""

    @property
    def is_clean(self) -> bool:
        return self.outcome == CLEAN


def inspect_file(
    path: Path,
    *,
    clean_copy: Path,
    declared_type: str = "",
    filename: str = "",
    caps: Caps | None = None,
    listed: Callable[[str], Reason | None] = lambda _sha256: None,
) -> Finding:
    """Look at the file at `path` and, when nothing is wrong, write its clean copy to `clean_copy`.

    `listed` answers why a SHA-256 is blocked. Never raises for what the file contains: the finding says it. Raises
    TookTooLong and Interrupted of kernel/sandbox.py, which say nothing about the file.
    """
    caps = caps or Caps()
    finding = Finding(BLOCKED, (), sha256_of(path), path.stat().st_size)
    if reason := listed(finding.sha256):
        return replace(finding, reasons=(reason,))
    if finding.size == 0:
        return replace(finding, reasons=(reason_of("empty"),))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        finding = _look(data, finding, declared_type=declared_type, filename=filename, caps=caps)
        if not finding.reasons:
            finding = _cleaned(path, data, finding, clean_copy, caps)
    if finding.reasons:
        clean_copy.unlink(missing_ok=True)
    return finding


def _look(data: Bytes, finding: Finding, *, declared_type: str, filename: str, caps: Caps) -> Finding:
    try:
        identity = identify_file(data, declared_type=declared_type, filename=filename)
    except Refused as refused:
        return replace(finding, reasons=(refused.reason, *_beside(refused.reason, hidden_content(data))))
    form = identity.format
    finding = replace(
        finding, format=form.name, kind=form.kind, mime=form.mime, declared_differs=identity.declared_differs
    )
    limit = caps.bytes_for(form.kind)
    if finding.size > limit:
        reason = reason_of("too_large", size=bytes_text(finding.size), limit=bytes_text(limit))
        return replace(finding, reasons=(reason,))
    return _structure(data, form, finding)


def _beside(first: Reason, others: list[Reason]) -> list[Reason]:
    """A ZIP archive or a PDF that is called one needs no second sentence that it hides one."""
    same = {f"hidden_{first.code}", "hidden_document" if first.code == "type_not_allowed" else ""}
    return [other for other in others if other.code not in same]


def _structure(data: Bytes, form: Format, finding: Finding) -> Finding:
    reasons = hidden_content(data)
    trailing = 0
    try:
        end = media_end(form.layout, data)
        tags = trailing_tags_start(data, end)
        trailing = len(data) - end
        hidden = {reason.code for reason in reasons}
        reason = trailing_content(form, data, end, tags)
        reasons += [reason] if reason and reason.code not in hidden else []
    except Refused as refused:
        reasons.append(refused.reason)
    return replace(finding, reasons=tuple(reasons), trailing_bytes=trailing)


def _cleaned(path: Path, data: Bytes, finding: Finding, into: Path, caps: Caps) -> Finding:
    """Decode the file and write its clean copy."""
    form = FORMATS[finding.format]
    try:
        if form.kind == "image":
            cleaned = inspect_picture(path, data, form, into=into, caps=caps)
        else:
            span = (leading_tags_end(data), len(data) - finding.trailing_bytes)
            cleaned = inspect_stream(path, form, span=span, into=into, caps=caps)
    except Refused as refused:
        return replace(finding, reasons=(refused.reason,))
    except _PARSER_FAULTS:
        log.exception("a decoder stumbled over %s", finding.sha256)
        return replace(finding, reasons=(reason_of("undecodable", format=form.name),))
    measures = cleaned.measures
    return replace(
        finding,
        outcome=CLEAN,
        kind=measures.kind,
        mime=cleaned.mime,
        width=measures.width,
        height=measures.height,
        duration_ms=measures.duration_ms,
        frames=measures.frames,
        removed=measures.personal,
        clean_sha256=sha256_of(into),
        clean_size=into.stat().st_size,
        clean_suffix=cleaned.suffix,
    )


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ):
            digest.update(block)
    return digest.hexdigest()
