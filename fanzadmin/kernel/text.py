"""What a text is worth before it is kept: whether a reader would see anything of it, and whether it can be stored at all."""

import re
import unicodedata

# Characters that leave an empty place though Unicode calls them letters or symbols.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
# Format characters that are drawn: number signs of Arabic, Syriac and Kaithi (Prepended_Concatenation_Mark).
_DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Unassigned, and ignored when drawn (Default_Ignorable_Code_Point). Other unassigned ones are the emoji of next year.
_IGNORED = ((0x2065, 0x2065), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF))
# Letters of other alphabets that are drawn as Latin ones (Unicode TR 39, the small letters that names are forged with).
_LOOK_ALIKES = str.maketrans("асеорхуіјѕԁһӏԛԝαονρυικτχɑıѵ", "aceopxyijsdhlqwaovpuiktxaiv")
_HALF = re.compile("[\ud800-\udfff]")
# The same as a form or an address sends it: UTF-8 has no such bytes, CESU-8 and WTF-8 do.
_HALF_IN_PERCENT = re.compile(r"%ED%[AB][0-9A-F]%[89AB][0-9A-F]", re.IGNORECASE)


def is_invisible(text: str) -> bool:
    """Whether a text has nothing to see: spaces, zero-width and direction marks, fillers, variation selectors, tags,
    accents without a letter. True for the empty text."""
    return all(map(_is_unseen, text))


def seen(text: str) -> str:
    """The text, or the empty one where nothing of it can be seen. Plain white space stays, for whoever strips it."""
    return "" if is_invisible(text) and not text.isspace() else text


def has_half_character(text: str, *, percent: bool = False) -> bool:
    """Whether a text holds half of a UTF-16 pair, which no encoding can store; with `percent` also one that is left in
    percent encoding by whoever decoded the rest."""
    return bool(_HALF.search(text)) or (percent and bool(_HALF_IN_PERCENT.search(text)))


def alike_key(text: str) -> str:
    """Equal for texts that a reader takes for the same: without case, width, accents, spaces and what is not seen, and with
    Latin letters for those of other alphabets that look like them."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in letters if not _is_unseen(letter)).translate(_LOOK_ALIKES)


def _is_unseen(letter: str) -> bool:
    category = unicodedata.category(letter)
    if category == "Cn":
        return any(first <= ord(letter) <= last for first, last in _IGNORED)
    if category[0] == "Z" or category in {"Cc", "Cf", "Mn", "Me"}:
        return letter not in _DRAWN
    return letter in _BLANKS
