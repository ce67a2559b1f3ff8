"""Who asks, and what they may do and see."""

from kezhi.serve.access.roles import ACTIONS, allowed
from kezhi.serve.access.who import Who, needs

__all__ = ["ACTIONS", "Who", "allowed", "needs"]
