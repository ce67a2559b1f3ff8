"""What sales will be."""
