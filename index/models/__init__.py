"""Embedding models: the one that ships, other people's, and how each is loaded."""
