"""Customers to look after now: about to leave, or of unusual payments."""
