"""What is known of a record: its history, comments, timeline and related records."""
