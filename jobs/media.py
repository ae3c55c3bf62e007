"""MediaCore's jobs."""

from datetime import timedelta

from flask import current_app

from fanzadmin.media import service


def encode(asset_id: str) -> None:
    service.encode(asset_id)


def encode_failed(asset_id: str, sentence: str) -> None:
    service.encoding_failed(asset_id, sentence)


def draw_poster(asset_id: str) -> None:
    """The poster that its creator chose."""
    service.draw_poster(asset_id)


def draw_poster_failed(asset_id: str, sentence: str) -> None:
    service.drawing_failed(asset_id, sentence)


def publish_scheduled(_subject: str) -> None:
    """Assets whose moment has come."""
    service.publish_scheduled()


def sweep(_subject: str) -> str:
    """Remove what nothing refers to; says what that was."""
    return str(
        service.sweep_storage(grace=timedelta(hours=current_app.config["FANZ"].media.sweep_after_hours))
    )
