"""The metric dictionary, its answers and what the figures are aimed at."""
