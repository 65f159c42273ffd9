"""From a query to the passages to cite."""
