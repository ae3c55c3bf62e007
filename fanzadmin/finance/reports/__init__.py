"""Figures over all of finance, and the invariants of the books."""
