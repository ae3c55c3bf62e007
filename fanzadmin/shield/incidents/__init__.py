"""Incidents of the security team and their timelines."""
