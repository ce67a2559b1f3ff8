"""
Every error a user can meet, on one page.

    KezhiError
    ├── WrongInput            exit 2: the command, a file or a setting is not usable as given
    │   ├── SettingsWrong         a key or value of kezhi.yaml (or another definition file)
    │   ├── FileUnreadable        a file cannot be opened, decoded or parsed at all
    │   ├── NothingToRead         no file matches, or all are empty
    │   ├── ColumnMissing         a table lacks columns that tables.py promises
    │   ├── MappingUnsure         a needed column was not found in the file's header
    │   ├── ExpressionWrong       a tag, segment or stage expression
    │   ├── MetricWrong           a metric that is not defined soundly, or a question it cannot answer
    │   ├── NoProject             no kezhi.yaml where one was expected
    │   ├── FolderTaken           the folder to write into holds something else
    │   ├── NoSnapshot            nothing has been run yet
    │   ├── ExtraMissing          an optional package is needed and not installed
    │   ├── AssetMissing          a file that the build makes is not in this installation
    │   ├── StoreUnreachable      the database of what people decided cannot be opened
    │   ├── NotFound              no such thing, or none that who asks may see
    │   └── Refused               who asks may not do this
    │       ├── SignInNeeded          nobody has signed in, or the session or token has ended
    │       ├── SignInFailed          wrong name or password, or locked for a while
    │       ├── NotAllowed            the role does not include the action
    │       └── TooMany               asked too often
    └── RunFailed             exit 1: the work began and could not be finished
        ├── TableBroken           a made table breaks its promise in tables.py
        ├── RunLocked             another run holds the project
        └── DiskFull              no space left for the lake or the scratch folder

The words are in `locales/`, section `errors`, under the class's code, in both languages and with the
same placeholders; an error carries its fields, and whoever shows it chooses the language.
"""

from __future__ import annotations

import errno
from typing import Any, ClassVar

from kezhi.locales import catalogue, text


class KezhiError(Exception):
    """What came, what was expected, what to do; `code` is stable, `fields` fill the translated text."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.say("en"))

    def say(self, lang: str) -> str:
        """The message in *lang* (`zh` or `en`)."""
        return text(f"errors.{self.code}", lang, **self.fields)


class WrongInput(KezhiError):
    """The command, a file or a setting is not usable as given."""

    code = "wrong_input"
    exit_code = 2


class SettingsWrong(WrongInput):
    """A key or value of a definition file; fields: file, line, problem, hint."""

    code = "settings_wrong"


class FileUnreadable(WrongInput):
    """A file cannot be opened, decoded or parsed at all; fields: file, problem, hint."""

    code = "file_unreadable"


class NothingToRead(WrongInput):
    """No file matches, or all are empty; fields: what, hint."""

    code = "nothing_to_read"


class ColumnMissing(WrongInput):
    """A table lacks promised columns; fields: table, missing, present, hint."""

    code = "column_missing"


class MappingUnsure(WrongInput):
    """A needed column was not recognised in a file; fields: file, needed, header, hint."""

    code = "mapping_unsure"


class ExpressionWrong(WrongInput):
    """A tag, segment or stage expression; fields: expression, problem, hint."""

    code = "expression_wrong"


class MetricWrong(WrongInput):
    """A metric's definition, or a question it cannot answer; fields: metric, problem, hint."""

    code = "metric_wrong"


class NoProject(WrongInput):
    """No kezhi.yaml in the folder; fields: folder."""

    code = "no_project"


class FolderTaken(WrongInput):
    """The folder to write into holds something else; fields: folder, what."""

    code = "folder_taken"


class NoSnapshot(WrongInput):
    """Nothing has been run yet, or the table is not in the snapshot; fields: folder, what."""

    code = "no_snapshot"


class ExtraMissing(WrongInput):
    """An optional package is needed; fields: what, extra."""

    code = "extra_missing"


class AssetMissing(WrongInput):
    """A file that `hatch_build.py` makes was not built into this installation; fields: what."""

    code = "asset_missing"


class StoreUnreachable(WrongInput):
    """The database of what people decided cannot be opened; fields: url, problem."""

    code = "store_unreachable"


class Refused(WrongInput):
    """Who asks may not do this; fields: none."""

    code = "refused"


class SignInNeeded(Refused):
    """Nobody has signed in, or the session or token has ended; fields: none."""

    code = "sign_in_needed"


class SignInFailed(Refused):
    """Wrong name or password, or locked for a while: which, is not said; fields: none."""

    code = "sign_in_failed"


class NotAllowed(Refused):
    """The role, or the token's scopes, do not include the action; fields: role, action, as their codes."""

    code = "not_allowed"

    def say(self, lang: str) -> str:
        """The message in *lang*, with role and action in words."""
        role, action = self.fields["role"], self.fields["action"]
        rights = catalogue(lang)["serve"]["rights"]  # an action has a dot in its name
        return text(f"errors.{self.code}", lang, role=text(f"serve.roles.{role}", lang), action=rights[action])


class NotAllSeen(Refused):
    """It lists all customers, and who asks sees only some; no fields."""

    code = "not_all_seen"


class NotOwner(Refused):
    """Only its owner or an admin may change it; fields: owner."""

    code = "not_owner"


class TooMany(Refused):
    """Asked too often; fields: seconds until it may be asked again."""

    code = "too_many"


class NotFound(WrongInput):
    """What was asked for is not there, or may not be seen by who asks; fields: what, id."""

    code = "not_found"


class RunFailed(KezhiError):
    """The work began and could not be finished; fields: step, problem."""

    code = "run_failed"


class TableBroken(RunFailed):
    """A made table breaks its promise; fields: table, problem, hint."""

    code = "table_broken"


class RunLocked(RunFailed):
    """Another run holds the project; fields: holder, folder."""

    code = "run_locked"


class DiskFull(RunFailed):
    """No space left, or none allowed; fields: folder, step."""

    code = "disk_full"

    @staticmethod
    def caused(error: BaseException) -> bool:
        """Whether *error* of the system, of Arrow or of DuckDB says that the disk, a quota or a limit is full."""
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return True
        words = str(error)
        return any(said in words for said in ("No space left", "disk is full", "File too large", "Disk quota exceeded"))
