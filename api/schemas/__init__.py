"""The JSON of the HTTP service. Offsets count Unicode code points of the article's stored text and are half-open."""
