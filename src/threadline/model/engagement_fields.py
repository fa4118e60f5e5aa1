"""The fields of EngagementConfig that every channel has: what each is for, and may be."""

from __future__ import annotations

from threadline.model.fields import Field, Limit

POLICY = {
    "userSession": "expireOnInactivityInMinutes",
    "conversation": "maxDurationInMinutes",
}
CONSENT_TEXTS = {
    "stop": "You have been unsubscribed and will get no more texts from us. Text START to "
    "subscribe again.",
    "start": "You are subscribed again. Text HELP for help, STOP to unsubscribe.",
    "help": "Text STOP to unsubscribe. Message and data rates may apply.",
}
"""What Threadline says where ConsentHandling is "threadline", unless ConsentTexts says so."""

MAX_MINUTES = 525_600
MINUTES = Limit(0, MAX_MINUTES, "minutes", broken=True)
CONVERSATION, DELIVERY, CONSENT, LIMITS = (
    "Conversation",
    "Pace and delivery",
    "Consent",
    "Limits",
)
SECRET = Field("Secret", "Secret", "The SRN of its secret in the vault.", "srn", "Account")
"""The same for every channel that has one, so that a form has it once."""
FIELDS: tuple[Field, ...] = (
    Field(
        "FirstMessage",
        "First text",
        "What a text does that begins a session.",
        "choice",
        CONVERSATION,
        "start",
        {
            "start": "it starts the flow and answers nothing yet",
            "utterance": "it answers the first question",
        },
    ),
    Field(
        "Fallback",
        "What the channel cannot show",
        "What becomes of elements that the channel cannot show, such as buttons by SMS.",
        "choice",
        CONVERSATION,
        "discard",
        {
            "discard": "they are not sent, and the timeline tells why",
            "text": "they are sent as text, their options numbered; the number, the title or "
            "nearly the title is then understood as the option",
        },
    ),
    Field(
        "AwayMessage",
        "Away message",
        "Said once per session while the endpoint is offline or its bot is not running.",
        "paragraph",
        CONVERSATION,
    ),
    Field(
        "ErrorMessage",
        "Error message",
        "Said when a text could not be answered.",
        "paragraph",
        CONVERSATION,
    ),
    Field(
        f"Policy.userSession.{POLICY['userSession']}",
        "A session ends without the contact after",
        "A session ends after so many minutes without the contact.",
        "number",
        CONVERSATION,
        10,
        limit=MINUTES,
    ),
    Field(
        f"Policy.conversation.{POLICY['conversation']}",
        "A session ends in any case after",
        "A session ends after so many minutes in any case; never, if it is left out.",
        "number",
        CONVERSATION,
        limit=MINUTES,
    ),
    Field(
        "MessagesPerSecond",
        "Pace",
        "How many segments a second the sender may send. By default what the provider allows "
        "the kind of number: a long code 1, toll-free 3, a short code 100, a messaging service "
        "as fast as it goes.",
        "number",
        DELIVERY,
        limit=Limit(0.01, 100_000, "segments a second", broken=True),
    ),
    Field(
        "ValidityPeriod",
        "An answer is worth sending for",
        "For how long an answer is worth sending; the provider is told what is left of it. By "
        "default `THREADLINE_EXPIRY`, 900.",
        "number",
        DELIVERY,
        limit=Limit(6, 36_000, "seconds"),
    ),
    Field(
        "OrderedDelivery",
        "Wait for deliveries",
        "`true`: a text waits until the one before it was delivered, or for "
        "`THREADLINE_DELIVERY` seconds. `false`: until the provider has taken it.",
        "switch",
        DELIVERY,
        False,
    ),
    Field(
        "SmartEncoding",
        "Smart encoding",
        "Curly quotes, dashes and the like are sent as their plain cousins, which often halves "
        "the segments.",
        "switch",
        DELIVERY,
        True,
    ),
    Field(
        "OnUnknown",
        "A text of which it is not known whether it went out",
        "What to do with a text that may or may not have been sent, and that the provider does "
        "not know of.",
        "choice",
        DELIVERY,
        "resend",
        {"resend": "it is sent once more", "park": "it is put aside for the operator"},
    ),
    Field(
        "CatchUpMaxAge",
        "Texts from a downtime are answered for",
        "Texts that no webhook told us of are fetched from the provider's list; one that is "
        "older than so many seconds is kept and not answered. 0 answers none of them.",
        "number",
        DELIVERY,
        4 * 3600,
        limit=Limit(0, 2_592_000, "seconds"),
    ),
    Field(
        "ConsentHandling",
        "STOP, START and HELP",
        "Who confirms STOP, START and HELP.",
        "choice",
        CONSENT,
        "twilio",
        {
            "twilio": "Twilio does",
            "threadline": "Threadline does, for accounts where Twilio's own handling is off",
        },
    ),
    *(
        Field(
            f"ConsentTexts.{word}",
            f"After {word.upper()}",
            f"What Threadline then says to {word.upper()}.",
            "paragraph",
            CONSENT,
            text,
        )
        for word, text in CONSENT_TEXTS.items()
    ),
    Field(
        "OnRevocation",
        "STOP in other words",
        "What follows when somebody asks in their own words for no more texts.",
        "choice",
        CONSENT,
        "flag",
        {
            "flag": "the conversation is flagged for the operator",
            "stop": "they are texted no more",
            "ignore": "nothing",
        },
    ),
    Field(
        "MaxTurnsPerTenMinutes",
        "Texts of a contact in ten minutes",
        "More texts of one contact within ten minutes are kept, flagged and not answered.",
        "number",
        LIMITS,
        60,
        limit=Limit(1, 1_000_000, "texts"),
    ),
    Field(
        "MaxIdenticalTexts",
        "The same text again",
        "The same for one text again and again.",
        "number",
        LIMITS,
        10,
        limit=Limit(1, 1_000_000, "texts"),
    ),
    Field(
        "MaxSegmentsPerDay",
        "Segments in a day",
        "What is beyond so many segments in a day (UTC) is not sent; no limit by default.",
        "number",
        LIMITS,
        limit=Limit(1, 1_000_000_000, "segments"),
    ),
)
"""Everything that an endpoint of any channel may say in its EngagementConfig."""
