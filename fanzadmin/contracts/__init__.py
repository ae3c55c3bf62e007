"""What the systems tell and ask each other: one file per system, facts first, questions after."""
