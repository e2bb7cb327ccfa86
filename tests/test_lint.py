"""`caveat lint` over meaning: each code from a file that has it and nothing else, each witness replayed, each search checked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pytest
from command import caveat
from hypothesis import example, given
from seeding import examples
from strategies import book_of, raw_files, seeds, world
from test_bad import BASE, VOCABULARY, expected, raw, reported

from caveat import Library
from caveat.core.book import Book, Effect, Rule
from caveat.core.errors import PolicyError
from caveat.core.force import telling_days
from caveat.core.formula import FALSE, every, negated
from caveat.core.outcome import Outcome
from caveat.diagram.frame import frame
from caveat.diagram.norms import Norms, Side
from caveat.lint import Finding, lint
from caveat.lint.search import Search, as_facts
from caveat.load.acceptable import Acceptable
from caveat.load.accepted import acceptances
from caveat.load.folder import RawFile
from caveat.resolve.conjuncts import conjuncts_of
from caveat.store.shelf import build

EXAMPLES = sorted((Path(__file__).parent / "lint").glob("*.yaml"))
NONE = 0
CONFLICTS = ("conflict", "arguable-conflict", "roles-apart")
ABOUT_MEANING = {
    "conflict",
    "arguable-conflict",
    "shadowed",
    "silent-area",
    "roles-apart",
    "not-inherited",
    "ends-in-silence",
}  # those that come with a use that shows them


def found_in(files: list[RawFile]) -> list[Finding]:
    """Everything lint finds in files that load."""
    book, before = build(files)
    texts = {f.name: f.data.decode() for f in files}
    return lint(book, texts, before, tests_of=lambda rule: conjuncts_of(book, files, rule), accepted=acceptances(files))


def files_of(example: Path) -> list[RawFile]:
    """The example under the small vocabulary, and what stands in its folder beside, if it takes more than one file."""
    beside = example.parent / "beside" / example.stem
    more = [raw(path, path.relative_to(beside).as_posix()) for path in sorted(beside.rglob("*.yaml"))]
    return list({f.name: f for f in (*VOCABULARY, raw(example, example.name), *more)}.values())


def open_ones(findings: list[Finding]) -> list[Finding]:
    """Those that no file accepts."""
    return [f for f in findings if not f.accepted]


def written(tmp_path: Path, *files: RawFile) -> Path:
    """A folder that holds the files."""
    for file in files:
        path = tmp_path / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return tmp_path


# -- each code


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_has_what_its_comments_say(example):
    """A file reports the codes in its comments, on their lines, and nothing else."""
    files = files_of(example)
    assert reported(open_ones(found_in(files))) == expected(files)


def test_every_code_has_an_example():
    """There is an example for each code that may be accepted, and for the one that may not."""
    assert {p.stem for p in EXAMPLES} == {*Acceptable, "needless-acceptance"}


@pytest.mark.parametrize("code", sorted(Acceptable))
def test_every_finding_can_be_accepted(code):
    """At the top of its file each finding can be accepted, and is then the only one with that reason."""
    (example,) = (p for p in EXAMPLES if p.stem == code)
    accepted = RawFile(example.name, example.read_bytes() + f'accepted: {{{code}: "it is so"}}\n'.encode())
    found = found_in([accepted if f.name == example.name else f for f in files_of(example)])
    assert {f.code for f in found if f.accepted == "it is so"} == {code}
    assert "needless-acceptance" not in {f.code for f in found}


def test_a_contradiction_names_the_fewest_tests():
    """Of the tests of a rule those are named, with their lines, that exclude each other."""
    (finding,) = found_in(files_of(EXAMPLES[0].with_stem("never-applies")))
    assert "`weapon: rocket` and `weapon: far` exclude each other" in finding.message
    lines = [a.span.source.line(a.span.line)[a.span.column - 1 :] for a in finding.also]
    assert [line.partition("}")[0] for line in lines] == ["{weapon: rocket", "{weapon: far"]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{weapon: missile, target.region: AA-1}", "`weapon: missile` and `target.region: AA-1` exclude each other (missiles are not fired"),
        ("{role: treaty}", "`role: treaty` cannot hold"),
        ("{supplier: BB}", "exclude each other"),
        ("never", "`when: never` cannot hold"),
    ],
)
def test_why_a_rule_never_applies(when, said):
    """The vocabulary, the issuer's lack of a say, and the scope of the file are named where it takes them."""
    policy = next(f for f in BASE if f.name == "policy.yaml").data.decode()
    policy += f"  odd:\n    effect: prohibit\n    by: first-word\n    summary: Odd.\n    when: {when}\n"
    (finding,) = (f for f in found_in([*VOCABULARY, RawFile("policy.yaml", policy.encode())]) if f.code == "never-applies")
    assert said in finding.message


