"""The block list: files that may not be uploaded again, by content."""

from __future__ import annotations

import re

from flask_babel import gettext
from sqlalchemy import or_, select

from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict, Invalid, NotFound
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.queue import enqueue
from fanzadmin.shield.verdicts.models import BlockedHash, Outcome, Verdict

_SHA256 = re.compile(r"[0-9a-f]{64}")


class NotAHash(Invalid):
    title = "This is no SHA-256"


class AlreadyBlocked(Conflict):
    title = "This file is blocked already"


class NotBlocked(NotFound):
    title = "This file is not blocked"


def block_hash(sha256: str, *, reason: str) -> str:
    """Put a content on the block list and take back every asset that has it. Returns the entry's id.

    `sha256` is 64 hexadecimal digits. Raises NotAHash, AlreadyBlocked.
    """
    digest = sha256.strip().lower()
    if not _SHA256.fullmatch(digest) or not reason.strip():
        raise NotAHash(
            gettext("Give the SHA-256 of the file (64 hexadecimal digits) and the reason why it is blocked.")
        )
    if session.execute(select(BlockedHash.id).where(BlockedHash.sha256 == digest)).scalar():
        raise AlreadyBlocked(gettext("This file is on the block list already."))
    entry = BlockedHash(
        id=new_id(),
        sha256=digest,
        reason=reason.strip(),
        author=current().actor,
        author_user_id=current().actor_id,
        created_at=clock.now(),
    )
    session.add(entry)
    same = or_(Verdict.sha256 == digest, Verdict.clean_sha256 == digest)
    for verdict in session.execute(select(Verdict).where(same, Verdict.outcome == Outcome.CLEAN)).scalars():
        enqueue("shield.quarantine", verdict.asset_id, title=f"Taking back {verdict.title}")
    return entry.id


def unblock_hash(sha256: str) -> None:
    """Take a content off the block list. What was quarantined stays there. Raises NotBlocked."""
    entry = session.execute(select(BlockedHash).where(BlockedHash.sha256 == sha256)).scalar()
    if entry is None:
        raise NotBlocked(gettext("This file is not on the block list."))
    session.delete(entry)
