"""Who is in a segment: expressions over the profile and what customers did, saved or asked."""

from kezhi.profile.segments.answers import composition, explained, overlap
from kezhi.profile.segments.compiling import Population, columns_read, counted, filtered, holding, valued
from kezhi.profile.segments.definitions import check_segments, definition, fitting, parse_segments, vocabulary
from kezhi.profile.segments.members import segment_tables

__all__ = [
    "Population",
    "check_segments",
    "columns_read",
    "composition",
    "counted",
    "definition",
    "explained",
    "filtered",
    "fitting",
    "holding",
    "overlap",
    "parse_segments",
    "segment_tables",
    "valued",
    "vocabulary",
]
