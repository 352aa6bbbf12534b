"""Dangerous edits of what is said: negation, prefixes, side, direction, order, status."""

from __future__ import annotations

from tests.edits.families import Family, Harm
from tests.edits.wording import HYPHENS, lowered, one_of, pairs, rule, some_of, word

_VERBS = [
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "can",
    "could",
    "may",
    "might",
    "must",
    "should",
    "will",
    "would",
    "does",
    "did",
]
_NEGATION_IN = one_of(
    *(word(verb, f"{verb} not", f"{verb} never") for verb in _VERBS),
    word("can", "cannot"),
    word("with", "without"),
    word("because", "not because"),
    rule(r"(?<=[a-z])\s(given|seen|found|shown|stopped|started|required|allowed|needed|advised)\b", r" not \1"),
    rule(r"^([A-Z][a-z]+s)\s(?=[a-z]+ed\b)", r"No \1 "),
)
_NEGATION_OUT = one_of(
    rule(r"\b(is|are|was|were|has|have|had|can|could|may|must|should|will|does|did|do)\snot\s", r"\1 "),
    rule(r"\bcannot\b", "can"),
    rule(r"\b(is|are|was|were|has|have|had|could|should|does|did)n['’]t\b", r"\1"),
    rule(r"(?<=\w)\sno\s(?!more|less|longer)", " "),
    rule(r"(?<=\w)\snot\s", " "),
    rule(r"^No\s([a-z])", lambda found, _: found[1].upper(), flags=0),
    rule(r"^No\s(?=[A-Z])", "", flags=0),
    rule(r"\bwithout\b", "with"),
    rule(r"\bnever\s", "always "),
    rule(r"\bnone of\b", "all of"),
    rule(r"\bneither\b(.{1,40})\bnor\b", r"both\1and"),
    rule(r"\bno longer\b", "still"),
)
_NEGATING_WORDS = some_of(
    one_of(
        word("reports", "denies"),
        word("has", "lacks"),
        word("shows", "fails to show"),
        word("showed", "failed to show"),
        word("with", "free of", "in the absence of"),
        word("present", "absent"),
        word("was given", "was withheld", "failed to be given"),
        word("was seen", "was ruled out"),
        word("was found", "was excluded"),
        word("evidence of", "no evidence of"),
        word("continues", "fails to continue"),
        word("improved", "failed to improve"),
        word("agreed", "refused"),
        word("gave consent", "declined consent"),
        *pairs(("include", "exclude"), ("including", "excluding"), ("included", "excluded"), ("presence", "absence")),
        *pairs(("accept", "reject"), ("allowed", "forbidden"), ("able", "unable"), ("possible", "impossible")),
        *pairs(("recommended", "advised against"), ("confirmed", "ruled out"), ("received", "refused")),
    ),
    lambda passage, draw: draw.choice(
        [
            "It is not true that {}",
            "It was denied that {}",
            "There is no evidence that {}",
            "It is false that {}",
            "Nobody reported that {}",
            "Contrary to expectation, it is not the case that {}",
        ]
    ).format(lowered(passage.text)),
)
_PREFIXES = one_of(
    *pairs(("changed", "unchanged"), ("likely", "unlikely"), ("stable", "unstable"), ("complete", "incomplete")),
    *pairs(("symptomatic", "asymptomatic"), ("invasive", "non-invasive"), ("methylated", "unmethylated")),
    *pairs(("regular", "irregular"), ("equal", "unequal"), ("sufficient", "insufficient"), ("visible", "invisible")),
    *pairs(("controlled", "uncontrolled"), ("planned", "unplanned"), ("treated", "untreated"), ("known", "unknown")),
    *pairs(("related", "unrelated"), ("certain", "uncertain"), ("resectable", "unresectable"), ("safe", "unsafe")),
    *pairs(
        ("detected", "undetected"), ("expected", "unexpected"), ("conscious", "unconscious"), ("steady", "unsteady")
    ),
    *pairs(
        ("adequate", "inadequate"), ("effective", "ineffective"), ("dependent", "independent"), ("typical", "atypical")
    ),
    *pairs(
        ("operable", "inoperable"), ("available", "unavailable"), ("affected", "unaffected"), ("direct", "indirect")
    ),
    *pairs(
        ("continued", "discontinued"), ("similar", "dissimilar"), ("appeared", "disappeared"), ("mobile", "immobile")
    ),
    *pairs(("clear", "unclear"), ("well", "unwell"), ("comfortable", "uncomfortable"), ("usual", "unusual")),
    *pairs(("enhancing", "non-enhancing"), ("significant", "non-significant"), ("specific", "non-specific")),
)
_PREFIX_PAIRS = some_of(
    one_of(
        *(
            rule(rf"\b{one}{stem}", rf"{other}\1")
            for left, right, stem in (
                ("hypo", "hyper", rf"([{HYPHENS}]?[a-z]{{4}})"),
                ("supra", "infra", rf"([{HYPHENS}]?[a-z]{{4}})"),
                ("brady", "tachy", "([a-z]{4})"),
                ("macro", "micro", "([a-z]{4})"),
                ("antero", "postero", "([a-z]{4})"),
                ("intra", "extra", "(c|v|m|t|o|d|p)(?!ct|rd|ck)"),
                ("inter", "intra", rf"([{HYPHENS}])"),
                ("pre", "post", rf"([{HYPHENS}]|operative|natal|treatment|transplant|pontine|surgical|radiotherapy)"),
                ("over", "under", rf"([{HYPHENS}]?(?:dose|weight|treat|estimat|power))"),
                ("mono", "poly", "(therapy|somy|clonal)"),
                ("uni", "bi", "(lateral|phasic|focal)"),
            )
            for one, other in ((left, right), (right, left))
        )
    ),
    one_of(
        *pairs(("hyperintense", "hypointense"), ("hypertension", "hypotension"), ("hypernatraemia", "hyponatraemia")),
        *pairs(("preoperative", "postoperative"), ("intracranial", "extracranial"), ("prefrontal", "postfrontal")),
        *pairs(("cranial", "caudal"), ("medial", "lateral"), ("superior", "inferior"), ("anterior", "posterior")),
        *pairs(("supratentorial", "infratentorial"), ("afebrile", "febrile"), ("systolic", "diastolic")),
        *pairs(("ventral", "dorsal"), ("axial", "coronal"), ("transverse", "craniocaudal"), ("sagittal", "axial")),
    ),
)
_SIDES = one_of(
    *pairs(("left", "right"), ("unilateral", "bilateral"), ("ipsilateral", "contralateral")),
    rule(r"(?<![\w/])L(?=\s[a-z])", "R", flags=0),
    rule(r"(?<![\w/])R(?=\s[a-z])", "L", flags=0),
    *pairs(("left-sided", "right-sided"), ("upper", "lower"), ("inner", "outer")),
    word("both sides", "one side", "the left side"),
    word("both", "the left"),
    word("on the left", "on both sides"),
    word("on the right", "on both sides"),
)
_DIRECTIONS = one_of(
    *pairs(("increased", "decreased"), ("increase", "decrease"), ("increases", "decreases"), ("higher", "lower")),
    *pairs(("rose", "fell"), ("raised", "lowered"), ("larger", "smaller"), ("improved", "worsened"), ("up", "down")),
    *pairs(
        ("better", "worse"), ("reduced", "increased"), ("gained", "lost"), ("longer", "shorter"), ("faster", "slower")
    ),
    *pairs(
        ("growth", "shrinkage"), ("expanded", "shrunken"), ("gain", "loss"), ("rising", "falling"), ("good", "poor")
    ),
    *pairs(("improvement", "deterioration"), ("elevated", "reduced"), ("dilated", "narrowed"), ("more", "less")),
    *pairs(("stronger", "weaker"), ("highest", "lowest"), ("maximum", "minimum"), ("most", "least"), ("best", "worst")),
    *pairs(("largest", "smallest"), ("longest", "shortest"), ("progression", "regression"), ("greater", "smaller")),
    *pairs(("high", "low"), ("large", "small"), ("long", "short"), ("increasing", "decreasing"), ("decline", "rise")),
)
_ORDERS = one_of(
    *pairs(("before", "after"), ("first", "last"), ("earlier", "later"), ("preceding", "following"), ("start", "end")),
    *pairs(("first", "second"), ("previous", "next"), ("since", "until"), ("began", "ended"), ("beginning", "end")),
    *pairs(("prior to", "after"), ("during", "after"), ("then", "previously"), ("started", "finished")),
    *pairs(("early", "late"), ("initial", "final"), ("latest", "earliest"), ("second", "third"), ("former", "latter")),
)
_STATUS = one_of(
    *pairs(("stable", "progressive"), ("positive", "negative"), ("alive", "dead"), ("complete", "partial")),
    *pairs(("wild type", "mutated"), ("wild-type", "mutant"), ("open", "closed"), ("started", "stopped")),
    *pairs(("retained", "lost"), ("normal", "abnormal"), ("benign", "malignant"), ("acute", "chronic")),
    *pairs(
        ("primary", "secondary"), ("new", "old"), ("active", "inactive"), ("awake", "asleep"), ("fixed", "reactive")
    ),
    *pairs(("diffuse", "focal"), ("solid", "cystic"), ("inherited", "acquired"), ("somatic", "germline")),
    *pairs(
        ("pathogenic", "benign"), ("homozygous", "heterozygous"), ("inpatient", "outpatient"), ("given", "withheld")
    ),
    *pairs(("completed", "interrupted"), ("intact", "damaged"), ("tolerated", "refused"), ("wet", "dry")),
    *pairs(("resolved", "persisting"), ("elective", "emergency"), ("blinded", "open-label"), ("healthy", "ill")),
    *pairs(("amplified", "deleted"), ("passed", "failed"), ("alone", "combined"), ("responded", "progressed")),
)
STATEMENTS: tuple[Family, ...] = tuple(
    Family(name, Harm.DANGEROUS, edit)
    for name, edit in (
        ("negation put in", _NEGATION_IN),
        ("negation taken out", _NEGATION_OUT),
        ("negating words", _NEGATING_WORDS),
        ("un-, in-, non-", _PREFIXES),
        ("prefix and position pairs", _PREFIX_PAIRS),
        ("side", _SIDES),
        ("direction", _DIRECTIONS),
        ("order in time", _ORDERS),
        ("status", _STATUS),
    )
)
