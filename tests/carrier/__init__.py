"""The simulated carrier, over real connections: what it must share with Twilio, and its own."""
