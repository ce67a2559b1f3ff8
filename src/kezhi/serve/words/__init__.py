"""What the codes and Chinese names in the data are called in each language."""
