"""The words that the unseen dangerous families exchange. Each pair says two different things of a patient."""

from __future__ import annotations


def _pairs(table: str) -> dict[str, str]:
    """`old: new; old: new; …`, over any number of lines."""
    entries = (entry.split(":") for entry in " ".join(table.split()).rstrip(";").split(";"))
    return {old.strip(): new.strip() for old, new in entries}


FAILED = _pairs("""
    showed: show; fell: fall; returned: return; took: take; began: begin; agreed: agree; improved: improve;
    received: receive; reached: reach; completed: complete; finished: finish; healed: heal; recovered: recover;
    entered: enter; asked: ask; said: say; came: come; went: go; gave: give; met: meet; noticed: notice; saw: see;
    spoke: speak; walked: walk; rose: rise; settled: settle; stopped: stop; ended: end; grew: grow; wrote: write;
    helped: help; felt: feel; slept: sleep; passed: pass; responded: respond; resolved: resolve; led: lead; decided:
    decide; wished: wish; brought: bring; joined: join; knew: know;
""")
SOFTER = _pairs("""
    all: most; every: almost every; both: one of the; each: nearly each; never: rarely; always: mostly; none: hardly
    any; nothing: little; nobody: hardly anybody; without: with little; no other: few other; no further: little
    further; no new: few new; no: hardly any; not: not always; entirely: largely; whole: greater part of the; fully:
    partly; completely: partly; throughout: for part of the time; cannot: can hardly; must: should, where
    practicable,; exactly: roughly;
""")
CHRONOLOGY = _pairs("""
    today: last month; yesterday: a month ago; now: formerly; still: no longer; already: not yet; again: for the
    first time; new: long‑standing; later: earlier; earlier: later; next: previous; last: first; first: last;
    second: third; third: second; preceding: following; following: preceding; previous: following; recent: remote;
    at diagnosis: at relapse; at progression: at diagnosis; at baseline: at follow‑up; before: after; until: from;
    after: long before; during: only before; within: not before; at present: in the past; tonight: last night; at
    the start: at the end; at the end: at the start; end of: start of; start of: end of; early: late; since: until;
""")
SITES = _pairs("""
    pons: medulla; pontine: medullary; medulla: midbrain; midbrain: medulla; thalamus: putamen; thalamic: frontal;
    brainstem: cerebellum; brain: abdomen; spine: skull base; spinal: sacral; fourth ventricle: third ventricle;
    third ventricle: fourth ventricle; lateral ventricles: third ventricle; frontal: occipital; cerebellar:
    cerebral; cerebral: cerebellar; peduncle: hemisphere; ventral: dorsal; dorsal: ventral; basilar: carotid;
    leptomeningeal: osseous; cochlea: lens; chiasm: pituitary; arm: leg; leg: arm; hand: foot; foot: hand; calf:
    thigh; ankle: wrist; facial: hypoglossal; sixth nerve: third nerve; upper: lower; lower: upper; proximal:
    distal; central: peripheral; ear: eye; eye: ear; eyes: ears; cord: cortex; transverse: oblique; cerebrospinal
    fluid: pleural fluid; plasma: urine; tip: base;
""")
CONDITIONS = _pairs("""
    if: unless; unless: if; when: except when; where: except where; because: although; because of: in spite of; due
    to: unrelated to; owing to: in spite of; although: because; though: because; despite: thanks to; except: including;
""")
PLANS = _pairs("""
    will be: has been; should be: has been; must be: has been; is to be: has been; are to be: have been; may be: has
    been; can be: has been; could be: had been; would be: had been; was: is to be; were: are to be; is planned: has
    taken place; are planned: have taken place; is booked: has taken place; is expected: has taken place; had been:
    ought to have been; has been: is to be; have been: are to be; given: prescribed but not given; planned: carried
    out; offered: started; discussed: started; considered: started; recommended: ruled out; advised: forbidden;
""")
DEGREES = _pairs("""
    mild: severe; mildly: severely; slight: marked; slightly: markedly; small: large; smaller: larger; moderate:
    minimal; markedly: minimally; good: poor; well: badly; better: worse; clearly: faintly; faint: intense; normal:
    reduced; high: low; low: high; higher: lower; brisk: sluggish; thin: thick; weak: strong; strong: weak; patchy:
    uniform; partly: wholly; mainly: in no part; mostly: rarely; often: seldom; usually: rarely; rare: frequent;
    common: rare; frequent: rare; most frequent: least frequent; short: long; long: short; steady: unsteady;
    unsteady: steady; stable: unstable; unchanged: changed; clear: cloudy; typical: atypical; partial: complete;
    complete: incomplete; largest: smallest; lowest: highest; highest: lowest; full: limited; flat: swollen; soft:
    tense; dry: weeping; clean: infected; enough: too little; minor: major; persistent: passing; safe: unsafe;
    unlikely: likely; likely: unlikely; positive: equivocal; negative: equivocal; at present: in the past; absent:
    present; present: absent; closed: open; open: closed; possible: impossible;
""")
PERSONS = _pairs("""
    he: his father; she: her mother; the girl: the girl's aunt; the boy: the boy's uncle; the patient: the patient's
    cousin; the child: the child's grandfather; patients: healthy volunteers; children: adults; girl: boy; boy:
    girl; child: adult; nurse: pharmacist; doctor: physiotherapist; consultant: student; participants:
    investigators;
""")
DENIALS = (
    "It is not the case that ",
    "Nobody can say whether ",
    "The first draft stated wrongly that ",
    "The family feared in vain that ",
    "It was ruled out that ",
    "It would be a mistake to conclude that ",
)
TAILS = (
    ", which had gone without trace at the next visit",
    ", as a second laboratory in another country has since confirmed",
    ", although the ethics committee had objected",
    " and nobody needs to look at this again",
    ", with twice the usual dose in the last week",
    ", so that the dose was doubled on the following day",
    ", a finding that rules out any treatment in future",
    ", for which she was taken to intensive care",
    ", except in patients with diabetes",
    ", and this was reported to the coroner",
    ", which the manufacturer regards as an allergy",
    " after a transfusion of two units of red cells",
    ", against the wish of the grandparents",
    ", probably as an effect of carboplatin",
    " but not in those who had been vaccinated",
)
KIN = (
    r"\b(?:mother|father|parents?|sister|brother|twin|wife|partner|grand\w+|uncle|aunt|cousin|son|daughter|friend|"
    r"girlfriend|teacher|woman|man)\b"
)
