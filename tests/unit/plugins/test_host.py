"""Plugins are found, loaded whole or not at all, and every fault is told in one line."""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from patrolsim.errors import PluginError
from patrolsim.hookspecs import hookimpl
from patrolsim.plugins import MOST_BYTES, Origin, PluginHost
from patrolsim.policy import Parameter, PolicySpec, Role

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "from patrolsim import Parameter, PolicySpec, Role, hookimpl\n"
GOOD = (
    HEAD
    + """
class Nobody:
    def dispatch(self, view, incident):
        return None

@hookimpl
def patrolsim_policies():
    return [PolicySpec(name="nobody", role=Role.DISPATCH, build=lambda parameters: Nobody())]
"""
)
ORIGIN = Origin(plugin="test", source="a test")


class Policy:
    """Has the methods of two roles."""

    def __init__(self, parameters: object = None) -> None:
        self.parameters = parameters

    def dispatch(self, _view: object, _incident: object) -> None:
        return None

    def standby(self, _view: object, _volunteer_id: int) -> None:
        return None


class Plugin:
    """Offers what it is given."""

    def __init__(self, *specs: Any) -> None:
        self.specs = specs

    @hookimpl
    def patrolsim_policies(self) -> list[Any]:
        return list(self.specs)


class Astray:
    """Implements a hook that does not exist."""

    @hookimpl
    def patrolsim_astray(self) -> list[Any]:
        return []


SPEC = PolicySpec(name="nobody", role=Role.DISPATCH, build=Policy)
WITH_LIMIT = replace(SPEC, parameters={"limit": Parameter(kind="duration", default="5 min")})


def changed(**changes: Any) -> PolicySpec:
    return replace(SPEC, **changes)


def host_with(*specs: Any) -> PluginHost:
    host = PluginHost()
    host.register(Plugin(*specs), ORIGIN)
    return host


def written(tmp_path: Path, text: str, name: str = "mine.py") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    """Return what is said about a file that cannot be loaded: always one line."""
    with pytest.raises(PluginError) as caught:
        PluginHost().load_file(path)
    text = str(caught.value)
    assert "\n" not in text
    return text


# Installed plugins.


class FakeEntryPoint:
    """An entry point of a distribution that is not there."""

    dist = None

    def __init__(self, name: str, plugin: object) -> None:
        self.name, self.value, self._plugin = name, f"somewhere:{name}", plugin

    def load(self) -> object:
        if isinstance(self._plugin, BaseException):
            raise self._plugin
        return self._plugin


def installed(monkeypatch: pytest.MonkeyPatch, **plugins: object) -> None:
    entries = [FakeEntryPoint(name, plugin) for name, plugin in plugins.items()]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_group: entries)


def test_the_shipped_policies_come_through_an_entry_point() -> None:
    host = PluginHost()
    host.load_installed()
    found = host.offer(Role.DISPATCH, "closest").origin
    assert found.plugin == "policies"
    assert found.source.startswith("patrolsim ")


def test_a_blocked_plugin_is_not_loaded() -> None:
    host = PluginHost()
    host.load_installed(blocked=["policies"])
    assert "closest" not in [spec.name for spec in host.specs()]


def test_two_hosts_share_nothing() -> None:
    host = PluginHost()
    host_with(SPEC)
    assert host.offers() == []


@pytest.mark.parametrize("error", [ImportError("no module named 'x'"), SystemExit(3)])
def test_a_broken_installed_plugin_is_named(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    installed(monkeypatch, broken=error)
    with pytest.raises(PluginError, match=r"plugin 'broken' of somewhere.*mend or uninstall it"):
        PluginHost().load_installed()


def test_a_broken_plugin_that_is_blocked_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, broken=ImportError("no"), good=Plugin(SPEC))
    host = PluginHost()
    host.load_installed(blocked=["broken"])
    assert host.specs() == [SPEC]


# Files.


