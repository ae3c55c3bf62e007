"""RQ entry points: one file per system. A job is a name, an id and one call into a service."""

PRELOAD = {"ai": ("sklearn.feature_extraction.text",)}
"""What a worker of a queue loads before it forks: seconds for each job otherwise."""
