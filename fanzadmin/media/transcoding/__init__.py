"""From one file to what people are served: probed, encoded, drawn and packaged. Knows files and programs, no table."""
