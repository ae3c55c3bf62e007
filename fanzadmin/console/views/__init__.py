"""Lists beyond the table: board, calendar, gallery, map, and number cards on top."""
