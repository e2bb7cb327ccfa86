"""Policies at a git revision: read as a folder is, completely or not at all, whatever the repository would have git do."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from command import caveat
from hostile import booby_trapped, committed, git, policy, written

from caveat.core.errors import PolicyError
from caveat.load.folder import read_folder
from caveat.load.revision import read_revision

if TYPE_CHECKING:
    from pathlib import Path

ELSEWHERE = "issuer: XX\nname: Ruritania\nrules:\n  elsewhere: {{effect: prohibit, by: s, summary: Not there., when: {{target.region: {}}}}}\n"
USE = ("--supplier", "XX", "--weapon", "caesar", "--kind", "artillery", "--date", "2024-07-01")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one policy in `pol`, which is the current folder."""
    committed(written(tmp_path / "r", pol__a=policy()))
    monkeypatch.chdir(tmp_path / "r")
    return tmp_path / "r"


def names(revision: str = "HEAD", path: str = "pol") -> list[str]:
    """The files that a revision is read into."""
    return [f.name for f in read_revision(revision, path)]


def codes(revision: str = "HEAD", path: str = "pol") -> list[tuple[str, str]]:
    """The code and the message of every problem of a revision."""
    with pytest.raises(PolicyError) as raised:
        read_revision(revision, path)
    return [(d.code, d.message) for d in raised.value.diagnostics]


def test_a_link_within_the_folder_is_followed_as_in_a_folder(repository):
    """A checkout and its revision are the same files, also through links to links, and a change behind a link is a difference."""
    (repository / "pol" / "shared.txt").write_text(ELSEWHERE.format("RU"))
    (repository / "pol" / "sub").mkdir()
    (repository / "pol" / "sub" / "c.txt").symlink_to("../shared.txt")
    (repository / "pol" / "b.yaml").symlink_to("sub/c.txt")
    committed(repository)
    assert read_revision("HEAD", "pol") == read_folder(repository / "pol")
    assert names() == ["a.yaml", "b.yaml"]
    assert caveat("diff", "HEAD:pol", "pol", "--exit-code").code == 0
    (repository / "pol" / "shared.txt").write_text(ELSEWHERE.format("{not: UA}"))
    committed(repository)
    assert caveat("diff", "HEAD~1:pol", "HEAD:pol", "--exit-code").code == 6


@pytest.mark.parametrize(
    ("link", "target", "code"),
    [
        ("b.yaml", "../outside.yaml", "escapes"),
        ("b.yaml", "/etc/hostname", "escapes"),
        ("more", "../elsewhere", "escapes"),
        ("more", "/usr/share", "escapes"),
        ("more", "sub", "linked-folder"),
        ("b.yaml", "sub", "linked-folder"),
        ("b.yaml", "b.yaml", "broken-link"),
        ("b.yaml", "nothing-there", "broken-link"),
    ],
)
def test_links_that_are_not_followed_are_errors_that_name_them(repository, link, target, code):
    """A link out of the folder, to a folder, in a circle or to nothing is never left out in silence; nor is it in a folder."""
    written(repository, outside=policy("YY", "Rurland"), elsewhere__y=policy("YY", "Rurland"), pol__sub__z=policy("ZZ", "Zubrowka"))
    (repository / "pol" / link).symlink_to(target)
    committed(repository)
    ((found, message),) = codes()
    assert (found, f"`{link}`" in message) == (code, True)
    with pytest.raises(PolicyError) as raised:
        read_folder(repository / "pol")
    assert [(d.code, d.span.source.name) for d in raised.value.diagnostics] == [(code, link)]


def test_links_that_hold_no_policy_are_passed_over(repository):
    """A link that is not named as a policy and leads to a file, or nowhere, is none of our business, here or in a folder."""
    (repository / "README.md").write_text("hello\n")
    for name, target in (("README.md", "../README.md"), ("LICENSE", "../nothing"), (".hidden", "/etc")):
        (repository / "pol" / name).symlink_to(target)
    committed(repository)
    assert read_revision("HEAD", "pol") == read_folder(repository / "pol")


