"""Where a short link may lead: another site by http(s), one of our own pages, or to mail, phone or text; never a loop, a
script or a disguise."""

import re
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from flask import current_app, has_app_context
from flask_babel import gettext

from fanzadmin.biolink.targets.contacts import CONTACTS, checked_contact
from fanzadmin.biolink.targets.hosts import public_host
from fanzadmin.biolink.targets.refusals import TargetRefused

LONGEST = 2000
OWN_PATH = re.compile(r"/(?:@[a-z0-9._-]+|watch/[0-9a-f-]+)/?", re.IGNORECASE)
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
USUAL_PORTS = {"http": 80, "https": 443}


def checked_target(text: str) -> str:
    """The address as it is stored: http(s) with an ASCII host, a path of our own, or `mailto:`, `tel:`, `sms:` in their plain form.
    Raises TargetRefused with the reason."""
    text = text.strip()
    if not text:
        raise TargetRefused(gettext("Give the address that the link leads to."))
    if len(text) <= LONGEST:
        text = _plain(text)
    if len(text) > LONGEST:
        raise TargetRefused(gettext("The address is longer than %(most)s characters.", most=LONGEST))
    return text


def own_page_path(target: str) -> str:
    """The page of ours that a stored target leads to, `/@handle` or `/watch/<id>`; empty for everything else."""
    parts = urlsplit(target)
    if parts.scheme and not _is_own(parts):
        return ""
    path = parts.path.rstrip("/").lower()
    return path if OWN_PATH.fullmatch(path) else ""


def own_base() -> str:
    """The deployment's public address, empty outside the application."""
    return str(current_app.config["FANZ"].web.base_url) if has_app_context() else ""


def _plain(text: str) -> str:
    scheme, _, rest = text.partition(":")
    is_contact = scheme.lower() in CONTACTS
    if FORBIDDEN.search(text) or (" " in text and not is_contact):
        raise TargetRefused(gettext("The address holds a space, a backslash or a control character."))
    try:
        if is_contact:
            return checked_contact(scheme.lower(), rest)
        return _web_address(urlsplit(text))
    except ValueError:  # a port that is none, brackets without an end, an escape that is no UTF-8
        raise TargetRefused(gettext("This is not a web address.")) from None


def _web_address(parts: SplitResult) -> str:
    if not parts.scheme and not parts.netloc and OWN_PATH.fullmatch(parts.path):
        return urlunsplit(("", "", parts.path.lower(), parts.query, parts.fragment))
    scheme, port = parts.scheme.lower(), parts.port
    if scheme not in USUAL_PORTS:
        raise TargetRefused(
            gettext(
                "The address must begin with https://, http://, mailto:, tel: or sms:, or be a path such as /@handle."
            )
        )
    if "@" in parts.netloc:
        raise TargetRefused(
            gettext("The address must not hold a user name: it can disguise where the link leads.")
        )
    name = public_host(parts.hostname or "")
    if name == _own_name():
        _check_own_site(scheme, port, parts.path)
    netloc = name if port is None else f"{name}:{port}"
    return urlunsplit((scheme, netloc, parts.path or "/", parts.query, parts.fragment))


def _own_name() -> str:
    return (urlsplit(own_base()).hostname or "").removesuffix(".")


def _is_own(parts: SplitResult) -> bool:
    return (parts.hostname or "") == _own_name()


def _check_own_site(scheme: str, port: int | None, path: str) -> None:
    """Of our own pages a link may lead to creators and their works: never round in a circle, and a click must never sign out or
    change anything. Another port of our machine is nothing for visitors."""
    own = urlsplit(own_base())
    if (port or USUAL_PORTS[scheme]) not in {own.port or USUAL_PORTS.get(own.scheme), *USUAL_PORTS.values()}:
        raise TargetRefused(gettext("A link cannot lead to another port of this site."))
    plain = re.sub(r"/+", "/", unquote(path)) or "/"
    if re.match(r"/l(/|$)", plain, re.IGNORECASE):
        raise TargetRefused(
            gettext("A link cannot lead to another of our short links: it could go round in a circle.")
        )
    if plain != "/" and not OWN_PATH.fullmatch(plain):
        raise TargetRefused(gettext("On this site a link may lead to a creator's page or to a work only."))
