"""In which encoding a text file was written: by its mark, by UTF-8's own rules, else by what its words would be.

Eight bits have no name. Of the code pages that could hold the bytes, the one is taken in which most words are words of some
language: every letter in the alphabet of one language, no capital after a small letter, no symbol inside a word. What is taken
is shown, and another can be chosen.
"""

import codecs
import re
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from charset_normalizer import from_bytes

MARKS = (  # the longer ones first: UTF-16's is the beginning of UTF-32's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp932": "Windows-932 (Shift JIS)",
    "gb18030": "Windows-936 (GBK, GB 18030)",
    "cp949": "Windows-949",
    "cp950": "Windows-950 (Big5)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32": "UTF-32",
    "iso-8859-2": "ISO 8859-2",
    "iso-8859-15": "ISO 8859-15",
    "mac-roman": "Mac OS Roman",
    "mac-latin2": "Mac OS Central European",
    "mac-cyrillic": "Mac OS Cyrillic",
    "mac-turkish": "Mac OS Turkish",
}
GUESSED = ("cp1252", "cp1254", "cp1250", "cp1251", "mac-roman", "gb18030", "cp932", "mac-cyrillic")

_WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíóúüñçïà", "áâãàçéêíóôõúü", "àèéìîòóù", "åäöæøé", "áðéíóúýþæö", "éëïóöüáèêàôç",
)  # fmt: skip
_CENTRAL = ("áčďéěíňóřšťúůýžľĺŕäô", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "äöüß")
_CYRILLIC = ("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђјљњћџѓќѕ",)
ALPHABETS = {
    "cp1252": _WESTERN,
    "mac-roman": _WESTERN,
    "cp1254": ("çğıiöşüâîûi\u0307",),
    "cp1250": _CENTRAL,
    "cp1251": _CYRILLIC,
    "mac-cyrillic": _CYRILLIC,
}
_RUNS = re.compile(r"[^\x00-\x40\x5b-\x60\x7b-\x7f]+")  # letters, and all that ASCII has not
_APOSTROPHES = "’ʼ"
_SAMPLE = 64 * 1024
LIKELY = 0.5  # of the words: fewer, and it is another code page than those that are usual


def mark_of(head: bytes) -> str:
    """The encoding that the mark at the beginning of a file names, "" without one."""
    return next((encoding for mark, encoding in MARKS if head.startswith(mark)), "")


def unmarked_utf16(head: bytes) -> str:
    """UTF-16 without a mark, by the zeros of its Latin letters; "" for what is none."""
    pairs = len(head) // 2
    for encoding, zeros, others in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if pairs > 1 and zeros.count(0) > 0.4 * pairs and others.count(0) <= 0.01 * pairs:
            return encoding
    return ""


def is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1024 * 1024):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def sample_of(path: Path) -> bytes:
    """Lines with more than ASCII in them, from wherever in the file they stand."""
    lines = b""
    with path.open("rb") as file:
        while (line := file.readline(_SAMPLE)) and len(lines) < _SAMPLE:
            lines += line if not line.isascii() else b""
    return lines[:_SAMPLE].rpartition(b"\n")[0] or lines[:_SAMPLE]


def guessed(sample: bytes) -> str:
    """The code page in which most words of `sample` are words, "" where none can hold it."""
    texts = {name: text for name in GUESSED if (text := _decoded(sample, name))}
    best = max(texts, key=lambda name: _likelihood(texts[name], name), default="")
    if best and _likelihood(texts[best], best)[0] >= LIKELY:
        return best
    other = from_bytes(sample, cp_isolation=list(ENCODINGS)).best()
    return other.encoding.replace("_", "-") if other and not best else best or ""


def _likelihood(text: str, encoding: str) -> tuple[float, float, int]:
    """How many of the words with more than ASCII in them are words, in any language and in the one of most; then what is
    usual: Turkish only where its own letters are."""
    runs = [run for run in map(_trimmed, _RUNS.findall(text)) if not run.isascii()]
    words = [_languages(run, encoding) for run in runs if not _is_symbol(run)]
    counts = Counter(chain.from_iterable(words))
    share = sum(map(bool, words)) / len(words) if words else LIKELY
    most = max(counts.values(), default=0) / max(len(words), 1)
    turkish = encoding == "cp1254" and bool(set(text) & set("ğışĞİŞ"))
    return share, most, 1 if turkish else -GUESSED.index(encoding)


def _decoded(sample: bytes, encoding: str) -> str:
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _trimmed(run: str) -> str:
    return run.strip("“”‘’„‚«»‹›–—…\u00a0")


def _is_symbol(run: str) -> bool:
    """One letter alone says as little: `€` is one in other code pages."""
    return len(run) == 1 or not any(letter.isalpha() for letter in run)


def _languages(word: str, encoding: str) -> set[int]:
    """The languages of a code page in which this is a word, by their places in its list."""
    if encoding in _IDEOGRAPHS:
        others = [letter for letter in word if not letter.isascii()]
        return {0} if all(map(_IDEOGRAPHS[encoding], others)) else set()
    letters = word.translate(dict.fromkeys(map(ord, _APOSTROPHES)))
    if not letters.isalpha() or not _is_cased(letters):
        return set()
    own = {letter for letter in letters.lower() if not letter.isascii()}
    if ALPHABETS[encoding] is _CYRILLIC and any(letter.isascii() for letter in letters):
        return set()
    return {at for at, alphabet in enumerate(ALPHABETS[encoding]) if own <= set(alphabet)}


def _is_cased(word: str) -> bool:
    """`Éva`, `José` and `JOSÉ` are words; `JosŽ`, `FranŤois` and `DÕAngelo` were never typed."""
    return word.isupper() or not any(letter.isupper() and not letter.isascii() for letter in word[1:])


def _is_japanese(letter: str) -> bool:
    """Kana, signs, and the kanji of JIS level 1."""
    if "\u3000" <= letter <= "\u30ff":
        return True
    lead = _bytes(letter, "shift_jis")[:1]
    return b"\x88" <= lead <= b"\x98"


def _is_chinese(letter: str) -> bool:
    """Signs, and the hanzi of GB 2312 level 1."""
    lead = _bytes(letter, "gb2312")[:1]
    return b"\xa1" <= lead <= b"\xa3" or b"\xb0" <= lead <= b"\xd7"


_IDEOGRAPHS: dict[str, Callable[[str], bool]] = {"cp932": _is_japanese, "gb18030": _is_chinese}


def _bytes(letter: str, encoding: str) -> bytes:
    try:
        return letter.encode(encoding)
    except UnicodeEncodeError:
        return b""
