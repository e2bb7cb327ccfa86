"""`caveat prove`: claims files, proofs and refutations, and what is reported."""

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import jsonschema
import pytest
from approved import GOLDEN, differs
from command import caveat, process
from law_cases import without

from caveat import Library, PolicyError, ScenarioError
from caveat.cli import progress as shown
from caveat.diagram import space
from caveat.prove import State
from caveat.prove import prove as prove_claims
from caveat.prove.story import Manner, proofs_story
from caveat.prove.to_json import proofs_data
from caveat.report.canonical_json import to_json
from caveat.report.markdown import to_markdown
from caveat.report.text import to_text
from caveat.report.wording import many
from caveat.resolve.claims import read_claims
from caveat.schemas import schema_of

HERE = Path(__file__).parent
ENGINES = ("compiled", "reference")
STATES = {
    "treaties-only-object": "holds",
    "aland-only-at-home": "refuted",
    "aland-within-beland": "holds",
    "beland-within-aland": "refuted",
    "no-missiles-in-the-second-region": "holds",
    "no-missiles-at-all": "refuted",
    "about-nothing": "empty",
    "about-nothing-and-says-so": "holds",
    "near-the-border-decides": "holds",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A folder with a small library of two donors and a treaty, and claims about it."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copytree(HERE / "prove", folder, dirs_exist_ok=True)
    shutil.copytree(HERE / "bad" / "base" / "vocabulary", folder / "vocabulary")
    return folder


@pytest.fixture(scope="module")
def small(world):
    return Library.load(world)


@pytest.fixture
def prove(small, tmp_path):
    """Proves one claim, given as lines of YAML, about the small library."""

    def run(text, **options):
        path = tmp_path / "one.claims.yaml"
        path.write_text("claims:\n  one:\n    claim: a claim\n" + "".join(f"    {line.strip()}\n" for line in text.strip().splitlines()))
        (proof,) = small.prove(path, **options).proofs
        return proof

    return run


def read(path, *arguments):
    """What the command line prints, which must be well formed."""
    done = caveat(*arguments)
    return done.code, json.loads(done.out)


# -- what comes of claims


def test_each_claim_fares_as_it_should(small, world):
    """True claims are proven, false ones refuted, and one about nothing is neither, unless it says that it may be."""
    proofs = small.prove(world)
    assert {p.claim.id: p.state.value for p in proofs.proofs} == STATES
    assert not proofs.all_hold
    assert all(p.scenarios > 0 for p in proofs.proofs if p.state is State.HOLDS and not p.claim.may_be_empty)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_printed_command_replays_in_both_engines(world, engine):
    """Each command that a refutation prints gives the verdict that is printed with it, by the rules that are."""
    code, data = read(world, "prove", "--policies", str(world), "--format", "json", "--regions", "50")
    assert code == 1
    asked = [a for c in data["claims"] for r in c["regions"] for a in r["asked"]]
    assert len(asked) > 10
    for one in asked:
        decided = caveat(*shlex.split(one["command"])[1:], "--format", "json", "--engine", engine)
        found = json.loads(decided.out)
        consents = {c["issuer"]: c for c in found["consents"]}
        assert (consents[one["issuer"]] if one["issuer"] else found)["verdict"] == one["verdict"]
        assert set(one["rules"]) <= {r for c in found["consents"] for r in c["rules"]}


def test_regions_are_all_that_is_against_a_claim(small, world):
    """The scenarios of the regions told and those left over are all that are against the claim, however many are told."""
    for listed in (1, 3, 50):
        for proof in small.prove(world, listed=listed).proofs:
            assert sum(r.scenarios for r in proof.regions) + proof.more == proof.against
            assert len(proof.regions) <= listed


def test_a_number_that_is_only_roughly_known_counts_on_both_sides(prove):
    """What arguably lies in `where` counts: a missile of 150 to 300 km is claimed about both as over and as not over 200 km."""
    claimed = {
        name: prove(f"where: {where}\nissuer: BB\nnever: conflict").scenarios
        for name, where in {
            "over": "{weapon: {range_km: {over: 200}}}",
            "under": "{weapon: {range_km: {at_most: 200}}}",
            "missile": "{weapon: missile}",
            "all": "{}",
        }.items()
    }
    assert claimed["missile"] > 0
    assert claimed["over"] + claimed["under"] == claimed["all"] + claimed["missile"]


def test_days_are_cut_where_the_claim_begins_and_ends(prove):
    """A claim about days within a stretch in which nothing changes is refuted on one of its own days."""
    proof = prove("issuer: AA\ndate: {between: [2024-03-10, 2024-03-20]}\nwhere: {target.region: AA}\nnever: permitted")
    assert {r.scenario["date"] for r in proof.regions} == {"2024-03-10"}
    assert prove("issuer: AA\nuntil: 2023-12-31\nnever: permitted").state is State.HOLDS
    assert prove("issuer: AA\nuntil: 2024-01-01\nnever: permitted").regions[0].scenario["date"] == "2024-01-01"


def test_the_day_of_knowledge_decides_what_exists(prove):
    """The exception of March was not known in February, and from then on it is for all days after it began."""
    text = "issuer: AA\nwhere: {target.region: BB}\nfrom: 2024-01-01\nalways: prohibited"
    assert prove(text + "\nknown_by: 2024-02-29").state is State.HOLDS
    assert prove(text, known_by="2024-02-29").state is State.HOLDS
    assert prove(text).state is State.REFUTED


def test_weak_evidence_can_be_left_aside(prove):
    """With on-record evidence alone the exception, a press report, is arguable: what it permits is unclear."""
    text = "issuer: AA\nwhere: {target.region: BB-1, weapon: rocket, approvals: from-aland}\nfrom: 2024-03-01\n"
    assert prove(text + "always: permitted").state is State.HOLDS
    proof = prove(text + "always: permitted\nmin_grade: on-record")
    assert {a.verdict for r in proof.regions for a in r.asked} == {"unclear"}


def test_halves_may_have_days_and_knowledge_of_their_own(prove):
    """What was permitted on one day, as known then, is compared with another day, and the witness has no date of its own."""
    kept = prove(
        "if: {issuer: AA, verdict: permitted, date: 2024-01-15, known_by: 2024-01-15}\nthen: {issuer: AA, verdict: permitted, date: 2024-03-10}"
    )
    assert kept.state is State.HOLDS
    turned = prove("if: {issuer: AA, verdict: prohibited, date: 2024-01-15}\nthen: {issuer: AA, verdict: prohibited, date: 2024-03-10}")
    assert turned.state is State.REFUTED
    assert all("date" not in r.scenario for r in turned.regions)
    assert {str(a.as_of) for r in turned.regions for a in r.asked} == {"2024-01-15", "2024-03-10"}


def test_two_issuers_are_compared_as_donors_unless_the_claim_says_otherwise(prove):
    """Each of two issuers is asked with itself as the supplier; not where `where` names the supplier, or `as: anyone` stands."""
    text = "if: {issuer: AA, verdict: permitted}\nthen: {issuer: BB, verdict: permitted}\nfrom: 2024-02-01"
    proof = prove(text)
    assert {(a.issuer, a.given["supplier"]) for r in proof.regions for a in r.asked} == {("AA", "AA"), ("BB", "BB")}
    for more in ("as: anyone", "where: {supplier: AA}"):
        assert prove(f"{text}\n{more}").state is State.EMPTY  # nobody but the supplier has a say in anything


def test_an_issuer_named_without_a_scenario_is_about_nothing(prove):
    """Of issuers named one by one each must have a scenario; of every issuer of a kind, those that have one are enough."""
    proof = prove("issuer: [AA, BB]\nwhere: {supplier: AA}\nnever: silent\nfrom: 2024-01-01\nuntil: 2024-01-31")
    assert (proof.state, proof.empty) == (State.EMPTY, ("BB",))
    assert prove("issuer: {every: state}\nwhere: {supplier: AA}\nfrom: 2024-01-01\nuntil: 2024-01-31\nnever: silent").state is State.HOLDS
    assert prove("issuer: {every: issuer, but_not: [AA, BB]}\nas: donor\nnever: permitted").state is State.EMPTY


def test_what_does_not_fit_is_no_proof(prove, monkeypatch):
    """A claim that goes past the bound is neither proven nor refuted, and says what to narrow."""
    monkeypatch.setattr(space, "MAX_NODES", 20)
    proof = prove("never: permitted")
    assert proof.state is State.ERROR
    assert "restrict it" in proof.problem


# -- the shipped library


def test_the_shipped_claims_hold(library):
    """Every shipped claim is proven, is about something, and is a sentence."""
    proofs = library.prove()
    assert [p.claim.id for p in proofs.proofs if p.state is not State.HOLDS] == []
    assert len(proofs.proofs) >= 24
    assert all(p.scenarios and p.claim.sentence.endswith((".", "!")) for p in proofs.proofs)


MUTATIONS = [
    ("atacms-window", ("US/no-atacms-or-long-range", "US/longer-atacms-only-in-ukraine", "US/not-on-russian-territory")),
    ("kharkiv-counter-fire", ("US/kharkiv-counter-fire",)),
    ("belgium-only-in-ukraine", ("BE/only-in-ukraine", "BE/agreement-only-in-ukraine")),
    ("italian-storm-shadow-in-russia", ("IT/not-in-another-country",)),
    ("italy-within-france", ("FR/in-ukraine",)),
]


@pytest.mark.parametrize(("claim", "rules"), MUTATIONS)
def test_without_its_rules_a_shipped_claim_is_refuted(library, claim, rules):
    """Take out what a claim rests on, and it is refuted by a scenario that comes out so in both engines."""
    book = without(library.book, *rules)
    claims = read_claims(HERE.parent / "policies", library.book)
    (proof,) = prove_claims(book, claims, only=[claim], listed=1).proofs
    assert proof.state is State.REFUTED
    for region in proof.regions:
        for asked in region.asked:
            for engine in ENGINES:
                issuers = [asked.issuer] if asked.issuer else []
                options = {"known_by": asked.known_by, "issuers": issuers, "min_grade": proof.claim.least, "engine": engine}
                decision = Library(book).decide({**region.scenario, **asked.given}, **options)
                came = next(c.verdict for c in decision.consents if c.issuer == asked.issuer) if asked.issuer else decision.verdict
                assert came == asked.verdict


# -- files that are wrong

BAD = {
    "nothing claimed": ("{claim: x}", "missing-key", "this claims nothing"),
    "two claims in one": ("{claim: x, always: permitted, never: prohibited}", "wrong-value", "`always` stands here already"),
    "half an implication": ("{claim: x, if: {verdict: permitted}}", "missing-key", "`if` without `then`"),
    "no sentence": ("{never: permitted}", "missing-key", "`claim` is missing"),
    "unknown key": ("{claim: x, never: permitted, were: {}}", "unknown-key", "`were` is not a key of this part"),
    "unknown issuer": ("{claim: x, issuer: A, never: permitted}", "unknown-issuer", "no issuer `A`"),
    "unknown rule": ("{claim: x, rule: AA/at-hom, never: decides}", "unknown-rule", "no rule `AA/at-hom`"),
    "unknown word": ("{claim: x, never: permited}", "unknown-word", "`permited` is not one of the words known here"),
    "word of a rule": ("{claim: x, never: decides}", "unknown-word", "`decides` cannot be said of all consents together"),
    "word of an issuer": ("{claim: x, always: no-objection}", "unknown-word", "`no-objection` cannot be said of all consents together"),
    "unknown fact": ("{claim: x, never: permitted, where: {wepon: rocket}}", "unknown-fact", "no fact `wepon`"),
    "unknown value": ("{claim: x, never: permitted, where: {weapon: rockt}}", "unknown-weapon", "no weapon `rockt`"),
    "a day in where": ("{claim: x, never: permitted, where: {date: 2024-01-01}}", "unknown-fact", "the day stands beside `where`"),
    "days backwards": ("{claim: x, never: permitted, from: 2024-02-01, until: 2024-01-01}", "impossible-date", "this ends before it begins"),
    "days twice": ("{claim: x, never: permitted, date: 2024, from: 2024-01-01}", "wrong-value", "`date` and `from` stand together"),
    "no such day": ("{claim: x, never: permitted, date: 2024-02-30}", "impossible-date", "there is no such day"),
    "issuer and rule": ("{claim: x, issuer: AA, rule: AA/at-home, never: decides}", "wrong-value", "a claim is about issuers or about rules"),
    "issuer beside if": ("{claim: x, issuer: AA, if: {verdict: permitted}, then: {verdict: permitted}}", "wrong-value", "`issuer` belongs into"),
    "half of a month": ("{claim: x, if: {verdict: permitted, date: 2024-02}, then: {verdict: permitted}}", "impossible-date", "one half of a claim"),
    "donor of nobody": ("{claim: x, as: donor, never: permitted}", "wrong-value", "only an issuer can be asked as the donor"),
    "role": ("{claim: x, never: permitted, where: {role: supplier}}", "wrong-value", "a role can be tested in policies only"),
    "nobody": ("{claim: x, issuer: [], never: permitted}", "wrong-value", "nobody is named here"),
    "duplicate key": ("{claim: x, claim: y, never: permitted}", "duplicate-key", "stands twice"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_claim_is_said_where_it_stands(small, tmp_path, name):
    """Each mistake is one problem with a code, a place and plain words."""
    text, code, message = BAD[name]
    path = tmp_path / "bad.claims.yaml"
    path.write_text(f"claims:\n  one: {text}\n", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_claims(path, small.book)
    found = [d for d in caught.value.diagnostics if d.code == code and message in d.message]
    assert len(found) == 1, caught.value
    assert found[0].span is not None
    assert found[0].span.source.name == "bad.claims.yaml"
    assert found[0].help


def test_all_problems_of_all_claims_are_told_at_once(small, tmp_path):
    """A claim that is not well formed hides nothing about the others, nor one file about another."""
    for name in ("a", "b"):
        text = "claims:\n  one: {claim: x}\n  two: {claim: x, never: permitted, wrong: 1}\n  three: {claim: x, issuer: ZZ, never: permitted}\n"
        (tmp_path / f"{name}.claims.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_claims(tmp_path, small.book)
    places = [(d.span.source.name, d.span.line, d.code) for d in caught.value.diagnostics]
    each = [(2, "missing-key"), (3, "unknown-key"), (4, "unknown-issuer")]
    assert places == [(f"{name}.claims.yaml", *rest) for name in ("a", "b") for rest in each]


@pytest.mark.parametrize("content", ["", "- a list\n", "claims: [1]\n", "claim: {}\n", "claims: &a {}\n", "\x00"])
def test_what_is_no_claims_file_says_how_one_begins(small, tmp_path, content):
    """A file that is something else is refused with a place."""
    (tmp_path / "x.claims.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_claims(tmp_path, small.book)
    assert all(d.span for d in caught.value.diagnostics)


# -- the command line


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 1, "5 of 9 claims hold; 3 refuted and 1 about nothing"),
        (["aland-within-beland"], 0, "1 of 1 claim holds"),
        (["TREATIES*", "world.claims.yaml:no-missiles-in-*"], 0, "2 of 2 claims hold"),
        (["TT"], 0, "1 of 1 claim holds"),
        (["about-nothing"], 1, "0 of 1 claim holds; 1 about nothing"),
        (["aland-within-belant"], 2, "did you mean `aland-within-beland`?"),
        (["--known-by", "2024-02-31"], 2, "there is no such day"),
    ],
)
def test_exit_codes_tell_how_it_went(world, arguments, code, says):
    """0 where all hold, 1 where one does not, 2 where nothing matches."""
    done = caveat("prove", "--policies", str(world), *arguments)
    assert done.code == code
    assert says in " ".join((done.out + done.err).split())


def test_claims_may_stand_anywhere(world, tmp_path):
    """A claims file named on the command line takes the place of those beside the policies; broken, it ends with 3."""
    path = tmp_path / "mine.claims.yaml"
    path.write_text("claims:\n  mine: {claim: x, issuer: TT, never: permitted}\n  other: {claim: x, never: permitted}\n", encoding="utf-8")
    assert "1 of 1 claim holds" in caveat("prove", "--policies", str(world), str(path), "mine").out
    path.write_text("claims:\n  mine: {claim: x}\n", encoding="utf-8")
    done = caveat("prove", "--policies", str(world), str(path))
    assert done.code == 3
    assert "mine.claims.yaml:2:3: error[missing-key]: this claims nothing" in done.err


def test_a_folder_without_claims_is_an_error(tmp_path, world):
    """No claim at all is not "all claims hold"."""
    shutil.copytree(world, tmp_path / "bare", ignore=shutil.ignore_patterns("*.claims.yaml"))
    done = caveat("prove", "--policies", str(tmp_path / "bare"))
    assert done.code == 2
    assert "there is no claim below the policies" in done.err
    with pytest.raises(ScenarioError):
        Library.load(tmp_path / "bare").prove(tmp_path / "bare")


def test_quiet_leaves_out_what_holds(world):
    """With --quiet, claims that hold are counted and not listed."""
    loud, quiet = (caveat("prove", "--policies", str(world), *more).out for more in ([], ["--quiet"]))
    assert "holds: " in loud
    assert "holds: " not in quiet
    assert loud.split("\n\n")[:4] == quiet.rstrip("\n").split("\n\n")[:4]


def test_progress_is_shown_on_a_terminal_and_wiped(monkeypatch):
    """Long work says how far it has come, on a terminal, and leaves nothing behind; elsewhere it is silent."""
    written = []
    monkeypatch.setattr(shown, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setattr(shown, "REDRAWN_SECONDS", -1.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "write", written.append, raising=False)
    show = shown.progress("claims")
    assert show is not None
    show(1, 3)
    show(3, 3)
    assert written == ["\r1 of 3 claims", "\r\x1b[K"]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert shown.progress("claims") is None


def test_progress_hears_of_every_claim(small, world):
    """Whoever waits hears of each claim as it is done."""
    heard = []
    small.prove(world, progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (len(STATES), len(STATES))
    assert [d for d, _ in heard] == sorted(d for d, _ in heard)


def test_deciding_does_not_load_what_proves():
    """The command line loads the prover only where something is to be proven."""
    done = process("--version")
    assert done.returncode == 0
    code = "import caveat.cli, sys; print([m for m in sys.modules if m.startswith(('caveat.prove', 'caveat.diagram.space', 'pydantic'))])"
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


# -- reports


def test_proofs_read_as_approved(request, small, world):
    """Text, Markdown and JSON are as approved, text in 80 columns."""
    proofs = small.prove(world, listed=2)
    manner = Manner(flags={"date": "--date", "supplier": "--supplier", "weapon": "--weapon", "target.region": "--region"})
    told = proofs_story(small.book, proofs, manner)
    text = to_text(told)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert differs(request, GOLDEN / "prove.txt", text) == []
    assert differs(request, GOLDEN / "prove.md", to_markdown(told)) == []
    data = proofs_data(small.book, proofs, manner)
    jsonschema.Draft202012Validator(schema_of("prove", small.book)).validate(data)
    assert differs(request, GOLDEN / "prove.json", to_json(json.loads(re.sub(r"sha256:[0-9a-f]{64}", "sha256:...", json.dumps(data))))) == []


def test_the_shipped_claims_satisfy_their_schema(library):
    """The JSON Schema of claims files is valid, and takes what is shipped."""
    import yaml

    schema = schema_of("claims", library.book)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in sorted((HERE.parent / "policies").rglob("*.claims.yaml")):
        validator.validate(json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str)))


def test_numbers_of_scenarios_can_be_read():
    """Small numbers are exact; large ones have two digits and a power of ten."""
    assert [many(n) for n in (0, 999_999, 1_000_000, 123_456_789_000)] == ["0", "999,999", "1.0 × 10^6", "1.2 × 10^11"]


@pytest.mark.parametrize(("named", "code"), [("no-such-claim", "unknown-claim"), ("*", "no-claims")])
def test_what_names_no_claim_is_said_by_its_code(world, named, code):
    """A pattern that matches nothing is an unknown claim; with no claims at all, there are none to choose from."""
    library = Library.load(world)
    claims = [] if code == "no-claims" else read_claims(world, library.book)
    with pytest.raises(ScenarioError) as error:
        prove_claims(library.book, claims, only=[named])
    assert {d.code for d in error.value.diagnostics} == {code}