def test_an_early_rule_names_every_day_of_what_it_rests_on():
    """A rule that begins too early is told when its statement was decided, and when it was reported."""
    files = example_with("rule-before-decision", "    reported:", "    decided: 2024-01-10\n    reported:")
    (finding,) = (f for f in found_in(files) if f.code == "rule-before-decision")
    assert [a.role for a in finding.also] == ["decided 2024-01-10, reported 2024-01-11"]


# -- witnesses


def shows(library: Library, finding: Finding) -> bool:
    """Whether what `decide` answers to the witness shows the finding."""
    w = finding.witness
    decision = library.decide(w.facts, known_by=w.known_by, issuers=[w.issuer])
    (consent,) = decision.consents
    says = set(consent.says)
    match finding.code:
        case "conflict" | "roles-apart":
            return says == {Outcome.CONFLICT} and set(finding.rules) <= set(consent.rules)
        case "arguable-conflict":
            return Outcome.CONFLICT in says and set(finding.rules) <= set(consent.rules)
        case "not-inherited":
            first, *_, last = finding.rules
            return Outcome.CONFLICT in says and {first, last} <= set(consent.rules)
        case "silent-area" | "ends-in-silence":
            return says == {Outcome.SILENT} or (finding.code == "ends-in-silence" and Outcome.SILENT in says)
        case "shadowed" if finding.about.endswith("/default"):
            return bool(set(finding.rules[1:]) & {*consent.rules, *(rule for rule, _ in consent.set_aside)})
        case "shadowed":
            return any((finding.about, by) in consent.set_aside for by in finding.rules[1:])
    return False


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_witnesses_replay(example):
    """`decide` accepts each witness, and its answer shows the finding; findings about meaning have one."""
    files = files_of(example)
    library = Library(build(files)[0])
    for finding in found_in(files):
        assert (finding.witness is not None) == (finding.code in ABOUT_MEANING)
        assert finding.witness is None or shows(library, finding)


def test_witnesses_of_the_shipped_library_replay(library, shipped):
    """So they do in the shipped library."""
    with_witness = [f for f in shipped if f.witness]
    assert with_witness
    assert [f.message for f in with_witness if not shows(library, f)] == []


@pytest.fixture(scope="module")
def shipped() -> list[Finding]:
    """What lint finds in the shipped library."""
    return Library.lint()


def test_the_shipped_library_is_clean(shipped):
    """Every warning about the shipped library is mended, or accepted with a reason; no acceptance is idle."""
    assert [str(f) for f in open_ones(shipped) if f.severity != "note" or f.code == "needless-acceptance"] == []


# -- against the sets of all scenarios


def norms_of(book: Book, issuer: str) -> list[Norms]:
    """One issuer on every day, in every state of knowledge, the latest last: as exact sets."""
    known = sorted(set(telling_days(book.statements.values())))
    return [frame([Side(book, day, None, issuer)]).norms[0] for day in known]


def is_somewhere(norms: Norms, *sets: int) -> bool:
    """Whether some use, under some reading, lies in all sets while the issuer has a say."""
    return norms.space.both(norms.valid, norms.says(norms.side.issuer), *sets) != NONE


def conflicting(norms: Norms, permit: Rule, prohibit: Rule) -> str:
    """The code that two rules of an issuer deserve; empty where they are never both left standing."""
    space, asked = norms.space, norms.says(norms.side.issuer)
    both = space.both(norms.decides(permit), norms.decides(prohibit))
    if not is_somewhere(norms, both):
        return ""
    always = space.certainly(space.either(space.without(asked), both))
    return "conflict" if space.both(norms.valid, space.possibly(asked), always) != NONE else "arguable-conflict"


