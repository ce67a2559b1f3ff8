"""Campaigns with a control group: what they did, and whom the next one would move."""
