"""What a list shows and how its pages are turned at any size."""
