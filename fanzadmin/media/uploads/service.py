"""Receiving an upload: checked before the first byte, streamed, stored whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import PurePosixPath

from flask_babel import gettext, pgettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fanzadmin.contracts.compliance import Act, Records
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import end_read, session
from fanzadmin.kernel.errors import BusinessError, Conflict, Forbidden, Invalid
from fanzadmin.kernel.i18n.languages import number_text
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.storage import Stored, get_storage
from fanzadmin.media.assets.details import (
    MOST_PERFORMERS,
    UploadRefused,
    check_announce,
    check_audience,
    check_moment,
    check_price,
    clean_caption,
    clean_tags,
    clean_title,
)
from fanzadmin.media.assets.models import Asset, Audience
from fanzadmin.media.publishing.plans import default_announce

LONGEST = timedelta(hours=12)
EARLIEST = date(1900, 1, 1)


class CreatorMayNot(Forbidden):
    title = "This creator may not publish"


class EmptyUpload(Invalid):
    title = "The file is empty"


class UploadTooLarge(BusinessError):
    status = 413
    title = "The file is too large"


class UploadBroken(BusinessError):
    status = 400
    title = "The upload broke off"


class UploadTooSlow(BusinessError):
    status = 408
    title = "The upload took too long"


class KeyReused(Conflict):
    status = 422
    title = "This Idempotency-Key was used for another upload"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What the creator says about the file. Prices in minor units of `currency`; 0 unless `audience` is `ppv`. An empty `announce` is the
    creator's default."""

    title: str
    filename: str
    content_type: str
    audience: str = Audience.SUBSCRIBERS
    price_minor: int = 0
    currency: str = ""
    caption: str = ""
    tags: tuple[str, ...] = ()
    performer_ids: tuple[str, ...] = ()
    announce: str = ""
    publish_at: datetime | None = None
    acts: tuple[str, ...] = ()
    produced_on: date | None = None
    idempotency_key: str | None = None
    announced_size: int | None = None


@dataclass(frozen=True)
class Received:
    """`replayed` when the same key had brought this asset before."""

    asset_id: str
    replayed: bool = False


@dataclass
class _Counted:
    """Passes chunks on; breaks off beyond `limit` bytes, after LONGEST, or when fewer came than announced."""

    chunks: Iterable[bytes]
    limit: int
    announced: int | None
    seen: int = field(default=0)

    def __iter__(self) -> Iterator[bytes]:
        deadline = time.monotonic() + LONGEST.total_seconds()
        try:
            for chunk in self.chunks:
                self.seen += len(chunk)
                if self.seen > self.limit:
                    raise too_large(self.limit)
                if time.monotonic() > deadline:
                    raise UploadTooSlow(
                        gettext(
                            "The upload took longer than %(hours)s hours. Nothing was kept.",
                            hours=LONGEST // timedelta(hours=1),
                        )
                    )
                yield chunk
        except OSError as gone:  # the connection, not the disk: the disk's errors rise at the writer
            raise UploadBroken(_broken(self.seen, self.announced)) from gone
        if self.announced is not None and self.seen < self.announced:
            raise UploadBroken(_broken(self.seen, self.announced))
        if not self.seen:
            raise EmptyUpload(gettext("The file is empty; choose another one."))


def receive_upload(
    creator: CreatorCard,
    upload: Upload,
    *,
    chunks: Iterable[bytes],
    max_bytes: int,
    uploader_user_id: int | None = None,
) -> Received:
    """Store an upload and announce it; the same `idempotency_key` of the same creator brings the same asset.

    Memory stays flat. Raises UploadRefused, PriceRefused, MomentRefused, CreatorMayNot before reading; EmptyUpload, UploadTooLarge,
    UploadTooSlow, UploadBroken, KeyReused and the storage's StorageFull after; whichever it is, nothing is kept.
    """
    upload = checked(creator, upload)
    if upload.announced_size is not None and upload.announced_size > max_bytes:
        raise too_large(max_bytes)
    earlier_id = _same_key(creator.id, upload)
    end_read()  # minutes may pass until the last byte
    content = _Counted(chunks, max_bytes, upload.announced_size)
    if earlier_id:
        _check_same_content(earlier_id, content)
        return Received(earlier_id, replayed=True)
    asset_id = new_id()
    stored = get_storage().put_stream(source_key(creator.cluster, asset_id), content)
    try:
        with session.begin_nested():
            asset = _asset(creator, upload, asset_id=asset_id, stored=stored, user_id=uploader_user_id)
            session.add(asset)
    except IntegrityError:
        get_storage().delete(stored.key)
        if earlier_id := _same_key(
            creator.id, upload
        ):  # the same request came twice at once; the other one won
            return Received(earlier_id, replayed=True)
        raise
    record(_uploaded(asset, upload))
    return Received(asset_id)


