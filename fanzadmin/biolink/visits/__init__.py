"""Clicks and views: who visits, read without an address, and counted."""
