"""Benchmarks that print a table, with the peer or the physical limit beside us in the same run."""