def checked(creator: CreatorCard, upload: Upload) -> Upload:
    """`upload` with its texts trimmed and its currency filled in. Raises what is wrong with it, in one sentence."""
    if not creator.is_active:
        raise CreatorMayNot(_may_not(creator))
    title, caption = clean_title(upload.title), clean_caption(upload.caption)
    check_audience(upload.audience)
    announce = check_announce(upload.announce or default_announce(creator.id))
    publish_at = check_moment(upload.publish_at) if upload.publish_at is not None else None
    if upload.idempotency_key is not None and not 0 < len(upload.idempotency_key) <= 200:
        raise UploadRefused(gettext("An Idempotency-Key has between 1 and 200 characters."))
    _check_performers(creator, upload.performer_ids)
    _check_production(upload)
    currency = check_price(creator, upload.audience, upload.price_minor, upload.currency)
    return Upload(
        title=title,
        filename=_filename(upload.filename),
        content_type=(upload.content_type or "application/octet-stream").split(";")[0].strip().lower()[:120],
        audience=upload.audience,
        price_minor=upload.price_minor,
        currency=currency,
        caption=caption,
        tags=clean_tags(upload.tags),
        performer_ids=tuple(dict.fromkeys(upload.performer_ids)),
        announce=announce,
        publish_at=publish_at,
        acts=tuple(dict.fromkeys(upload.acts)),
        produced_on=upload.produced_on,
        idempotency_key=upload.idempotency_key,
        announced_size=upload.announced_size,
    )


def _filename(filename: str) -> str:
    """The name alone, on one line, without what a terminal or a header would obey."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[:255] or "file"


def source_key(cluster: str, asset_id: str) -> str:
    """Where the original lies; it is never served."""
    return f"uploads/{cluster}/{asset_id}/source"


def too_large(limit: int) -> UploadTooLarge:
    gib = limit / 1024**3
    shown = f"{gib:.3g} GiB" if gib >= 1 else f"{limit / 1024**2:.3g} MiB"
    return UploadTooLarge(
        gettext("The file is larger than the %(size)s allowed. Nothing was kept.", size=shown)
    )


def _check_performers(creator: CreatorCard, performer_ids: tuple[str, ...]) -> None:
    if not performer_ids:
        return
    own_ids = {performer.id for performer in ask(Records).performers_of(creator.id)}
    if len(performer_ids) > MOST_PERFORMERS or not own_ids.issuperset(performer_ids):
        raise UploadRefused(gettext("Name only performers from your own list."))


def _check_production(upload: Upload) -> None:
    if not set(upload.acts) <= set(Act):
        raise UploadRefused(gettext("Choose what it shows among: %(acts)s.", acts=", ".join(Act)))
    if upload.produced_on and not EARLIEST <= upload.produced_on <= clock.now().date():
        raise UploadRefused(gettext("The day on which it was made cannot be right."))


def _same_key(creator_id: str, upload: Upload) -> str | None:
    if upload.idempotency_key is None:
        return None
    query = select(Asset).where(
        Asset.creator_id == creator_id, Asset.idempotency_key == upload.idempotency_key
    )
    asset = session.execute(query).scalar()
    if asset is None:
        return None
    details = (upload.title, upload.audience, upload.price_minor, upload.filename)
    if (asset.title, asset.audience, asset.price_minor, asset.filename) != details:
        raise KeyReused(gettext("Use a new key for a new upload."))
    return str(asset.id)


def _check_same_content(asset_id: str, content: Iterable[bytes]) -> None:
    digest = sha256()
    for chunk in content:
        digest.update(chunk)
    if session.execute(select(Asset.sha256).where(Asset.id == asset_id)).scalar() != digest.hexdigest():
        raise KeyReused(gettext("This key was used for another file. Use a new key for a new upload."))


def _asset(
    creator: CreatorCard, upload: Upload, *, asset_id: str, stored: Stored, user_id: int | None
) -> Asset:
    return Asset(
        id=asset_id,
        cluster=creator.cluster,
        creator_id=creator.id,
        uploader_user_id=user_id,
        title=upload.title,
        caption=upload.caption,
        tags=list(upload.tags),
        audience=upload.audience,
        price_minor=upload.price_minor,
        currency=upload.currency,
        performer_ids=list(upload.performer_ids),
        announce=upload.announce,
        publish_at=upload.publish_at,
        filename=upload.filename,
        content_type=upload.content_type,
        size=stored.size,
        stored_bytes=stored.size,
        sha256=stored.sha256,
        source_key=stored.key,
        idempotency_key=upload.idempotency_key,
    )


def _uploaded(asset: Asset, upload: Upload) -> AssetUploaded:
    return AssetUploaded(
        asset_id=asset.id,
        cluster=asset.cluster,
        creator_id=asset.creator_id,
        title=asset.title,
        filename=asset.filename,
        content_type=asset.content_type,
        size=asset.size,
        sha256=asset.sha256,
        source_key=asset.source_key,
        audience=asset.audience,
        price_minor=asset.price_minor,
        currency=asset.currency,
        performer_ids=tuple(asset.performer_ids),
        acts=upload.acts,
        produced_on=upload.produced_on.isoformat() if upload.produced_on else "",
    )


def _broken(seen: int, announced: int | None) -> str:
    if announced is None:
        sentence = gettext(
            "The upload broke off after %(seen)s bytes. Nothing was kept; send it again.",
            seen=number_text(seen),
        )
    else:
        sentence = gettext(
            "The upload broke off after %(seen)s of %(announced)s bytes. Nothing was kept; send it again.",
            seen=number_text(seen),
            announced=number_text(announced),
        )
    return str(sentence)


def _may_not(creator: CreatorCard) -> str:
    words = {
        "applied": pgettext("state of a creator", "applied"),
        "onboarding": pgettext("state of a creator", "onboarding"),
        "suspended": pgettext("state of a creator", "suspended"),
        "offboarded": pgettext("state of a creator", "offboarded"),
    }
    state = words.get(creator.state, creator.state)
    return str(gettext("%(name)s may not upload: the account is %(state)s.", name=creator.name, state=state))
