"""What one line of a page is."""
