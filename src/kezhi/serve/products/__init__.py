"""Products and what is bought together."""
