"""Leads: whom to call, when, and how often calls are taken."""
