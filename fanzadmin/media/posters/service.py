"""Choosing a poster, and drawing it in place of the one that people see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from flask_babel import gettext
from sqlalchemy import delete, insert, select

from fanzadmin.contracts.shield import Pictures
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import after_commit, end_read, session
from fanzadmin.kernel.errors import BusinessError, Conflict, Invalid
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import enqueue, progress
from fanzadmin.kernel.storage import get_storage
from fanzadmin.kernel.temp_dirs import temp_dir
from fanzadmin.media.assets.models import Asset, Encode, Rendition
from fanzadmin.media.assets.service import lock_asset, notify_owner
from fanzadmin.media.transcoding.pictures import Picture, PictureSet, render_cover, render_moment
from fanzadmin.media.transcoding.rendering import content_type

DRAW = "media.draw_poster"
MOST_BYTES = 20 * 1024**2
PURPOSES = ("poster", "card", "teaser")
_AT, _PICTURE = "at:", "picture:"
_SEGMENT = re.compile(r"#EXTINF:([0-9.]+),[^\n]*\n([^#\n]+)")


class NoPosterYet(Conflict):
    title = "This asset cannot have another poster now"


class WrongMoment(Invalid):
    title = "The video has no such moment"


class WrongPicture(Invalid):
    title = "This picture cannot be the poster"


def choose_moment(asset: Asset, at_ms: int) -> None:
    """Let an own video show the picture of a moment, in milliseconds from its beginning. Raises NoPosterYet, WrongMoment."""
    _demand_drawable(asset)
    if asset.kind != "video":
        raise WrongMoment(gettext("Only a video has moments to choose from."))
    if not 0 <= at_ms < max(1, asset.duration_ms or 0):
        raise WrongMoment(gettext("Choose a moment within the video."))
    _choose(asset, f"{_AT}{at_ms}")


def choose_picture(asset: Asset, chunks: Iterable[bytes]) -> None:
    """Let an own video or sound show a picture of the creator's, once it is inspected. Raises NoPosterYet, WrongPicture, StorageFull."""
    _demand_drawable(asset)
    key = f"{asset.poster_prefix}{new_id()}"
    stored = get_storage().put_stream(key, _limited(chunks))
    if stored.size == 0:
        get_storage().delete(key)
        raise WrongPicture(gettext("The file is empty; choose another one."))
    _choose(asset, f"{_PICTURE}{key}")


def redraw_poster(asset_id: str) -> None:
    """The asset was encoded again, and shows the first good frame: what its creator chose is drawn once more."""
    asset = lock_asset(asset_id)
    if asset.poster:
        asset.poster_drawn = ""
        enqueue(DRAW, asset.id, queue="media", title=f"Drawing the poster of {asset.title}")


def draw_poster(asset_id: str) -> None:
    """Draw what the creator chose last; leaves alone what is drawn already. The poster changes everywhere with the commit."""
    asset = session.get(Asset, asset_id)
    if asset is None or asset.poster == asset.poster_drawn or not _is_drawable(asset):
        return
    choice, owner = asset.poster, (asset.creator_id, asset.cluster)
    with temp_dir("poster") as folder:
        progress.report(10, "Drawing the poster")
        try:
            drawn = _draw(asset_id, choice, owner=owner, folder=folder)
        except BusinessError as problem:
            _refuse(asset_id, choice, problem.detail)
            return
        _replace(asset_id, choice, drawn)


def drawing_failed(asset_id: str, sentence: str) -> None:
    """The worker gave up: the poster stays as it was."""
    _refuse(asset_id, lock_asset(asset_id).poster, sentence)


def _choose(asset: Asset, choice: str) -> None:
    asset.poster, asset.poster_problem = choice, ""
    if choice == asset.poster_drawn:
        return
    enqueue(
        DRAW,
        asset.id,
        queue="media",
        title=f"Drawing the poster of {asset.title}",
        owner_user_id=asset.uploader_user_id,
    )
    notify_owner(asset)


def _is_drawable(asset: Asset) -> bool:
    return asset.encode_state == Encode.DONE and asset.withdrawn_at is None and asset.kind != "image"


def _demand_drawable(asset: Asset) -> None:
    if asset.kind == "image":
        raise NoPosterYet(gettext("A picture is its own poster."))
    if not _is_drawable(asset):
        raise NoPosterYet(gettext("Choose a poster once the file is processed."))


