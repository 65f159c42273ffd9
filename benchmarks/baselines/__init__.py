"""What our figures are compared with: each says how it ranks the articles of a set for its questions."""
