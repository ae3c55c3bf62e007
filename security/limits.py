"""How often a password may be tried: wrong ones are counted in Redis, by name and address, by name, and by address, for whoever
tries one password with many names. Without Redis no one signs in."""

import hashlib
import ipaddress
from contextlib import suppress

from flask_babel import gettext

from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.queue import redis

WINDOW = 900  # seconds from the first wrong password
FROM_ONE_ADDRESS, FROM_ANYWHERE = 10, 50  # wrong passwords for one name
SIGN_UPS = 20  # tries from one address
FOR_ANY_NAME = 200  # wrong passwords from one address: an office may stand behind it


class TooManyAttempts(BusinessError):
    status = 429
    title = "Too many attempts"


def check_attempt(username: str, address: str) -> None:
    """Pass whoever may try a password for this name. Raises TooManyAttempts; a Redis that is away raises too."""
    most = (FROM_ONE_ADDRESS, FROM_ANYWHERE, FOR_ANY_NAME)
    for key, limit in zip(_keys(username, address), most, strict=True):
        if int(redis().get(key) or 0) >= limit:
            wait = max(int(redis().ttl(key)), 1)
            raise TooManyAttempts(
                gettext("There were too many wrong passwords. Wait a quarter of an hour and try again."),
                retry_after=wait,
            )


def note_failure(username: str, address: str) -> None:
    """Count a wrong password."""
    for key in _keys(username, address):
        if redis().incr(key) == 1:
            redis().expire(key, WINDOW)


def check_sign_up(address: str) -> None:
    """Count a sign-up from an address; an office may stand behind it. Raises TooManyAttempts."""
    key = f"fanz:joined:from:{_network(address)}"
    if redis().incr(key) == 1:
        redis().expire(key, WINDOW)
    if int(redis().get(key) or 0) > SIGN_UPS:
        raise TooManyAttempts(
            gettext("Too many people joined from here. Wait a quarter of an hour and try again."),
            retry_after=max(int(redis().ttl(key)), 1),
        )


def note_success(username: str, address: str) -> None:
    """The right password ends the count of its address; the others' goes on."""
    redis().delete(_keys(username, address)[0])


def _keys(username: str, address: str) -> tuple[str, str, str]:
    name = hashlib.sha256(username.strip().lower().encode()).hexdigest()[:32]
    network = _network(address)
    return f"fanz:attempts:{name}:{network}", f"fanz:attempts:{name}", f"fanz:attempts:from:{network}"


def _network(address: str) -> str:
    """The address, or the /64 that an IPv6 address lies in: one line has 2^64 of them."""
    with suppress(ValueError):
        if isinstance(ipaddress.ip_address(address), ipaddress.IPv6Address):
            return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address
