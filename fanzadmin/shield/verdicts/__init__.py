"""The verdict on each asset, and the block list of contents that nobody may upload."""
