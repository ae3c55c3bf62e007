"""What creators are paid, through two people."""
