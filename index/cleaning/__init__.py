"""Scraped pages to articles: what is headline, author, date and source, what is text, and what is chrome."""

from index.cleaning.page import CLEANER_VERSION, CleanedPage, clean_page
from index.cleaning.reasons import Reason
from index.cleaning.working_page import RemovedLine

__all__ = ["CLEANER_VERSION", "CleanedPage", "Reason", "RemovedLine", "clean_page"]
