"""Saved pages: what the markup states, the article in it, and the lead above it."""
