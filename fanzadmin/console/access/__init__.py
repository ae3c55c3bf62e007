"""Who may see which row and field, and what a mask looks like."""
