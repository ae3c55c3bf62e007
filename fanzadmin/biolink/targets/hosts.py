"""The host of a target: a public name, never the number of a machine, never a name that ends on the reader's own network.

A number is recognised as browsers do it (WHATWG URL, "host parsing"): after UTS 46 has mapped the letters, a host whose last
label is a number is an IPv4 address in whatever spelling: `127.1`, `0x7f.1`, `017700000001`, `2130706433`.
"""

import re

import idna
from flask_babel import gettext

from fanzadmin.biolink.targets.refusals import TargetRefused

NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
OWN_NETWORK = frozenset(  # RFC 6761, 6762, 8375, and what routers and offices use
    {"corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "private"}
)


def public_host(host: str) -> str:
    """The name by IDNA 2008 and UTS 46, non-transitional, as browsers read it: `faß.de` is not `fass.de`. A look-alike of another
    name is stored, and shown, as the xn-- name that it is. Raises TargetRefused."""
    if ":" in host:
        raise TargetRefused(_number_sentence())
    try:
        name = str(idna.encode(host.removesuffix("."), uts46=True, std3_rules=True), "ascii").lower()
    except UnicodeError:
        raise TargetRefused(gettext("The host of this address is not a valid name.")) from None
    last = name.rpartition(".")[2]
    if NUMBER.fullmatch(last):
        raise TargetRefused(_number_sentence())
    if last in OWN_NETWORK or name.endswith(".home.arpa") or not NAME.fullmatch(name):
        raise TargetRefused(gettext("The host of this address is not a public name, such as example.com."))
    return name


def _number_sentence() -> str:
    return str(
        gettext(
            "Use the name of the site, not the number of a machine. Give a page of this site by its path, such as /@handle."
        )
    )
