"""Scraped pages to articles: headline, author, date and source are found, and the page around the text is removed."""

from index.cleaning.page import CLEANER_VERSION, CleanedPage, clean_page
from index.cleaning.reasons import Reason
from index.cleaning.working_page import RemovedLine

__all__ = ["CLEANER_VERSION", "CleanedPage", "Reason", "RemovedLine", "clean_page"]
