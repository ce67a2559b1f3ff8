"""One fact, one form: raw text becomes typed tables, each change is logged, each row accounted for."""

from kezhi.clean.cleaning import clean

__all__ = ["clean"]
