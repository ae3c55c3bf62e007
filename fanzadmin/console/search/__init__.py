"""The tools above a list: search box, facets, saved views, the palette."""
