"""
The API from Python: `Threadline`, which blocks, and `AsyncThreadline`, which waits.

    from threadline.client import Threadline

    with Threadline("https://sms.example.com", key="threadline_…") as threadline:
        threadline.optouts.add("flowit-sms", "+15550100001", reason="asked by phone")

Shapes are those of `threadline.model.resources`, errors those of `threadline.errors`.
"""

from threadline.client.aio import AsyncThreadline
from threadline.client.sync import Threadline

__all__ = ["AsyncThreadline", "Threadline"]
