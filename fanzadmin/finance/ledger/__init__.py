"""The double-entry journal: accounts, entries, postings, balances."""
