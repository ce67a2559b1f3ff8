"""kezhi.yaml and the files beside it, read and checked: what is wrong is told with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from kezhi.errors import NoProject, SettingsWrong
from kezhi.locales import Phrase
from kezhi.settings.unfit import unfit
from kezhi.settings.whole import Settings

FILE = "kezhi.yaml"


TAGS_FILE = "tags.yaml"


METRICS_FILE = "metrics.yaml"


FEATURES_FILE = "features.yaml"


SEGMENTS_FILE = "segments.yaml"


_BESIDE = {TAGS_FILE: ("tags", "propagate"), SEGMENTS_FILE: ("segments",)}  # lists that stand in a file of their own


PLANS_FILE = "plans.yaml"


PLAN_KEYS = ("plans", "add_ons", "unit_costs")


def load_plans(path: Path) -> Settings:
    """
    Settings that hold the plans, add-ons and unit costs of the plans file *path*, and nothing else.

    Raises:
        SettingsWrong: As for `load`; also where the file is not there or names no plan.
    """
    if not path.is_file():
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("plans.no_file", path=str(path)), hint="")
    data = parse(path)
    _only_plans(data, path)
    made = _check(data, path)
    if not made.plans:
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("plans.none"), hint="")
    return made


def checked_plans(data: dict[str, Any]) -> Settings:
    """As `load_plans`, of plans that come from Python; *data* has the keys of the file."""
    path = Path("plans")
    _only_plans(data, path)
    made = _check(data, path)
    if not made.plans:
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("plans.none"), hint="")
    return made


def _only_plans(data: dict[str, Any], path: Path) -> None:
    for key in data:
        if key not in PLAN_KEYS:
            near = get_close_matches(str(key), PLAN_KEYS, n=1)
            raise SettingsWrong(
                file=path.name,
                line=line_of(path, [key]),
                problem=Phrase("settings.unknown_key", key=key),
                hint=Phrase("settings.did_you_mean", key=near[0]) if near else Phrase("settings.known_keys", keys=", ".join(PLAN_KEYS)),
            )


def load(folder: Path) -> Settings:
    """
    The settings of the project in *folder*, with `tags.yaml`, `segments.yaml`, `metrics.yaml` and `features.yaml` beside it read in.

    Raises:
        NoProject: There is no kezhi.yaml.
        SettingsWrong: A key is unknown or a value is of the wrong kind; says file, line and the nearest key.
    """
    path = folder / FILE
    if not path.is_file():
        raise NoProject(folder=str(folder))
    data = {key: value for key, value in parse(path).items() if value is not None}  # an empty key is none
    for file, key in ((METRICS_FILE, "metrics"), (FEATURES_FILE, "features")):
        if (folder / file).is_file():
            inside = _of_kind(data.get(key), dict, key, path)
            data[key] = inside | _named(folder / file, key, inside)
    for file, keys in _BESIDE.items():
        if (folder / file).is_file():
            defined = _only(folder / file, keys)
            _check(defined, folder / file)
            data |= {key: [*_of_kind(data.get(key), list, key, path), *(found or [])] for key, found in defined.items()}
    plans_path = folder / PLANS_FILE
    if plans_path.is_file():
        load_plans(plans_path)
        data |= parse(plans_path)
    return _check(data, path)


def _of_kind(value: Any, kind: type[Any], key: str, path: Path) -> Any:
    """What kezhi.yaml has under *key*, which a file beside it adds to: a list or a mapping; an empty key is none."""
    if value is not None and not isinstance(value, kind):
        detail = Phrase("unfit.list" if kind is list else "unfit.mapping")
        raise SettingsWrong(
            file=path.name, line=line_of(path, [key]), problem=Phrase("settings.wrong_value", key=key, detail=detail), hint=""
        )
    return value if value is not None else kind()


def _bad_line(path: Path) -> int:
    """The first line that cannot be read by itself; 1 where each can."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        try:
            yaml.safe_load(line.strip().removeprefix("- "))
        except yaml.MarkedYAMLError:
            continue
        except (yaml.YAMLError, ValueError, RecursionError):
            return number
    return 1


def locate(folder: Path, value: str) -> tuple[str, int]:
    """File and line where *value* stands in the project's settings; the first line of kezhi.yaml for a default."""
    for name in (TAGS_FILE, SEGMENTS_FILE, FEATURES_FILE, PLANS_FILE, FILE):
        path = folder / name
        if not path.is_file():
            continue
        pending = [yaml.compose(path.read_text(encoding="utf-8-sig"))]
        while pending:
            node = pending.pop()
            if isinstance(node, yaml.MappingNode):
                pending += [below for pair in reversed(node.value) for below in (pair[1], pair[0])]
            elif isinstance(node, yaml.SequenceNode):
                pending += reversed(node.value)
            elif isinstance(node, yaml.ScalarNode) and node.value == value:
                return name, node.start_mark.line + 1
    return FILE, 1


