"""Creators' pages, what stands on them, and their short links."""
