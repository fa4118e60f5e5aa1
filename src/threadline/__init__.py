"""Threadline gives a bot a phone number: texts in, answers out, nothing lost."""

__version__ = "0.1.0"
