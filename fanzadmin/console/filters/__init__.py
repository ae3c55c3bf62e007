"""The language of filters: kinds of columns, their operators, and what an address selects."""
