"""Figures of the security board, over verdicts, incidents and the block list."""
