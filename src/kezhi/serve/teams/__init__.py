"""What each department reads of a customer or a product, page by page."""
