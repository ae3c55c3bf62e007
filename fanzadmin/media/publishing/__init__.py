"""Compliance's gate, and offering an asset to its audience or taking it back."""
