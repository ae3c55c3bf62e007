"""What killed processes leave in the storage, found and removed."""
