"""Where a short link may lead: another site by http(s), or one of our own pages; never a loop, a script or a disguise."""

import ipaddress
import re
from urllib.parse import unquote, urlsplit, urlunsplit

import idna
from flask import current_app, has_app_context
from flask_babel import gettext

from fanzadmin.kernel.errors import BusinessError

LONGEST = 2000
OWN_PATH = re.compile(r"/(?:@[a-z0-9._-]+|watch/[0-9a-f-]+)/?")


class TargetRefused(BusinessError):
    status = 422
    title = "This address cannot be the target of a link"


def checked_target(text: str) -> str:
    """The address as it is stored: absolute http(s) with an ASCII host. Raises TargetRefused with the reason."""
    text = text.strip()
    if not text:
        raise TargetRefused(gettext("Give the address that the link leads to."))
    if len(text) > LONGEST:
        raise TargetRefused(gettext("The address is longer than %(most)s characters.", most=LONGEST))
    if re.search(r"[\x00-\x20\x7f\\]", text):
        raise TargetRefused(gettext("The address holds a space, a backslash or a control character."))
    if OWN_PATH.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise TargetRefused(gettext("This is not a web address.")) from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise TargetRefused(gettext("The address must begin with https:// or http://."))
    if "@" in parts.netloc:
        raise TargetRefused(
            gettext("The address must not hold a user name: it can disguise where the link leads.")
        )
    name = _ascii_host(host)
    _refuse_loop(name, port, parts.path)
    _refuse_own_page(name, port, parts.scheme.lower(), parts.path)
    netloc = name if port is None else f"{name}:{port}"
    url = urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", parts.query, parts.fragment))
    if len(url) > LONGEST:
        raise TargetRefused(gettext("The address is longer than %(most)s characters.", most=LONGEST))
    return url


def own_base() -> str:
    """The deployment's public address, empty outside the application."""
    return str(current_app.config["FANZ"].web.base_url) if has_app_context() else ""


def _ascii_host(host: str) -> str:
    """IDNA 2008 by UTS 46, non-transitional, as browsers read it: `faß.de` is not `fass.de`. A look-alike of a known name is
    stored, and shown, as the xn-- name that it is."""
    if host == _own_host():
        return host
    try:
        name = idna.encode(host.rstrip("."), uts46=True, std3_rules=True).decode().lower()
    except UnicodeError:
        raise TargetRefused(gettext("The host of this address is not a valid name.")) from None
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        pass
    else:
        raise TargetRefused(gettext("Use the name of the site, not the number of a machine."))
    if not re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", name):
        raise TargetRefused(gettext("The host of this address is not a public name, such as example.com."))
    return name


def _own_host() -> str:
    return urlsplit(own_base()).hostname or ""


def _refuse_loop(host: str, port: int | None, path: str) -> None:
    own = urlsplit(own_base())
    same = host == (own.hostname or "") and (port or 0) in {own.port or 0, 0, 80, 443}
    if same and re.match(r"/+l(/|$)", path):
        raise TargetRefused(
            gettext("A link cannot lead to another of our short links: it could go round in a circle.")
        )


def _refuse_own_page(host: str, port: int | None, scheme: str, path: str) -> None:
    """Of our own pages a link may lead to creators and their works: a click must never sign out or change anything."""
    own, usual = urlsplit(own_base()), {"https": 443, "http": 80}
    ports = {own.port or usual.get(own.scheme), *usual.values()}
    if host != own.hostname or (port or usual[scheme]) not in ports:
        return
    plain = re.sub(r"/+", "/", unquote(path)) or "/"
    if plain != "/" and not OWN_PATH.fullmatch(plain):
        raise TargetRefused(gettext("On this site a link may lead to a creator's page or to a work only."))
