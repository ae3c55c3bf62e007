"""Cells, forms and lookups: how values look and how they are asked for."""
