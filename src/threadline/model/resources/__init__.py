"""
What the API tells and takes, one module per noun: the shapes of its JSON.

The server answers with these, its OpenAPI is made from them, and the client gives them back.
Times are as RFC 3339 writes them, in UTC.
"""
