"""The parts of a page from top to bottom."""
