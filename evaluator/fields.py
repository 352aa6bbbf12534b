"""Words that turn a statement, by field: they say that it is wrong, undone, only thought, of another version, or of
something else than the patient.

The function words of a sentence (`if`, `that`, `but`, `which`) show what belongs to a quote; these, in what belongs to
it, show whether it is turned.
"""

from __future__ import annotations

import re


def word_set(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


WORD = re.compile(r"[^\W\d_]+(?:n['’]t\b)?|\d+(?:[.,]\d+)*")

ERRORS = word_set(
    "wrong wrongly mistake mistakes mistaken mistakenly error errors erroneous erroneously incorrect incorrectly "
    "false falsely untrue inaccurate misread misreading misreported misquoted misleading misleadingly fabricated "
    "misunderstood misunderstanding misunderstandings misconception misconceptions mislabelled mislabeled "
    "misfiled misheard miscounted miscalculated misprint misdiagnosed misidentified typo slip oversight mixup "
    "unfounded spurious invalid artefact artifact artefacts artifacts contaminant contaminated contamination "
    "implausible unreliable"
)
"""What says that a statement is not so."""

UNDONE = word_set(
    "retracted retraction withdrawn withdrew revoked struck cancelled canceled disproved disproven refuted void "
    "reversed vetoed overruled abandoned aborted postponed deferred disputed dropped scrapped shelved overturned "
    "superseded unproven unconfirmed unverified rejected refused declined undone rescinded abolished lapsed "
    "obsolete outdated discredited annulled suspended omitted forbidden"
)
"""What was not done after all, or holds no more."""

UNREAL = word_set(
    "planned proposed considered intended suggested hypothetical hypothetically theoretical theoretically "
    "imagined imaginary imagination fictional fictitious invented dream dreams dreamt nightmare theory wish "
    "wishes fantasy fiction rumour rumor rumours rumors alleged allegedly supposed supposedly purported "
    "purportedly reportedly unlikely doubtful questionable suspected presumed presumably perhaps maybe possibly "
    "probably conceivably hopefully ideally apparently tentative tentatively draft mock sham simulated example "
    "joke jest myth myths pretend"
)
"""What is thought, hoped, meant or made up."""

ADVERBS = word_set(
    "hypothetically theoretically ideally allegedly supposedly purportedly reportedly presumably possibly perhaps "
    "maybe probably hopefully apparently conceivably potentially formerly historically erroneously wrongly "
    "falsely mistakenly incorrectly rarely seldom hardly exceptionally arguably ostensibly seemingly nominally "
    "officially"
)
"""Adverbs that, at the head of a sentence, make it less than a plain statement of today."""

ELSEWHERE = word_set(
    "mice mouse murine rat rats rodent rodents animals dogs pigs monkeys primates rabbits zebrafish volunteers "
    "vitro dish culture cultures xenograft xenografts organoids silico simulation simulations model models "
    "placebo sham phantom cadaver cadavers comparator crossover subgroup subgroups subset theory principle paper "
    "hindsight jest name imagination nightmare dream dreams brochure advert advertisement internet website blog "
    "forum rumour veterinary"
)
"""What a statement is about instead of patients or facts."""

ANIMALS = word_set(
    "mice mouse rat rats dogs dog pigs monkeys primates rabbits zebrafish animals rodents beagles sheep volunteers"
)
OLD = word_set(
    "old older former previous earlier prior original superseded outdated withdrawn initial retired 2nd first"
)
DOCUMENTS = word_set(
    "protocol version draft amendment edition rota plan guideline guidelines label rule rules policy scheme "
    "schedule form template procedure regimen system definition criteria law regulations leaflet"
)
"""What binds by its newest version: an old one tells nothing of today."""

MEMBERS = word_set(
    "brother brothers sister sisters sibling siblings mother mothers father fathers parent parents cousin cousins "
    "uncle uncles aunt aunts grandmother grandfather grandparents friend friends twin twins neighbour neighbor "
    "son daughter wife husband mum dad stepfather stepmother relative relatives"
)
LAY = word_set(
    "grandmother grandfather grandparents friend friends neighbour neighbor uncle aunt cousin maker makers "
    "manufacturer company firm sponsor seller brochure leaflet website internet press newspaper healer "
    "advertisement blog forum rumour rumor media"
)
"""Who says what no record shows."""
DOWNWARD = word_set(
    "not no never none nobody nothing neither nor without n't cannot zero free absent negative normal intact "
    "clear safe harmless controlled unremarkable unlimited completely entirely fully all every any always "
    "everyone everybody everything may can unable allowed permitted prolongs improves reduces increases causes "
    "cures prevents crosses halves shrinks helps controls inhibits protects spares raises predicts"
)
"""What makes a statement hold of less where a phrase behind or before it is dropped: a denial, `all`, a state of order,
a permission, a rule. `He was given 2 mg in May` still holds without `in May`; `No seizure was seen in May` does not
without it."""
NEGATIVE = word_set("not never nobody none nothing neither nor cannot n't")
NO_MORE = re.compile(r"\bno (?:longer|one)\b|\banything but\b|\bfar from\b|\bas yet\b|\byet to\b")

TURNED = re.compile(
    r"\b(?:put off|called off|given up|turned down|ruled out|crossed out|taken back|written off|thrown out|talked out"
    r"|out of (?:reach|question|the question|place|date|use|stock)|in doubt|in dispute|in error|by mistake|"
    r"by accident"
    r"|too (?:risky|early|late|dangerous|toxic|small|costly|weak|ill|high|low)|open to (?:doubt|question|debate)"
    r"|(?:yet|remains?|has|have|still) to be (?:\w+)|remains? (?:unclear|open|unproven|uncertain|doubtful|"
    r"a hope|a dream)"
    r"|as it turned out|turns? out|turned out|proved? (?:to be|wrong)|did not happen|never happened|fell through"
    r"|w(?:ore|orn) off|(?:did|does) not last|short.lived|came to nothing|changed (?:his|her|their) minds?|"
    r"struck (?:out|off)|on hold|not so)\b"
)
"""Phrases of two words and more that say so."""


def words_of(text: str) -> list[str]:
    """The words and numbers of a text, in lower case; `n't` by itself."""
    found = []
    for match in WORD.finditer(text.lower()):
        word = match[0]
        if word.endswith(("n't", "n’t")):
            found += [word[:-3], "n't"]
        else:
            found.append(word)
    return found