def test_the_folder_itself_may_be_reached_through_a_link(repository):
    """`REVISION:path` may name a link to a folder or file; one that leads out of the repository is an error."""
    for name, target in (("now", "pol"), ("one.yaml", "pol/a.yaml"), ("out", "/etc"), ("round", "round"), ("gone", "nothing")):
        (repository / name).symlink_to(target)
    committed(repository)
    assert names(path="now") == names(path="pol") == ["a.yaml"]
    assert [f.data for f in read_revision("HEAD", "one.yaml")] == [(repository / "pol" / "a.yaml").read_bytes()]
    said = [codes(path=path)[0][1].partition(": ")[2] for path in ("out", "round", "gone", "never")]
    assert said == ["a link there leads out of the repository", "a link there leads in a circle", "a link there leads nowhere", "there is no such path in this revision"]  # fmt: skip


def test_a_submodule_is_an_error_that_names_it(repository, tmp_path):
    """The files of a submodule are not in the revision: below the folder, or as the folder, that is said."""
    sub = committed(written(tmp_path / "sub", y=policy("YY", "Rurland")))
    git(repository, "submodule", "add", "-q", str(sub), "pol/YY")
    committed(repository)
    assert [(code, "`YY`" in message) for code, message in codes()] == [("submodule", True)]
    assert [code for code, _ in codes(path="pol/YY")] == ["submodule"]
    assert [code for code, _ in codes(path="pol/YY/y.yaml")] == ["submodule"]
    ran = caveat("diff", "HEAD:pol", "pol")
    assert (ran.code, "error[submodule]: `HEAD:pol`: `YY` is a submodule" in ran.err) == (3, True)


def test_nothing_is_fetched_for_a_partial_clone(repository, tmp_path, monkeypatch):
    """What a clone without contents lacks is an error that says so; git is kept from the network, which is seen in its trace."""
    written(repository, pol__a=policy(effect="prohibit"))
    committed(repository, "two")
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        git(repository, "config", key, "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repository}", "c")
    monkeypatch.chdir(tmp_path / "c")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    ran = caveat("diff", "HEAD~1:pol", "HEAD:pol")
    assert (ran.code, "error[not-in-this-clone]: `HEAD~1:pol`" in ran.err) == (3, True)
    assert "cat-file" in (tmp_path / "trace").read_text()
    assert "fetch" not in (tmp_path / "trace").read_text()


def test_a_hostile_repository_runs_nothing(repository, tmp_path):
    """Hooks, filters, text conversion, monitors, pagers, aliases, ssh and credential helpers of a repository are not run for us."""
    marker = tmp_path / "marker"
    booby_trapped(repository, marker)
    marker.unlink(missing_ok=True)
    assert names() == ["a.yaml"]
    blob = git(repository, "rev-parse", "HEAD:pol/a.yaml")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    marker.unlink(missing_ok=True)
    assert [code for code, _ in codes()] == ["not-in-this-clone"]
    assert not marker.exists()


def test_replacements_and_grafts_change_no_history(repository):
    """Commits stand as they were made: neither replaced objects nor grafts put others in their place."""
    first = git(repository, "rev-parse", "HEAD")
    written(repository, pol__a=policy(effect="prohibit"))
    committed(repository, "two")
    written(repository, pol__a=policy(region="RU"))
    committed(repository, "three")
    before = read_revision("HEAD~1", "pol")
    git(repository, "replace", "HEAD", first)
    (repository / ".git" / "info" / "grafts").write_text(f"{git(repository, '--no-replace-objects', 'rev-parse', 'HEAD')} {first}\n")
    assert read_revision("HEAD~1", "pol") == before
    assert b"RU" in read_revision("HEAD", "pol")[0].data