@examples(25)
@given(seeds)
@example(1058)  # a vocabulary that allows no use
def test_findings_are_those_of_the_sets(seed):
    """In a made-up library, what never decides, overrides nothing or conflicts is what the sets of all uses say."""
    made = world(Random(seed))
    book = book_of(made)
    findings = lint(book, {f.name: f.data.decode() for f in raw_files(made)})
    found = {(f.code, f.rules[:2]) for f in findings if f.rules}
    chained = {frozenset((f.rules[0], f.rules[-1])) for f in findings if f.code == "not-inherited"}
    never = {r[0] for code, r in found if code in ("shadowed", "never-applies", "never-in-force")}
    for issuer in book.issuers:
        norms = norms_of(book, issuer)
        own = [r for r in book.rules if r.issuer == issuer]
        for rule in own:
            decides = any(is_somewhere(n, n.decides(rule)) for n in norms)
            ends = rule.condition == FALSE and rule.supersedes
            assert decides != (rule.id in never) or ends
        for code, (rule_id, other) in ((c, r) for c, r in found if c == "overrides-nothing" and r[0].startswith(f"{issuer}/")):
            a, b = book.rule[rule_id], book.rule[other]
            assert not any(is_somewhere(n, n.applies(a), n.applies(b)) for n in norms), code
        for permit in (r for r in own if r.effect == Effect.PERMIT and not r.is_default):
            for prohibit in (r for r in own if r.effect == Effect.PROHIBIT and not r.is_default):
                if permit.id not in prohibit.overrides and prohibit.id not in permit.overrides:
                    code = conflicting(norms[-1], permit, prohibit)
                    told = {"conflict" if c == "roles-apart" else c for c, r in found if r == (permit.id, prohibit.id) and c in CONFLICTS}
                    if frozenset((permit.id, prohibit.id)) in chained:
                        assert not told
                        assert any(conflicting(n, permit, prohibit) for n in norms)
                    else:
                        assert told == ({code} if code else set())


@examples(15)
@given(seeds)
def test_witnesses_of_made_up_libraries_replay(seed):
    """The witnesses of made-up libraries show what they are said to show."""
    made = world(Random(seed))
    library = Library(book_of(made))
    for finding in lint(library.book, {f.name: f.data.decode() for f in raw_files(made)}):
        assert finding.witness is None or shows(library, finding)


@examples(15)
@given(seeds)
def test_the_tests_of_a_rule_are_its_condition(seed):
    """In made-up libraries the tests of a rule, exceptions among them, hold together exactly where it applies.

    Steps of a rough range are those of one file, so such rules are left out.
    """
    made = world(Random(seed))
    book, files = book_of(made), raw_files(made)
    search = Search(book)
    for rule in book.rules:
        tests = every(as_facts(t.formula) for t in conjuncts_of(book, files, rule))
        if "/range_km/" in str(rule.condition):
            continue
        for one, other in ((tests, search.conditions[rule.id]), (search.conditions[rule.id], tests)):
            assert search.find([one, negated(other)], vocabulary=False) is None, rule.id


def test_an_exception_is_only_idle_where_no_reading_needs_it():
    """Of two exceptions that are alike the arguable one is idle; where it says more, neither is."""
    alike = "- {reading: near-means-region, unless: {target.region: BB-1}}"
    assert alike in next(p for p in EXAMPLES if p.stem == "unless-nothing").read_text()
    more = found_in(example_with("unless-nothing", alike, alike.replace("BB-1", "BB")))
    assert [f.about for f in more if f.code == "unless-nothing"] == ["AA/at-home", "AA/at-home"]


# -- acceptance


def example_with(code: str, old: str, new: str) -> list[RawFile]:
    """An example in which something else is written."""
    (path,) = (p for p in EXAMPLES if p.stem == code)
    text = path.read_text()
    assert old in text
    return [*VOCABULARY, RawFile(path.name, text.replace(old, new, 1).encode())]


def test_accepted_for_one_other_rule():
    """A reason for one other rule accepts the finding about the two, and no other."""
    old = "    summary: Rockets may be used in the near region.\n"
    accepted = found_in(example_with("conflict", old, f'{old}    accepted: {{conflict: {{not-abroad: "left open"}}}}\n'))
    assert [(f.code, f.accepted) for f in accepted] == [("conflict", "left open")]
    wrong = found_in(example_with("conflict", old, f'{old}    accepted: {{conflict: {{at-home: "left open"}}}}\n'))
    assert {(f.code, f.accepted) for f in wrong} == {("conflict", ""), ("needless-acceptance", "")}


