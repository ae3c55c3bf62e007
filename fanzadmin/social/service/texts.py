"""What people write: cleaned, never empty, never endless."""

import re

from flask_babel import gettext

from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.i18n.languages import number_text

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # PostgreSQL stores no NUL; tabs and line ends stay


class EmptyText(Invalid):
    title = "There are no words"


class TextTooLong(Invalid):
    title = "The text is too long"


def clean(body: object, *, longest: int) -> str:
    """The words as they are stored. Raises EmptyText, TextTooLong."""
    if not isinstance(body, str):
        raise EmptyText(gettext("Write something first."))
    words = _UNPRINTABLE.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not words:
        raise EmptyText(gettext("Write something first."))
    if len(words) > longest:
        raise TextTooLong(
            gettext(
                "At most %(most)s characters fit; this has %(count)s.",
                most=number_text(longest),
                count=number_text(len(words)),
            )
        )
    return words
