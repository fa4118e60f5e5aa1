"""
The life of a message, one file per stage.

    inbox     webhook  -> inbox row         answer the provider only once this is on disk
    turns     inbox    -> timeline, outbox  ask the bot, write everything in one transaction
    outbox    outbox   -> provider          the attempt's row is there before the request
    unknown   attempt  -> settled           was it sent? look it up before sending it again
    receipts  callback -> attempt           a status only moves forward
    catchup   list     -> inbox row         what no webhook told us
    digest    timeline -> words, tallies    behind it all, for those who search and count
    asking    the bot of a session, and those that it hands over to
    judging   what shows of a text only here, before it is kept
    pacing    how many requests an account gets at once
    retry     what follows a failure        pure, a table
    worker    runs the stages that nobody calls, until told to stop

Stages never call each other. Each reads rows that the previous one wrote, so any of them can
die at any line and the next start carries on.
"""
