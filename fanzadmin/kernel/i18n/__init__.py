"""The languages people read, and sentences that are stored in one and read in another."""
