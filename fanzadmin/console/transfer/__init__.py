"""Data out and in: exports, imports, and the sheets that carry them."""
