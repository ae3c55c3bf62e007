"""Monthly subscriptions of fans to creators."""
