"""What needs a second person, and the requests for one."""
