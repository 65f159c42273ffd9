"""The JSON of the HTTP service. Offsets are Unicode code points into the article's stored text, half-open."""
