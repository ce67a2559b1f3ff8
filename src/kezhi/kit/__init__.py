"""What rooms share and that knows nothing of customers: money, days, texts, expressions, the door to the engine."""
