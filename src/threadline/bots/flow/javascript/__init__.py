"""
JavaScript of people who write flows, run where it can harm nobody.

    pool     processes that run it, and are killed when they take too long
    worker   what such a process does; it is run as a file and imports nothing of ours
    prelude  what the code finds there: `msg`, `node`, `context` and the like
"""