def test_which_repository_it_is_is_said_by_the_current_folder(repository, tmp_path, monkeypatch):
    """Variables such as GIT_DIR lead nowhere else, and a `git` that lies in the folder, or is named by a relative path, is not run."""
    other = committed(written(tmp_path / "other", pol__b=policy("YY", "Rurland")))
    trap = repository / "git"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path / 'marker'}\n")
    trap.chmod(0o755)
    for key, value in {
        "GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other), "GIT_OBJECT_DIRECTORY": "/nowhere", "GIT_INDEX_FILE": "/nowhere",
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.worktree", "GIT_CONFIG_VALUE_0": "/nowhere", "GIT_EXEC_PATH": str(repository),
        "GIT_NAMESPACE": "x", "GIT_EXTERNAL_DIFF": str(trap), "GIT_SSH_COMMAND": str(trap), "PATH": f".:{os.environ['PATH']}",
    }.items():  # fmt: skip
        monkeypatch.setenv(key, value)
    assert names() == ["a.yaml"]
    assert not (tmp_path / "marker").exists()


def test_reading_leaves_the_repository_as_it_is(repository):
    """Nothing is written: not the index, no lock, no object."""
    (repository / "pol" / "a.yaml").touch()
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in (repository / ".git").rglob("*")}
    assert names() == ["a.yaml"]
    assert {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in (repository / ".git").rglob("*")} == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make a repository that is another's")
def test_a_repository_of_somebody_else_is_refused_with_what_to_type(repository, monkeypatch, tmp_path):
    """Git's own refusal stands, and the help says how to trust the repository; once trusted, it is read."""
    for path in (repository, repository / ".git"):
        os.chown(path, 65534, 65534)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(PolicyError) as raised:
        read_revision("HEAD", "pol")
    (problem,) = raised.value.diagnostics
    assert (problem.code, "dubious ownership" in problem.message, "safe.directory" in problem.help) == ("no-revision", True, True)
    (tmp_path / ".gitconfig").write_text(f"[safe]\n\tdirectory = {repository}\n")
    assert names() == ["a.yaml"]


def test_without_git_that_is_the_problem(repository, monkeypatch):
    """Where there is no git on the path, the error says so."""
    monkeypatch.setenv("PATH", "bin:.")
    assert codes() == [("no-revision", "`HEAD:pol`: git cannot be run: there is none on the path")]


def test_a_revision_may_stand_wherever_a_folder_may(repository):
    """Deciding, linting, testing, proving, and the other verbs take `REVISION:path`, with the cases and claims of that revision."""
    (repository / "pol" / "a.cases.yaml").write_text(
        "cases:\n  c:\n    given: {supplier: XX, weapon: caesar, target.region: UA-32, target.kind: artillery}\n    date: 2024-07-01\n    expect: permitted\n"
    )
    (repository / "pol" / "a.claims.yaml").write_text(
        "claims:\n  c:\n    claim: It is never permitted in Russia.\n    issuer: XX\n    where: {recipient: UA, target.region: RU}\n    never: permitted\n"
    )
    committed(repository)
    shutil.rmtree(repository / "pol")
    at = ("--policies", "HEAD:pol")
    assert caveat("decide", *at, *USE, "--region", "UA-32", "--format", "json").verdict == "permitted"
    for verb, words, said in (
        ("lint", ("--quiet",), "no findings"), ("test", (), "PASSED: 1 check"), ("prove", (), "1 of 1 claim holds"), ("vocabulary", ("issuers",), "Ruritania"),
        ("sources", ("--issuer", "XX"), "1 source"), ("timeline", (*USE, "--region", "UA-32"), "Ruritania"),
        ("explain", (*USE, "--region", "UA-32"), "PERMITTED"), ("diff", ("XX@2023-12-31", "XX@2024-01-02"), "permits"),
    ):  # fmt: skip
        ran = caveat(verb, *at, *words)
        assert (ran.code, said in ran.out) == (0, True), (verb, ran.out, ran.err)
    assert json.loads(caveat("test", "--policies", "HEAD:pol/a.yaml", "--format", "json").out)["passed"] is True