def _limited(chunks: Iterable[bytes]) -> Iterable[bytes]:
    seen = 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > MOST_BYTES:
            raise WrongPicture(gettext("A poster has at most %(size)s MiB.", size=MOST_BYTES // 1024**2))
        yield chunk


def _draw(asset_id: str, choice: str, *, owner: tuple[str, str], folder: Path) -> PictureSet:
    """Raises BusinessError with a sentence for the creator."""
    if choice.startswith(_PICTURE):
        return _draw_picture(asset_id, choice.removeprefix(_PICTURE), owner=owner, folder=folder)
    part, second = _part_of(asset_id, int(choice.removeprefix(_AT)) / 1000, folder)
    end_read()
    return render_moment(part, second=second, folder=folder)


def _draw_picture(asset_id: str, key: str, *, owner: tuple[str, str], folder: Path) -> PictureSet:
    clean_key, (creator_id, cluster) = f"{key}.clean", owner
    if not get_storage().exists(clean_key):
        check = ask(Pictures).clean_picture(
            key, clean_key, asset_id=asset_id, creator_id=creator_id, cluster=cluster
        )
        if check.problem:
            raise WrongPicture(check.problem)
    with get_storage().local_copy(clean_key) as picture:
        return render_cover(picture, folder=folder)


def _part_of(asset_id: str, second: float, folder: Path) -> tuple[Path, float]:
    """A few seconds of the best rung as a file, and where in it that second lies."""
    query = select(Rendition.name).where(Rendition.asset_id == asset_id, Rendition.purpose == "video")
    name = session.execute(query.order_by(Rendition.height.desc())).scalars().first() or ""
    base, storage = f"renditions/{asset_id}/cmaf/", get_storage()
    began, length, segment = 0.0, 0.0, ""
    for seconds, path in _SEGMENT.findall(storage.get(f"{base}{name}.m3u8").decode()):
        began, length, segment = began + length, float(seconds), path.strip()
        if began + length > second:
            break
    part = folder / "part.mp4"
    part.write_bytes(storage.get(f"{base}{name}/init.mp4") + storage.get(base + segment))
    return part, max(0.0, min(second - began, length - 0.2))


def _replace(asset_id: str, choice: str, drawn: PictureSet) -> None:
    asset = lock_asset(asset_id)
    if asset.poster != choice or not _is_drawable(asset):
        return  # chosen anew, or withdrawn, while it was drawn: another task is under way, or none is needed
    storage = get_storage()
    pictures = {"poster": drawn.pictures, "card": (drawn.card,), "teaser": (drawn.teaser,)}
    files = [picture.path for each in pictures.values() for picture in each]
    storage.put_files((f"{asset.prefix}/{path.name}", path) for path in files)
    former_rows = session.execute(
        delete(Rendition)
        .where(Rendition.asset_id == asset.id, Rendition.purpose.in_(PURPOSES))
        .returning(Rendition.path, Rendition.size)
    ).all()
    rows = [_row(asset, purpose, picture) for purpose, each in pictures.items() for picture in each]
    session.execute(insert(Rendition), rows)
    asset.stored_bytes += sum(path.stat().st_size for path in files) - sum(row.size for row in former_rows)
    asset.thumbhash, asset.poster_drawn, asset.poster_problem = drawn.thumbhash, choice, ""
    former = {row.path for row in former_rows} - {path.name for path in files}
    after_commit(lambda: _delete(f"{asset.prefix}/{path}" for path in former))
    _forget_other_pictures(asset, choice)
    notify_owner(asset)


def _row(asset: Asset, purpose: str, picture: Picture) -> dict[str, object]:
    return {
        "id": new_id(),
        "cluster": asset.cluster,
        "asset_id": asset.id,
        "purpose": purpose,
        "name": f"{picture.format} {picture.width}" if purpose == "poster" else "webp",
        "path": picture.path.name,
        "content_type": content_type(picture.path.name),
        "width": picture.width,
        "height": picture.height,
        "files": 1,
        "size": picture.path.stat().st_size,
        "created_at": clock.now(),
    }


def _refuse(asset_id: str, choice: str, sentence: str) -> None:
    asset = lock_asset(asset_id)
    if asset.poster == choice:
        asset.poster, asset.poster_problem = asset.poster_drawn, sentence
        _forget_other_pictures(asset, asset.poster)
        notify_owner(asset)


def _forget_other_pictures(asset: Asset, choice: str) -> None:
    """Of what the creator sent only the checked copy is kept of what is shown, for the next encode."""
    shown, prefix = f"{choice.removeprefix(_PICTURE)}.clean", asset.poster_prefix
    after_commit(
        lambda: _delete(meta.key for meta in get_storage().list_objects(prefix) if meta.key != shown)
    )


def _delete(keys: Iterable[str]) -> None:
    for key in list(keys):
        get_storage().delete(key)
