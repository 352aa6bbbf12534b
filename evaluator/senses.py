"""Short forms that mean several things in a clinic, and what shows which of them is meant.

A quote may write a short form of its source in full where the source shows that this is its meaning: `4 mg od` is
`4 mg once daily`, `OD 6/12` is the right eye. Where nothing shows it, writing it in full is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Sense:
    """What shows that a short form has its usual meaning; nothing in it shows none. `near` are words of its clause,
    `known` words anywhere in the context, `dosed` asks for an amount of medicine near by, `counted` for a number right
    before, `valued` for a number soon after, `unnumbered` for none right after; `always` asks for nothing. `barred` are
    neighbors that show another meaning."""

    near: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    dosed: bool = False
    counted: bool = False
    valued: bool = False
    always: bool = False
    unnumbered: bool = False


_EYE = _words("eye eyes drops drop vision visual acuity os ou ophthalmology pupil disc retina retinal iris fundus")
_BODY = _words(
    "arm leg side hand foot eye ear lung lobe upper lower knee hip shoulder face lt adjusted ventilator thigh limb "
    "ankle wrist elbow kidney frontal parietal temporal occipital hemisphere"
)
_NERVE = _words("nerve nerves ventricle palsy cranial iii ii vi vii v viii xii cn grade stage collagen")
_SURVIVAL = _words(
    "survival median months month hazard kaplan meier trial cohort rate rates progression pfs os efs endpoint year "
    "years followup arm arms"
)
_RADIATION = _words("gy cgy radiotherapy irradiation reirradiation radiation photons proton protons fractions fraction")
_LIVER = _words("ast alt bilirubin liver hepatic transaminases enzymes u l uln limit upper rise raised gamma ggt")
_TELOMERES = _words("telomere telomeres telomeric atrx lengthening positive negative phenotype pathway")
_SCANNING = _words(
    "scan scans scanned mri imaging radiology tomography radiologist contrast head chest abdomen planning haemorrhage "
    "hemorrhage hounsfield"
)
_DATED = _words("in of since until by before after from on during early late mid to and for last next this")
_DOSED = Sense(dosed=True)
_COUNTED = Sense(counted=True)

SENSES: Mapping[str, Sense] = {
    "od": Sense(dosed=True, barred=_EYE),
    **dict.fromkeys(("bd", "td", "tds", "qds", "qd", "hs", "pc", "ac", "pr"), _DOSED),
    "po": Sense(dosed=True, near=_words("take takes taken taking given give fluids intake diet tolerating nil oral")),
    "im": Sense(dosed=True, near=_words("injection injections injected given give dose vaccine route")),
    "sc": Sense(dosed=True, near=_words("injection injections injected given give dose infusion pump route")),
    "iv": Sense(always=True, barred=_NERVE),
    **dict.fromkeys(("hr", "hrs", "fr", "frs", "cc", "mos", "sec", "secs", "min", "mins", "ng", "wk"), _COUNTED),
    "fx": _COUNTED,
    "fxs": _COUNTED,
    "tx": Sense(),
    "sx": Sense(),
    "dx": Sense(unnumbered=True),
    "rt": Sense(known=_RADIATION, barred=_BODY),
    "ct": Sense(known=_SCANNING, barred=_words("carboplatin cisplatin cycle cycles vincristine course courses")),
    "cns": Sense(
        near=_words(
            "tumor tumour tumors tumours who grade relapse disease nervous brain toxicity involvement penetration "
            "spread infection prophylaxis radiotherapy lymphoma neoplasms classification effects side drugs"
        )
    ),
    "alt": Sense(near=_LIVER, valued=True, barred=_TELOMERES),
    "ast": Sense(near=_LIVER, valued=True, barred=_words("astrocytoma")),
    "pcr": Sense(
        near=_words(
            "swab virus viral test tests negative positive result sample assay covid influenza csf plasma blood"
        ),
        barred=_words("urine protein creatinine ratio response responses complete pathological"),
    ),
    "gcs": Sense(always=True, barred=_words("stockings stocking compression")),
    "sae": Sense(always=True),
    "adc": Sense(always=True, barred=_words("antibody conjugate conjugates trastuzumab")),
    "csf": Sense(always=True),
    "os": Sense(near=_SURVIVAL),
    "pfs": Sense(near=_SURVIVAL),
    "efs": Sense(near=_SURVIVAL),
    "ci": Sense(near=_words("% confidence hazard ratio interval ci"), valued=True, barred=_words("l min echo cardiac")),
    "ae": Sense(near=_words("adverse event events toxicity grade ctcae serious related sae severe reported any")),
    "hb": Sense(valued=True, near=_words("count level low g anaemia anemia transfusion fell rose platelets")),
    "hgb": Sense(valued=True, near=_words("count level low g anaemia anemia transfusion fell rose platelets")),
    "plt": Sense(valued=True, near=_words("count counts transfusion transfusions low fell rose neutrophils hb")),
    "plts": Sense(valued=True, near=_words("count counts transfusion transfusions low fell rose neutrophils hb")),
    "temp": Sense(valued=True, near=_words("° c celsius fever body axillary ear febrile high raised chart")),
    "max": Sense(valued=True, near=_words("dose tolerated daily of point tumour tumor value")),
    "pt": Sense(always=True),
    "ca": Sense(always=True),
    **dict.fromkeys(
        ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
        Sense(valued=True, counted=True),
    ),
}
"""Short form, folded and without points → what shows its usual meaning. Forms that are not here have one meaning."""

_AMOUNT = re.compile(
    r"\d ?(?:mg|mcg|μg|ug|g|ml|l|units?|iu|mmol|tablets?|tabs?|capsules?|caps?|drops?|puffs?|sachets?|kg|m2|mg/m2)\b"
    r"|\b(?:one|two|half|three) (?:tablets?|capsules?|drops?|puffs?|sachets?)\b"
)
_WORD = re.compile(r"[^\W\d_]+|[%°]")
_REACH = 70
_DEVICES = _words("tube catheter sheath drain cannula needle stent nasogastric gauge foley")


def is_shown(short: str, text: str, start: int, end: int, known: frozenset[str]) -> bool:
    """Whether the source shows that `text[start:end]` (folded), the short form `short`, has its usual meaning. `known`
    are the words of the whole context."""
    sense = SENSES[short]
    before, after = _clause(text, start, end)
    words_before, words_after = _WORD.findall(before), _WORD.findall(after)
    close = {*words_before[-2:], *words_after[:2]}
    around = {*words_before, *words_after}
    if sense.barred & (around if sense.dosed else close):
        return False
    if text[start - 1 : start] == "-" and text[start - 2 : start - 1].isalpha():
        return False  # "G-CSF"
    if sense.always or (sense.unnumbered and not after.lstrip()[:1].isdigit()):
        return True
    if sense.counted and _ends_in_number(before):
        return short not in ("fr", "frs", "fx", "fxs") or bool(known & _RADIATION and not around & _DEVICES)
    if sense.dosed and (_AMOUNT.search(before[-50:]) or _AMOUNT.search(after[:40])):
        return True
    if sense.valued and any(c.isdigit() for c in after[:_SOON]):
        return True
    if short in _MONTHS and words_before and words_before[-1] in _DATED:
        return True
    return bool(sense.near & around or sense.known & known)


_SOON = 14
_MONTHS = _words("jan feb mar apr jun jul aug sep sept oct nov dec")
_NUMBER_WORDS = _words("one two three four five six seven eight nine ten twelve few several per every half")


def _ends_in_number(before: str) -> bool:
    words = before.split()
    return bool(words) and (words[-1][-1].isdigit() or words[-1] in _NUMBER_WORDS or words[-1][-1] in "/-")


_CLAUSE = re.compile(r"[.;!?](?: |$)")


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands around a place, within its clause."""
    before = text[max(0, start - _REACH) : start]
    cut = [match.end() for match in _CLAUSE.finditer(before)]
    after = text[end : end + _REACH]
    stop = _CLAUSE.search(after, 1)
    return before[cut[-1] :] if cut else before, after[: stop.start()] if stop else after
