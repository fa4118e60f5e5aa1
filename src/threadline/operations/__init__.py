"""
What people can do, written once for every door: the API, and all that asks it.

Each takes the app and plain values, and returns plain values. `organization` is whose things
are meant: that of a key, or None for the owner of the server. Raises `Invalid` with every
problem at once, or another `ThreadlineError` that says what to do.
"""
