"""Retention, funnels, clusters, ways and habits."""