def test_an_unknown_code_is_an_error_that_suggests():
    """What is accepted must be a code, and a near miss is corrected."""
    with pytest.raises(PolicyError) as refused:
        found_in(example_with("conflict", "rules:\n", "accepted: {conflcit: why not}\nrules:\n"))
    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.help, problem.span.text) == ("unknown-word", "did you mean `conflict`?", "conflcit")


@pytest.mark.parametrize("code", ["needless-acceptance", "unknown-fact", "idle-statement"])
def test_errors_cannot_be_accepted(code):
    """Only what may be as it is can be accepted."""
    with pytest.raises(PolicyError, match="unknown-word"):
        found_in(example_with("conflict", "rules:\n", f"accepted: {{{code}: why not}}\nrules:\n"))


def test_a_reason_is_needed():
    """An acceptance without a reason is refused."""
    with pytest.raises(PolicyError, match="wrong-value"):
        found_in(example_with("conflict", "rules:\n", "accepted: {conflict: }\nrules:\n"))


def test_acceptance_is_no_part_of_the_digest():
    """What is accepted changes nothing that a library means."""
    plain = build(files_of(EXAMPLES[0].with_stem("conflict")))[0]
    accepted = build(example_with("conflict", "rules:\n", "accepted: {conflict: why not}\nrules:\n"))[0]
    assert plain.digest == accepted.digest


# -- the command line


def test_text_shows_who_is_at_fault_and_a_use(tmp_path):
    """A finding comes with the other rule and its line, and with a command that runs as it stands."""
    folder = written(tmp_path, *files_of(EXAMPLES[0].with_stem("conflict")))
    out = caveat("lint", "--policies", str(folder)).out
    assert "conflict.yaml:18: `AA/not-abroad` prohibits" in out
    command = re.search(r"caveat (decide.*?)\n  help", out, re.DOTALL)[1].replace("\\\n", " ").split()
    ran = caveat(*command, "--format", "json")
    assert (ran.code, ran.verdict) == (0, "unclear")


def test_json_has_the_witness_and_the_rules(tmp_path):
    """JSON has the scenario, the two clocks, the rules at fault and their lines."""
    folder = written(tmp_path, *files_of(EXAMPLES[0].with_stem("conflict")))
    (finding,) = json.loads(caveat("lint", "--policies", str(folder), "--format", "json").out)
    assert finding["rules"] == ["AA/rockets-abroad", "AA/not-abroad"]
    assert finding["also"] == [{"id": "AA/not-abroad", "role": "prohibits", "file": "conflict.yaml", "line": 18}]
    assert finding["witness"] == {
        "scenario": {"date": "2024-01-11", "supplier": "AA", "weapon": "rocket", "target.region": "BB-1"},
        "known_by": "2024-01-11", "issuer": "AA", "shows": "AA/rockets-abroad permits, AA/not-abroad prohibits",
    }  # fmt: skip


def test_json_has_the_regions(tmp_path):
    """A silent area is listed as regions, each a scenario but for the role."""
    folder = written(tmp_path, *files_of(EXAMPLES[0].with_stem("silent-area")))
    (finding,) = json.loads(caveat("lint", "--policies", str(folder), "--format", "json").out)
    assert finding["regions"] == [{"role": ["supplier"], "target.region": ["BB"]}]


def test_github_names_files_from_the_current_folder(tmp_path, monkeypatch):
    """Annotations name files as the repository does, one line each, with the command that shows the finding."""
    written(tmp_path / "policies", *files_of(EXAMPLES[0].with_stem("conflict")))
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    (line,) = caveat("lint", "--policies", "policies", "--format", "github").out.splitlines()
    assert line.startswith("::warning file=policies/conflict.yaml,line=23,col=3,title=conflict::")
    assert "%0Acaveat decide --date" in line