def test_a_file_offers_its_policies_with_its_digest(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    host = PluginHost()
    host.load_file(path)
    offer = host.offer(Role.DISPATCH, "nobody")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert offer.origin == Origin(plugin="mine", source=str(path), sha256=digest)


def test_a_file_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    host = PluginHost()
    for _ in range(2):
        host.load_file(written(tmp_path, GOOD))
    assert len(host.offers()) == 1


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    host = PluginHost()
    for number in ("a", "b"):
        (tmp_path / number).mkdir()
        host.load_file(written(tmp_path / number, GOOD.replace('"nobody"', f'"{number}"')))
    names = [name for name in sys.modules if name.startswith("patrolsim_local_mine_")]
    assert [spec.name for spec in host.specs()] == ["a", "b"]
    assert len(names) >= 2


def test_a_data_class_in_a_file_works(tmp_path: Path) -> None:
    text = GOOD.replace(
        "class Nobody:", "import dataclasses\n@dataclasses.dataclass\nclass Nobody:"
    )
    host = PluginHost()
    host.load_file(written(tmp_path, "from __future__ import annotations\n" + text))
    assert host.build(Role.DISPATCH, "nobody", {}) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import nowhere_to_be_found\n", ["line 1", "ModuleNotFoundError"]),
        ("x = 1\ny = (\n", ["line 2", "SyntaxError"]),
        ("x = 1\nraise ValueError('two\\nlines')\n", ["line 2", "ValueError: two lines"]),
        ("import sys\nsys.exit(0)\n", ["line 2", "SystemExit"]),
        ("import json\njson.loads('{')\n", ["line 2", "JSONDecodeError"]),
        ("", ["no policy", "patrolsim_policies()", "@hookimpl"]),
        ("def patrolsim_policies():\n    return []\n", ["lacks the decorator @hookimpl"]),
        (HEAD + "@hookimpl\ndef patrolsim_policies():\n    return []\n", ["offers no policy"]),
        (HEAD + "@hookimpl\ndef patrolsim_policies():\n    return 3\n", ["returns a list"]),
        (HEAD + "@hookimpl\ndef patrolsim_policies():\n    1 / 0\n", ["line 4", "ZeroDivision"]),
        (GOOD.replace("m_policies", "m_policy"), ["patrolsim_policy", "'patrolsim_policies'"]),
        (GOOD.replace("policies()", "policies(view)"), ["patrolsim_policies", "view"]),
    ],
)
def test_a_faulty_file_is_told_in_one_line(tmp_path: Path, text: str, words: list[str]) -> None:
    path = written(tmp_path, text)
    told = complaint(path)
    assert [word for word in [str(path), *words] if word not in told] == []


def test_a_faulty_file_leaves_no_module_behind(tmp_path: Path) -> None:
    complaint(written(tmp_path, "1 / 0", name="faulty.py"))
    assert [name for name in sys.modules if name.startswith("patrolsim_local_faulty")] == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "there is no such file" in complaint(tmp_path / "gone.py")


def test_a_file_must_be_python(tmp_path: Path) -> None:
    assert "must end in .py" in complaint(written(tmp_path, GOOD, name="mine.txt"))


def test_a_file_that_is_far_too_large_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    assert "more than" in complaint(path)


# What a plugin offers.


def test_offers_are_listed_by_role_and_name() -> None:
    specs = [
        changed(name="b"),
        changed(name="c", role=Role.STANDBY),
        changed(name="a"),
    ]
    assert [spec.name for spec in host_with(*specs).specs()] == ["a", "b", "c"]


def test_one_name_may_be_used_in_two_roles() -> None:
    host = host_with(SPEC, changed(role=Role.STANDBY))
    assert host.spec(Role.STANDBY, "nobody").role is Role.STANDBY


def test_registering_returns_what_was_added() -> None:
    assert PluginHost().register(Plugin(SPEC), ORIGIN) == [SPEC]


def test_two_owners_of_one_policy_are_both_named() -> None:
    host = host_with(SPEC)
    with pytest.raises(PluginError, match="two plugins offer") as caught:
        host.register(Plugin(SPEC), Origin(plugin="other", source="elsewhere"))
    assert "'test' of a test" in str(caught.value)
    assert "'other' of elsewhere" in str(caught.value)


def test_a_plugin_that_offers_one_policy_twice_is_refused() -> None:
    host = PluginHost()
    with pytest.raises(PluginError, match="offers a dispatch policy 'nobody' twice"):
        host.register(Plugin(SPEC, SPEC), ORIGIN)
    assert host.offers() == []


def test_a_plugin_with_one_fault_is_not_added_at_all() -> None:
    host = PluginHost()
    with pytest.raises(PluginError):
        host.register(Plugin(SPEC, "no spec"), ORIGIN)
    assert host.offers() == []


