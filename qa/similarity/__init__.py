"""Compares articles: similar ones, reprints, stories."""
