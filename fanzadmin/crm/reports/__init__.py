"""Reports: what fans and creators report opens a case for the Community team, with what stood there and around it."""
