"""What abilities share about rows: the data model, rows and their words, masks, relations, keys, counts, indexes."""