def test_after_a_faulty_plugin_others_can_be_added() -> None:
    host = PluginHost()
    with pytest.raises(PluginError, match="there is no hook patrolsim_astray"):
        host.register(Astray(), ORIGIN)
    assert host.register(Plugin(SPEC), ORIGIN) == [SPEC]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("closest", "'closest', which is no PolicySpec"),
        (changed(api="2.0"), "was written for interface 2.0, this is 1"),
        (changed(name=""), "its name must be a word"),
        (changed(role="dispatch"), "its role is 'dispatch', not one of Role.DISPATCH"),
        (changed(build=None), "its build is None, not a function"),
        (changed(parameters={"a b": Parameter(kind="text", default="")}), "'a b' must be"),
        (changed(parameters={"limit": 3}), "'limit' must be"),
        (changed(parameters={"policy": Parameter(kind="text", default="")}), "'policy'"),
        (
            changed(parameters={"limit": Parameter(kind="duration", default=5)}),
            "policy 'nobody': default of 'limit'",
        ),
        (
            changed(parameters={"limit": Parameter(kind="time", default=5)}),
            "no kind of parameter 'time'",
        ),
    ],
)
def test_a_faulty_description_is_told_in_its_authors_words(spec: object, words: str) -> None:
    with pytest.raises(PluginError) as caught:
        host_with(spec)
    assert words in str(caught.value)


def test_a_minor_version_of_the_interface_fits() -> None:
    assert host_with(changed(api="1.7")).specs()


# Looking up and building.


def test_an_unknown_policy_suggests_the_nearest_and_the_command() -> None:
    with pytest.raises(PluginError, match=r"did you mean 'nobody'\?.*--plugin FILE\.py"):
        host_with(SPEC).spec(Role.DISPATCH, "nobdy")


def test_an_unknown_policy_far_from_all_names_lists_them() -> None:
    with pytest.raises(PluginError, match="known are nobody"):
        host_with(SPEC).spec(Role.DISPATCH, "xyz")


def test_without_any_plugin_that_is_said() -> None:
    with pytest.raises(PluginError, match="no plugin is loaded"):
        PluginHost().spec(Role.DISPATCH, "closest")


def test_a_policy_of_another_role_is_recognised() -> None:
    with pytest.raises(PluginError, match="'nobody' is a policy for dispatch"):
        host_with(SPEC).build(Role.PATROL, "nobody", {})


def test_parameters_that_are_left_out_take_their_parsed_default() -> None:
    built: Any = host_with(WITH_LIMIT).build(Role.DISPATCH, "nobody", {})
    assert built.parameters == {"limit": 300.0}


def test_given_parameters_win_over_defaults() -> None:
    built: Any = host_with(WITH_LIMIT).build(Role.DISPATCH, "nobody", {"limit": 60.0})
    assert built.parameters == {"limit": 60.0}


def test_a_default_of_none_is_left_to_the_policy() -> None:
    spec = changed(parameters={"limit": Parameter(kind="duration", default=None)})
    built: Any = host_with(spec).build(Role.DISPATCH, "nobody", {})
    assert built.parameters == {"limit": None}


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(PluginError, match="has no parameter 'limits'"):
        host_with(WITH_LIMIT).build(Role.DISPATCH, "nobody", {"limits": 60.0})


def test_every_call_builds_a_fresh_policy() -> None:
    host = host_with(SPEC)
    one, other = (host.build(Role.DISPATCH, "nobody", {}) for _ in range(2))
    assert one is not other


def test_a_policy_that_fails_to_be_built_names_the_line(tmp_path: Path) -> None:
    host = PluginHost()
    host.load_file(written(tmp_path, GOOD.replace("Nobody())", "1 / 0)")))
    with pytest.raises(PluginError, match=r"cannot be built: line 9: ZeroDivisionError"):
        host.build(Role.DISPATCH, "nobody", {})


def test_a_policy_without_the_method_of_its_role_is_refused() -> None:
    with pytest.raises(PluginError, match=r"no method next_patrol\(\)"):
        host_with(changed(role=Role.PATROL)).build(Role.PATROL, "nobody", {})


def test_a_class_in_place_of_an_object_is_refused() -> None:
    spec = changed(build=lambda _parameters: Policy)
    with pytest.raises(PluginError, match="returned the class Policy, not an object"):
        host_with(spec).build(Role.DISPATCH, "nobody", {})
