"""Who may see an asset, and the signed, expiring addresses they get."""
