"""The truth: articles, passages and vectors, committed."""
