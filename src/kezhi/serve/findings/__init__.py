"""Findings about groups: the market, what customers say and need, their habits, as the report tells them."""
