"""Views that people saved: filters, columns and order of a page under a name."""
