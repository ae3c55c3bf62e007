"""The tone of a state's word: good, info, warn, bad or "".

The words here are those of any record: a task, a delivery, an approval. A system declares the words of its own states in its
`System.tones`; where it gives a word another tone than its neighbours, its cell says so: `badge({"held": "good"})`.
"""

from collections.abc import Mapping

_tones: dict[str, str] = {
    word: tone
    for tone, words in {
        "good": "active approved closed completed confirmed delivered done enabled ok passed ready resolved sent success valid yes",
        "info": "in_progress info new open processing running scheduled started",
        "warn": "degraded draft high held late medium missing on_hold paused pending queued requested retrying waiting warning",
        "bad": "blocked cancelled critical dead deleted denied disabled down error expired failed invalid lost refused rejected "
        "removed revoked suspended withdrawn",
    }.items()
    for word in words.split()
}


def declare_tones(tones: Mapping[str, str]) -> None:
    """Add the words of a system. Raises ValueError for a word that has another tone already."""
    clashes = {word for word, tone in tones.items() if _tones.setdefault(word, tone) != tone}
    if clashes:
        raise ValueError(
            f"give these their tone on the badge, as others use them in another: {sorted(clashes)}"
        )


def tone_of(word: str) -> str:
    """The tone of a word as the database has it (`past_due`); "" for one that nothing is said of."""
    return _tones.get(word.lower().replace(" ", "_").replace("-", "_"), "")
