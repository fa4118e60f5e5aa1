"""
Everything goes wrong at once, and still nobody misses a text, gets one twice or out of order.

    storm      one run from the first text to the report
    people     who texts 1, 2, 3 …, and posts again what was not acknowledged
    weather    what the carrier does wrong meanwhile
    disasters  SIGKILL for the server and the database, connections cut
    database   a PostgreSQL of its own, which may be killed
    report     what the handsets got, held against what was acknowledged
    summary    prints the reports at the end of the run
    planted    the server with a fault planted in it: the suite has to notice
"""
