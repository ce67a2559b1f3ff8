"""Where the data come from, what was mended and what could not be used, and what was made of it."""
