"""FANZ Admin: the internal platform of a creator network. Start reading at app.py."""
