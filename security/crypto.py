"""Signatures of the platform's own: tokens that expire, bound to a purpose. HMAC-SHA256 by itsdangerous."""

import hmac
from hashlib import sha256

from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

_secret: str | None = None


class SignatureRefused(ValueError):
    """The token is not ours, was changed, or has expired."""


def use_secret(secret: str) -> None:
    """Bind this process to the deployment's secret; the composition root calls it."""
    global _secret  # noqa: PLW0603  one per process
    _secret = secret


def sign(purpose: str, value: object) -> str:
    """A URL-safe token for a JSON value that only `unsign` with the same purpose accepts."""
    return _serializer(purpose).dumps(value)


def unsign(purpose: str, token: str, *, max_age: int | None = None) -> object:
    """The value inside `token`, signed at most `max_age` seconds ago. Raises SignatureRefused."""
    try:
        return _serializer(purpose).loads(token, max_age=max_age)
    except SignatureExpired as error:
        raise SignatureRefused("This link has expired.") from error
    except BadSignature as error:
        raise SignatureRefused("This link is not valid.") from error


def seal(purpose: str, value: object) -> str:
    """Like `sign`, but the same value gives the same token: for URLs that browsers should cache."""
    return _sealer(purpose).dumps(value)


def unseal(purpose: str, token: str) -> object:
    """The value inside a token of `seal`; an expiry is the caller's, inside the value. Raises SignatureRefused."""
    try:
        return _sealer(purpose).loads(token)
    except BadSignature as error:
        raise SignatureRefused("This link is not valid.") from error


def keyed_hash(purpose: str, value: str) -> str:
    """HMAC-SHA256 in hexadecimal: finds an equal value again without keeping it. Only this deployment can compute it."""
    if _secret is None:
        raise RuntimeError("no secret yet: call use_secret() first")
    return hmac.new(f"{_secret}:fanz:{purpose}".encode(), value.encode(), sha256).hexdigest()


def _sealer(purpose: str) -> URLSafeSerializer:
    if _secret is None:
        raise RuntimeError("no secret yet: call use_secret() first")
    return URLSafeSerializer(_secret, salt=f"fanz:{purpose}", signer_kwargs={"digest_method": sha256})


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    if _secret is None:
        raise RuntimeError("no secret yet: call use_secret() first")
    return URLSafeTimedSerializer(_secret, salt=f"fanz:{purpose}", signer_kwargs={"digest_method": sha256})
