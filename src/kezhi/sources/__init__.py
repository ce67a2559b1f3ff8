"""Outside rows to raw tables: files of any make, read as text, each row with the line it came from."""

from kezhi.sources.load import LoadedFile, load
from kezhi.sources.matching import Belief
from kezhi.sources.project_file import write_settings
from kezhi.sources.propose import FileProposal, propose

__all__ = ["Belief", "FileProposal", "LoadedFile", "load", "propose", "write_settings"]
