"""Customers: the list, and one customer."""
