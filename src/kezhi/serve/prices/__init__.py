"""How sales react to prices, and what other prices would do."""
