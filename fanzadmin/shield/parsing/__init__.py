"""What the bytes of a file say by themselves: its real format, where its media ends, what hides in it. No decoder runs here."""
