"""Figures about the whole company, and the reports that show them."""
