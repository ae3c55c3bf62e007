"""The asset itself: its tables, what its creator says about it, who reads what of it."""
