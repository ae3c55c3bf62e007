"""Captions: sentences that the creator wrote before, put together anew. Not one word is invented."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fanzadmin.gpt.models import Kind
from fanzadmin.gpt.service.past import (
    Advice,
    Fresh,
    Past,
    Withheld,
    confidence,
    lifts,
    more,
    shrunk,
)
from fanzadmin.gpt.service.similarity import similarities
from fanzadmin.kernel.i18n.reasons import reason_code

NEEDED = 5  # captions before a choice among them means anything
ALIKE = 0.12
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of the creator's, with the posts that held it and how those did (1 is the creator's average)."""

    words: str
    posts: tuple[Past, ...]
    lift: float
    alike: float

    def is_apt(self, title: str) -> bool:
        """Whether nothing in it speaks of another title: "Beach day with me." is not for “Studio nights”."""
        bound = _words(self.words) & set[str]().union(*(_words(post.title) for post in self.posts))
        return not bound or bool(bound & _words(title))


def suggest_caption(fresh: Fresh, own: Sequence[Past]) -> Advice | Withheld:
    """One or two of the creator's own sentences: the most fitting phrase, and one that did well more than once."""
    written = [asset for asset in own if asset.caption.strip()]
    if len(written) < NEEDED:
        reason = reason_code("gpt.few_captions", captions=len(written), needed=NEEDED)
        return Withheld(Kind.CAPTION, reason)
    phrases = [phrase for phrase in _phrases(fresh, written) if phrase.is_apt(fresh.title)]
    fitting = max(phrases, key=lambda phrase: (phrase.alike, phrase.lift, phrase.words), default=None)
    if fitting is None or fitting.alike < ALIKE:
        return Withheld(Kind.CAPTION, reason_code("gpt.no_caption_fits", title=fresh.title))
    proven = [
        phrase for phrase in phrases if phrase is not fitting and len(phrase.posts) >= 2 and phrase.lift > 1
    ]
    closing = max(proven, key=lambda phrase: (phrase.lift, phrase.words), default=None)
    parts = [fitting.words, closing.words] if closing else [fitting.words]
    return Advice(
        Kind.CAPTION,
        " ".join(parts),
        _reason(fitting, closing),
        round(fitting.alike * confidence(len(written), half_at=10), 3),
        {"captions": len(written), "sources": sorted({post.title for post in fitting.posts})[:5]},
    )


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3}


def _phrases(fresh: Fresh, written: Sequence[Past]) -> list[Phrase]:
    lift_of = lifts(written)
    held: defaultdict[str, list[Past]] = defaultdict(list)
    spelled: dict[str, str] = {}
    for asset in written:
        for sentence in dict.fromkeys(part.strip() for part in _SENTENCE.findall(asset.caption)):
            if sentence:
                spelled.setdefault(sentence.casefold(), sentence)
                held[sentence.casefold()].append(asset)
    # A sentence fits when it, or the titles it stood under, resembles the new title.
    texts = [f"{spelled[key]} {' '.join(asset.title for asset in assets)}" for key, assets in held.items()]
    likeness = similarities(fresh.words, texts)
    return [
        Phrase(
            spelled[key],
            tuple(assets),
            shrunk([lift_of[asset.asset_id] for asset in assets], 1.0, strength=2),
            alike,
        )
        for (key, assets), alike in zip(held.items(), likeness, strict=True)
    ]


def _reason(fitting: Phrase, closing: Phrase | None) -> str:
    first = reason_code("gpt.own_words", title=fitting.posts[0].title)
    if closing is None:
        return first
    second = reason_code("gpt.last_sentence", posts=len(closing.posts), percent=more(closing.lift))
    return f"{first}\n{second}"
