"""Segments: what they may ask, whom they find, and those that were saved."""
