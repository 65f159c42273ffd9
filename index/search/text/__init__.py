"""Terms to passages by BM25, on disk."""
