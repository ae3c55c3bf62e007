"""MediaCore's jobs."""

from fanzadmin.media import service


def encode(asset_id: str) -> None:
    service.encode(asset_id)


def encode_failed(asset_id: str, sentence: str) -> None:
    service.encoding_failed(asset_id, sentence)
