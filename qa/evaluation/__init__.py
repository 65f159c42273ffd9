"""How good it is on known questions."""
