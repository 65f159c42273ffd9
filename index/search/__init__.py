"""What is searched: vectors and words, following the storage."""
