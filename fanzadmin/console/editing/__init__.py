"""How records are written: by form, in the list, many at once, in an order by hand."""