def test_accepted_findings_are_counted_and_shown_with_all(tmp_path):
    """What is accepted is counted in the last line, and shown with the reason by `--all`."""
    folder = str(written(tmp_path, *example_with("conflict", "rules:\n", "accepted: {conflict: the record says both}\nrules:\n")))
    assert caveat("lint", "--policies", folder).out == "no findings; 1 accepted in the files (--all shows them)\n"
    assert "  accepted: the record says both\n" in caveat("lint", "--policies", folder, "--all").out
    assert caveat("lint", "--policies", folder, "--strict").code == 0


def test_exit_codes(tmp_path):
    """Warnings end in 0, or in 3 with `--strict`; notes in 0."""
    warned = str(written(tmp_path / "a", *files_of(EXAMPLES[0].with_stem("conflict"))))
    noted = str(written(tmp_path / "b", *files_of(EXAMPLES[0].with_stem("silent-area"))))
    assert [caveat("lint", "--policies", warned, *more).code for more in ([], ["--strict"])] == [0, 3]
    assert [caveat("lint", "--policies", noted, *more).code for more in ([], ["--strict"])] == [0, 0]
    assert caveat("lint", "--policies", noted, "--quiet").out == "no findings\n"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.claims.yaml", "claims:\n  empty:\n    claim: Nothing.\n", "missing-key"),
        ("b.cases.yaml", "cases:\n  one:\n    given: {weapon: far}\n    columns: {supplier: [AA, BB]}\n    expect: permitted\n", "wrong-length"),
        ("c.cases.yaml", "cases: [\n", "not-yaml"),
    ],
)
def test_broken_cases_and_claims_are_errors(tmp_path, name, text, code):
    """What is wrong with cases and claims beside the policies is reported with what else was found, and ends in 3."""
    folder = written(tmp_path, *files_of(EXAMPLES[0].with_stem("conflict")), RawFile(name, text.encode()))
    ran = caveat("lint", "--policies", str(folder), "--format", "json")
    found = {(f["file"], f["code"], f["severity"]) for f in json.loads(ran.out)}
    assert (ran.code, found) == (3, {(name, code, "error"), ("conflict.yaml", "conflict", "warning")})


def test_cases_that_fail_and_claims_that_are_false_are_no_finding(tmp_path):
    """Lint runs no case and proves no claim."""
    case = RawFile("a.cases.yaml", b"cases:\n  one:\n    given: {weapon: far}\n    expect: no-say\n")
    claim = RawFile("a.claims.yaml", b"claims:\n  one:\n    claim: No.\n    issuer: AA\n    always: no-say\n")
    folder = written(tmp_path, *files_of(EXAMPLES[0].with_stem("silent-area")), case, claim)
    assert caveat("lint", "--policies", str(folder), "--quiet").out == "no findings\n"


@pytest.mark.parametrize("notes", [True, False])
def test_progress_ends_when_all_is_done(notes):
    """Whoever waits hears of every step, and last that all are done; without notes no note is found."""
    steps: list[tuple[int, int]] = []
    files = files_of(EXAMPLES[0].with_stem("silent-area"))
    found = lint(build(files)[0], {}, notes=notes, progress=lambda *step: steps.append(step))
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]
    assert [f.code for f in found] == ["silent-area"] * notes


def test_the_order_of_files_never_matters():
    """The same files in another order have the same findings."""
    files = files_of(EXAMPLES[0].with_stem("without-effect"))
    assert found_in(files) == found_in(files[::-1])


@pytest.mark.parametrize(("stand", "policies"), [("rules", "."), (".", "rules"), ("other", "../rules"), ("rules/more", ".."), ("/", "{top}/rules")])
@pytest.mark.parametrize("top", ["workspace", "repository"])
def test_github_names_files_from_the_top(tmp_path, monkeypatch, stand, policies, top):
    """Annotations name files from the top of the workspace, or of the repository, wherever the command stands."""
    written(tmp_path / "rules", *files_of(EXAMPLES[0].with_stem("conflict")))
    (tmp_path / "rules" / "more").mkdir()
    (tmp_path / "other").mkdir()
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    if top == "workspace":
        monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    else:
        (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / stand)
    (line,) = caveat("lint", "--policies", policies.format(top=tmp_path), "--format", "github").out.splitlines()
    assert line.startswith("::warning file=rules/conflict.yaml,line=23,col=3,title=conflict::")
