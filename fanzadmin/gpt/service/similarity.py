"""Which earlier texts resemble a new one: TF-IDF over words and pairs of words, cosine similarity."""

from collections.abc import Sequence


def similarities(text: str, texts: Sequence[str]) -> list[float]:
    """The cosine similarity (0 to 1) of `text` to each of `texts`; zeros when there are no words to compare."""
    # Loading scikit-learn takes seconds and 100 MB: only the worker of the queue `ai` does, before it forks.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    if not text.strip() or not any(other.strip() for other in texts):
        return [0.0] * len(texts)
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # nothing but words of one letter
        return [0.0] * len(texts)
    scores = matrix @ vectorizer.transform([text]).T
    return [float(value) for value in scores.toarray().ravel()]
