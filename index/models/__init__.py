"""Embedding models: what the corpus needs of one, and how each kind is loaded."""
