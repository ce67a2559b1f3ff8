"""Models: which there are, what their cards say, and how they have done since."""
