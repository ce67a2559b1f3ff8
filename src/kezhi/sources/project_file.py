"""A kezhi.yaml written from proposals, with a comment wherever a person should look."""

from __future__ import annotations

import glob
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from kezhi.errors import SettingsWrong
from kezhi.locales import Phrase
from kezhi.settings import FILE, FilesSettings
from kezhi.sources.propose import FileProposal

_PLAIN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff]*(?:[ /.-][\w\u4e00-\u9fff]+)*")
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n"])


def write_settings(project: Path, proposals: Sequence[FileProposal], *, name: str, overwrite: bool = False) -> str:
    """
    Write `kezhi.yaml` to *project* and return its text, which `settings.load` accepts.

    Files of one folder are one source, for ids only meet within a source; a table that comes in two
    forms makes a second source. Comments, in Chinese and English, say what is unsure.

    Raises:
        SettingsWrong: There is a kezhi.yaml already and *overwrite* is false.
    """
    path = project / FILE
    if path.exists() and not overwrite:
        raise SettingsWrong(file=str(path), line=1, problem=Phrase("sources.problems.exists"), hint=Phrase("sources.hints.overwrite"))
    lines = [
        "# 由 kezhi init 生成，请核对带 “?” 的注释。 / Made by kezhi init; please look at the comments with “?”.",
        f"name: {_text(name)}",
        "currency: CNY",
        "timezone: Asia/Shanghai",
        "",
        "# trust 越大，各来源说法不一时越以它为准；columns 左边是客知的字段，右边是文件的列名。",
        "# Where sources disagree the higher trust wins; columns map our field (left) to the file's header (right).",
        "# 一个来源是一个系统：其中相同的编号是同一个人。不同系统的文件请放在各自的文件夹，或在这里写成各自的来源。",
        "# A source is one system: the same id in it is the same person. Files of different systems need folders, or sources here, of their own.",
        "sources:",
    ]
    for source, tables in _sources(project, proposals).items():
        lines += [f"  {_text(source)}:", "    trust: 1", "    tables:"]
        for alike in tables.values():
            lines += _table(project, alike)
    text = "\n".join(lines) + "\n"
    project.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return text


def _sources(project: Path, proposals: Sequence[FileProposal]) -> dict[str, dict[str, list[FileProposal]]]:
    """Source name, then table, to the proposals that can share one entry."""
    found: dict[str, dict[str, list[FileProposal]]] = {}
    for proposal in proposals:
        base, number = _source_name(project, proposal, proposals), 1
        name = base
        while True:
            alike = found.setdefault(name, {}).setdefault(proposal.table, [])
            if not alike or _shape(alike[0].settings) == _shape(proposal.settings):
                alike.append(proposal)
                break
            number += 1
            name = f"{base}{number}"
    return found


def _source_name(project: Path, proposal: FileProposal, proposals: Sequence[FileProposal]) -> str:
    """The name of the file's folder; of the file itself when it is alone in the project's folder or in `data`."""
    folder = proposal.path.resolve().parent
    if folder == project.resolve() or folder.name == "data":
        alone = len({other.path for other in proposals}) == 1
        return proposal.path.name.split(".")[0] if alone else project.resolve().name or "files"
    return folder.name or "files"


def _shape(settings: FilesSettings) -> FilesSettings:
    return settings.model_copy(update={"files": ""})


def _table(project: Path, alike: Sequence[FileProposal]) -> list[str]:
    settings = alike[0].settings
    files = [_text(glob.escape(_relative(project, proposal.path))) for proposal in alike]
    lines = [f"      {alike[0].table}:", f"        files: {files[0]}" if len(files) == 1 else "        files:"]
    lines += [f"          - {file}" for file in files] if len(files) > 1 else []
    if settings.format != _by_ending(alike[0].path):
        lines.append(f"        format: {settings.format}")
    for key in ("encoding", "delimiter", "sheet", "date_order", "cancel_prefix"):
        value = getattr(settings, key)
        if value is not None and value != FilesSettings.model_fields[key].default:
            lines.append(f"        {key}: {_text(value)}")
    for doubt in dict.fromkeys((doubt.say("zh"), doubt.say("en")) for proposal in alike for doubt in proposal.unsure):
        lines += [f"        # ? {_one_line(words)}" for words in doubt]
    lines.append("        columns:")
    lines += [f"          {name}: {_text(header)}" for name, header in settings.columns.items()]
    if alike[0].ignored:
        lines.append(f"        # 未使用 / not used: {_one_line(', '.join(alike[0].ignored))}")
    return lines


def _by_ending(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    endings = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet", ".pq": "parquet"}
    endings |= dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), "excel")
    return endings.get(Path(name).suffix, "csv")


def _relative(project: Path, path: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), project.resolve())).as_posix()
    except ValueError:  # on another drive of Windows
        return path.resolve().as_posix()


def _text(value: str) -> str:
    """A YAML scalar; quoted as JSON, which YAML understands, unless it is plainly a word."""
    return value if _PLAIN.fullmatch(value) and value.lower() not in _WORDS else json.dumps(value, ensure_ascii=False)


def _one_line(words: str) -> str:
    return " ".join(words.split())
