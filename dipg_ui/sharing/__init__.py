"""A stored run in the forms in which others take it: a document to read, a table, the logs of other evaluation tools, a
data set on the Hub."""
