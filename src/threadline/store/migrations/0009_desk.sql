-- Who answers in the bot's place.

-- The operator who has taken the conversation over; '' = the bot answers.
ALTER TABLE conversations ADD COLUMN taken_by TEXT NOT NULL DEFAULT '';
