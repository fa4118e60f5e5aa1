"""Threadline gives a bot a phone number: a person texts it, the bot answers, nothing is lost."""

__version__ = "0.1.0"
