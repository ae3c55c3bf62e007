"""FanzShield's gate: where the scan of an upload stands, and what follows from its verdict."""
