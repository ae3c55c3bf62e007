"""Targets that open a program of the visitor's: `mailto:` (RFC 6068), `tel:` (RFC 3966) and `sms:` (RFC 5724).

A message may come with a subject, words and copies, each once. Every other header is refused: `bcc` would hide a reader from who
writes, and `attach` or `reply-to` would speak for them (RFC 6068, section 7).
"""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from flask_babel import gettext

from fanzadmin.biolink.targets.hosts import public_host
from fanzadmin.biolink.targets.refusals import TargetRefused

MOST_RECIPIENTS = 5
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+=?^_`{|}~.-]{1,64}")  # HTML's rule for e-mail fields without /
GLOBAL_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}")  # E.164
SEPARATORS = str.maketrans("", "", " -.()")
UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def checked_contact(scheme: str, rest: str) -> str:
    """The target in its one plain form. `rest` is what follows the scheme's colon. Raises TargetRefused."""
    if "#" in rest:
        raise TargetRefused(gettext("An address to write to or to call has no #part."))
    return CONTACTS[scheme](*rest.partition("?")[::2])


def _mail(path: str, query: str) -> str:
    headers = _headers(query, names=("subject", "body", "cc"))
    copies = [headers.pop("cc")] if "cc" in headers else []
    recipients = _recipients(path)
    copied = [address for text in copies for address in _recipients(text)]
    if len(recipients) + len(copied) > MOST_RECIPIENTS:
        raise TargetRefused(gettext("Give at most %(most)s addresses.", most=MOST_RECIPIENTS))
    fields = [("cc", ",".join(quote(address, safe="@") for address in copied))] if copied else []
    fields += [(name, quote(_words(name, value), safe="")) for name, value in headers.items()]
    return f"mailto:{','.join(quote(address, safe='@') for address in recipients)}{_query(fields)}"


def _call(path: str, query: str) -> str:
    if query:
        raise TargetRefused(gettext("A number to call takes nothing after it."))
    return f"tel:{_number(path)}"


def _text(path: str, query: str) -> str:
    numbers = [_number(part) for part in path.split(",")]
    if len(numbers) > MOST_RECIPIENTS:
        raise TargetRefused(gettext("Give at most %(most)s numbers.", most=MOST_RECIPIENTS))
    headers = _headers(query, names=("body",))
    fields = [(name, quote(_words(name, value), safe="")) for name, value in headers.items()]
    return f"sms:{','.join(numbers)}{_query(fields)}"


CONTACTS: dict[str, Callable[[str, str], str]] = {"mailto": _mail, "tel": _call, "sms": _text}


def _recipients(text: str) -> list[str]:
    """Commas between addresses stand as they are; one inside an address would be written %2C and is refused."""
    return [_address(unquote(part, errors="strict").strip()) for part in text.split(",")]


def _address(text: str) -> str:
    local, _, host = text.rpartition("@")
    dots_wrong = local.startswith(".") or local.endswith(".") or ".." in local
    if not LOCAL_PART.fullmatch(local) or dots_wrong:
        raise TargetRefused(gettext("Give a full e-mail address after mailto:, such as name@example.com."))
    return f"{local}@{public_host(host)}"


def _number(text: str) -> str:
    number = text.translate(SEPARATORS)
    if not GLOBAL_NUMBER.fullmatch(number):
        raise TargetRefused(
            gettext("Give the number with + and the code of its country, such as +15551234567.")
        )
    return number


def _headers(query: str, *, names: tuple[str, ...]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        name = unquote(name, errors="strict").lower()
        if name not in names or name in headers:
            allowed = ", ".join(names)
            raise TargetRefused(gettext("After the ? may stand %(names)s, each once.", names=allowed))
        headers[name] = value if name == "cc" else unquote(value, errors="strict")
    return headers


def _words(name: str, text: str) -> str:
    """Lines may be broken in the words of a message alone, and are written CR LF there (RFC 6068, section 5)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if name == "body" else [text]
    if any(UNPRINTED.search(line) for line in lines):
        raise TargetRefused(gettext("The message holds a control character."))
    return "\r\n".join(lines)


def _query(fields: list[tuple[str, str]]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in fields) if fields else ""
