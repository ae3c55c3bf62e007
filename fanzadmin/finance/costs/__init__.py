"""What an asset costs the platform."""
