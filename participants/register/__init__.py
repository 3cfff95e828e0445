"""The register's import: read what people send, check it row by row, apply it at once.

columns    which headings mean what, in bokmål and Danish
cells      one cell's text as a value, or a sentence about why not
files      the uploaded files as records; national: the national register's own JSON
municipalities, institutions, people    what a record means beside what is known
checking   all of it together; applying    the one transaction
"""
