"""Which earlier texts resemble a new one: TF-IDF over words and pairs of words, cosine similarity."""

from collections.abc import Sequence


def similarities(wanted: str, texts: Sequence[str]) -> list[float]:
    """The cosine similarity (0 to 1) of `wanted` to each of `texts`; zeros when there are no words to compare."""
    # Loading scikit-learn takes seconds and 100 MB: only the worker of the queue `ai` does, before it forks.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    if not wanted.strip() or not any(text.strip() for text in texts):
        return [0.0] * len(texts)
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    try:
        known = vectorizer.fit_transform(texts)
    except ValueError:  # nothing but words of one letter
        return [0.0] * len(texts)
    found = known @ vectorizer.transform([wanted]).T
    return [float(value) for value in found.toarray().ravel()]
