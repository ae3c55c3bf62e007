"""What can be done with a record beside editing it: declared verbs, what they ask, and how they run."""
