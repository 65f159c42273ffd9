"""Articles beside articles: similar ones, reprints, stories."""
