"""The words that people read for a stored value, and who may not be the second pair of eyes."""

from flask_babel import lazy_gettext


def words_of(name: str) -> str:
    """`needs_records` as "Needs records"; words already written for people stay."""
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:] if text.islower() else text


SECOND_PERSON = lazy_gettext("A second person has to agree: ask on the record itself.")
