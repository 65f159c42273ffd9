"""A scraped page to its article: headline, author, date and source are found, and the page around it is removed."""
