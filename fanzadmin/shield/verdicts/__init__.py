"""The verdict on each asset, and the block list of contents that may not be uploaded."""
