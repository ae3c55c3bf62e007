"""A staff member's day on the demo, step by step; tests/browser/test_staff_day.py lives it."""
