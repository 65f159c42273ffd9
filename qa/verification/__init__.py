"""A second look at a question and the sentences that are to answer it: do they say what is asked?"""
