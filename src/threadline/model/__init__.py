"""
The nouns: frozen data and pure decisions about it, no I/O.

    organization  a tenant                      bot       what answers
    endpoint      one address on one channel    srn       the name of a secret
    phone         who somebody is on a channel  consent   what a text says about being texted
    messages      what crosses the wire         timeline  what can be said
    turn          what a bot is asked           document  text with line numbers, to values
    catalog       what people change            rows      claimed work, and what came of it
    clock         time as whole microseconds    plain     text as it can be stored and sent
    markup        XML, to what can be said      wording   what can be said, in words
    choices       which option was meant

Imports the standard library, `phonenumbers` (in phone) and PyYAML (in document) only.
"""
