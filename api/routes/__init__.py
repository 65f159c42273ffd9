"""The routes of the HTTP service, with one file for each subject."""
