"""The figures that somebody pinned, with their trend."""
