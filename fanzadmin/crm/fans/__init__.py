"""Fans: names, countries, tags, spending."""
