"""Vectors to nearest neighbours."""
