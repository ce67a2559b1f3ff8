"""What who runs the server sees of it: figures for Prometheus and a line of JSON per request, neither with personal data."""
