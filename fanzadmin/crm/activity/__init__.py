"""What the other systems announce, counted and recorded in timelines."""
