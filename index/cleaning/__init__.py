"""Scraped pages to articles: what is headline, author, date and source, what is text, and what is chrome."""

from index.cleaning.page import CLEANER_VERSION, CleanedPage, clean_page
from index.cleaning.working_page import RemovedLine

__all__ = ["CLEANER_VERSION", "CleanedPage", "RemovedLine", "clean_page"]
