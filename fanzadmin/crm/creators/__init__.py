"""Creators: from application to offboarding, with their figures in all and by day."""
