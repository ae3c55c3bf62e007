"""Compressed answers for what holds no secret: scripts, styles, drawings and the boards' figures.

Pages stay as they are: they hold tokens and names beside words from the address, and the length of such a page, once
compressed, shows an eavesdropper which guess was right (BREACH).
"""

from __future__ import annotations

import gzip
from hashlib import blake2b

from flask import Flask, Response, request

TYPES = frozenset(
    {"text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"}
)
LEAST_BYTES = 860  # smaller ones fit one packet either way
MOST_KEPT = 256
_cache: dict[bytes, bytes] = {}


def install(app: Flask) -> None:
    """Compress by gzip where the client takes it. Call it before other hooks: what is registered first runs last."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _is_open(request.path) or response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings["gzip"] or response.content_encoding:
        return response
    response.direct_passthrough = False
    plain = response.get_data()
    if len(plain) < LEAST_BYTES:
        return response
    response.set_data(_pack(plain) if response.mimetype == "application/json" else _packed(plain))
    response.content_encoding = "gzip"
    response.headers.pop("Accept-Ranges", None)
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # the same to a reader, not the same bytes
    return response


def _is_open(path: str) -> bool:
    """Files of the application, and what Dash asks for: both hold nothing of a session and repeat no words of the
    request."""
    return path.startswith("/static/") or "/_dash-" in path


def _packed(plain: bytes) -> bytes:
    """Of a file: the work is done once."""
    key = blake2b(plain, digest_size=16).digest()
    if key not in _cache:
        if len(_cache) >= MOST_KEPT:
            _cache.clear()
        _cache[key] = _pack(plain)
    return _cache[key]


def _pack(plain: bytes) -> bytes:
    return gzip.compress(plain, compresslevel=6, mtime=0)
