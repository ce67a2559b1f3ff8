"""Outside rows to raw tables: files of any make, read as text, each row with the line it came from."""

from kezhi.sources.load import LoadedFile, load

__all__ = ["LoadedFile", "load"]
