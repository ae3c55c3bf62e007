"""What runs the platform: embedded servers, supervisor, web server, backup, logs. No request ever enters."""
