"""FanzFinance OS."""