def parse(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty file is an empty mapping. A key that is there twice, of which YAML would take the last, is an error."""
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8-sig"))
        root = loader.get_single_node()
        if twice := min(_twice(root), key=lambda keys: keys[1].start_mark.index, default=None):
            raise _defined_twice(path, twice[1], first=twice[0].start_mark.line + 1)
        data = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SettingsWrong(
            file=path.name, line=mark.line + 1 if mark else 1, problem=Phrase("settings.not_yaml"), hint=Phrase("settings.see_yaml")
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsWrong(file=path.name, line=line, problem=Phrase("settings.not_utf8"), hint=Phrase("settings.save_utf8")) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a sign that YAML does not take, a day that is none, a thousand brackets
        raise SettingsWrong(file=path.name, line=_bad_line(path), problem=Phrase("settings.no_value"), hint="") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("settings.not_keys"), hint="")
    return data


def _twice(root: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Keys that stand in one mapping twice, the first and the second of each."""
    pending, walked = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in walked:  # an alias, perhaps of what it stands in
            continue
        walked.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            pending += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: dict[tuple[str, str], yaml.Node] = {}
            for key, value in node.value:
                pending.append(value)
                if isinstance(key, yaml.ScalarNode) and (first := seen.setdefault((key.tag, key.value), key)) is not key:
                    yield first, key


def _defined_twice(path: Path, key: yaml.Node, *, first: int | None = None) -> SettingsWrong:
    """The error at the second of two keys of one name; *first* is the line of the other where it stands in the same file."""
    hint = Phrase("settings.keep_one", line=first) if first else ""
    return SettingsWrong(file=path.name, line=key.start_mark.line + 1, problem=Phrase("settings.twice", key=key.value), hint=hint)


def _only(path: Path, keys: tuple[str, ...]) -> dict[str, Any]:
    """The mapping in a file where only *keys* may stand."""
    data = parse(path)
    for key in data:
        if key not in keys:
            hint = Phrase("settings.known_keys", keys=", ".join(keys))
            raise SettingsWrong(file=path.name, line=line_of(path, [key]), problem=Phrase("settings.unknown_key", key=key), hint=hint)
    return data


def _named(path: Path, what: str, known: dict[str, Any]) -> dict[str, Any]:
    """The mapping *what* of its own file; a key that is in kezhi.yaml too would hide one definition."""
    data = _only(path, (what,))
    _check(data, path)
    node = yaml.compose(path.read_text(encoding="utf-8-sig"))
    for below in (pair[1] for pair in node.value if isinstance(pair[1], yaml.MappingNode)) if node else ():
        for key, _ in below.value:
            if key.value in known:
                raise _defined_twice(path, key)
    return dict(data.get(what) or {})


def _check(data: dict[str, Any], path: Path) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        # a misspelt key is also a missing one: the misspelling is what the user can see
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        place = [part for part in first["loc"] if part != "[key]"]
        known = _known_keys(place[:-1])
        problem, hint = Phrase("settings.wrong_value", key=".".join(map(str, place)), detail=unfit(first)), None
        if not place:  # a rule about several keys
            problem = Phrase("settings.contradiction", detail=unfit(first))
        if first["type"] == "extra_forbidden":
            near = get_close_matches(str(place[-1]), known, n=1)
            problem = Phrase("settings.unknown_key", key=place[-1])
            hint = Phrase("settings.did_you_mean", key=near[0]) if near else Phrase("settings.known_keys", keys=", ".join(known))
        raise SettingsWrong(file=path.name, line=line_of(path, place), problem=problem, hint=hint or "") from error


def _known_keys(place: list[Any]) -> list[str]:
    """Keys that may stand under *place* of the settings tree."""
    model: Any = Settings
    for part in place:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            break
        field = model.model_fields.get(str(part))
        model = field.annotation if field else model
        while get_args(model):  # dict[str, X], list[X], X | None: what the value is made of
            models = [a for a in get_args(model) if a is not type(None)]
            model = models[-1]
    return sorted(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def line_of(path: Path, place: Sequence[str | int]) -> int:
    """Line of the key at *place* in the file; the nearest parent where the key itself is absent; 1 where there is no file."""
    if not path.is_file():
        return 1
    node = yaml.compose(path.read_text(encoding="utf-8-sig"))
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if str(k.value) == str(part)), None)
            if found is None and part == 0:
                continue  # one mapping where a list of them may stand
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
