"""The whole library as the team and its tools see it: the consoles over assets and renditions, whose verbs come from every area."""
