"""Word lists, as data: what reads alike, and what kind of meaning a word carries.

All words are in lower case and American spelling. The lists are our own selection of common clinical English; they
name the kind of a change and widen what counts as the same. A word that is in none of them is still compared: an
unknown word that differs is a changed word.
"""

from __future__ import annotations

from evaluator.types import AlterationKind as Kind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    """`canonical: other other; …` as a map from each other form to the canonical one."""
    table: dict[str, str] = {}
    for entry in text.replace("\n", " ").split(";"):
        canonical, _, others = entry.partition(":")
        for other in others.split():
            table[other] = canonical.strip()
    return table


ARTICLES = _words("a an the")
DROPPABLE = _words(
    "a an the that of also however therefore thus hence moreover furthermore additionally indeed 's please namely"
)
"""Words whose presence does not change what a sentence says."""

COPULAS = _words("is are was were")
BOUNDS_BEHIND = {
    **dict.fromkeys(["more", "higher", "above", "greater", "older", "longer", "later", "larger", "over", "up"], ">="),
    **dict.fromkeys(["less", "fewer", "lower", "below", "younger", "shorter", "earlier", "smaller", "under"], "<="),
}
"""What these say behind "or" and a number: `50 or more`."""
BOUNDS = {"below": "<", "under": "<", "above": ">", "ca": "approximately"}
"""What these say where a number follows."""
AFTER_DROPPED_COPULA = _words("approximately about ~ < > <= >=")
"""`OS: 11.2 months` says what `OS was 11.2 months` says; `the mother called` does not say `the mother was called`."""

NEGATIONS = _words(
    "no not n't never without neither nor none non cannot nobody nothing nowhere "
    "deny denies denied denying lack lacks lacked lacking absence absent negative fail fails failed failing failure "
    "unable hardly unlikely against excluded exclude excludes refuted refused refuse declined decline stopped "
    "discontinued withheld avoid avoids avoided except unless ruled contraindicated instead"
)
SCOPE_NEGATIONS = _words(
    "no not n't never without neither nor none non cannot deny denies denied denying lack lacks lacked lacking "
    "absence absent fail fails failed failing unable hardly unlikely against excluded exclude excludes "
    "refused declined avoid avoids avoided nobody nowhere forbid forbids forbidden prohibit prohibits prohibited "
    "contraindicated dangerous refrain rather instead untrue myth wrongly falsely retracted insufficient"
)
"""Negations that reach over the words after them: a quote that starts there says the opposite."""

HEADED_AWAY = _words(
    "negative absent contraindicated contraindications forbidden prohibited "
    "allergy allergies allergic avoid avoided discontinued stopped withheld refused declined overdose excluded "
    "exclusion sibling siblings family differential possible suspected query example untrue false wrong retracted old "
    "previous former wrongly mistaken mistakenly incorrect incorrectly error mistake erroneous draft hypothetical myth "
    "rumor rumour veterinary animals mice mock template training superseded"
)
"""Words of a heading that make what stands behind its colon something else than a finding or an order of today."""

ASKING = _words(
    "what when where who whom whose why how which is are was were do does did has have had can could may should would "
    "will shall am might must"
)
"""Words that begin a question."""

SCOPE_ENDS = _words("but although though whereas while because since which who however and then so")
HYPOTHETICAL = _words("if unless whether may might could")
"""Words that make what follows at once a condition, a question or a guess."""

GUESSES = _words(
    "suggested suggests suggest suspected suspects suspect believed believes believe thought thinks think feared fears "
    "hoped hopes hope assumed assumes assume claimed claims possible possibly probable likely unlikely doubted doubt "
    "hypothesized hypothesised hypothesis speculated worried worry concern concerned unclear uncertain question asked "
    "wondered imagined expected expects guess wish wished supposed proposed impression"
)
"""What makes a clause with "that" behind it less than certain."""
RESTRICTIVE = _words("unless except if provided save barring prn until")
LASTING = _words(
    "stay stays continue continues continued remain remains stop withhold withheld held hold nil keep kept rest needs "
    "need goes avoid fasting isolated forbidden banned"
)
"""Words of an order that an "until" ends."""
RESTRICTIVE_PAIRS = frozenset(
    {
        ("only", "if"),
        ("only", "when"),
        ("only", "after"),
        ("but", "not"),
        ("though", "not"),
        ("on", "condition"),
        ("when", "tolerated"),
        ("as", "tolerated"),
        ("where", "possible"),
        ("subject", "to"),
    }
)
"""Words that restrict the statement before them."""

AUXILIARIES = _words(
    "is was were are be been being has have had can could did do does will would should must may might in by"
)
DENIALS = _words(
    "not never no none n't absent excluded unlikely denied refuted discouraged contraindicated disproven cancelled "
    "canceled withdrawn retracted wrong incorrect mistaken false untrue doubtful disputed rejected"
)
"""What takes back the words before it, at once or behind auxiliaries (`was not`, `in no`, `is unlikely`)."""

LIST_NEGATIONS = _words("no without neither nor denies denied deny denying")
"""Negations that reach over commas (`no fever, headache or vomiting`)."""

DENOMINATORS = _words("kg m2 l dl ml ul mm3 m3 cm2 mmol g mg")

SPLIT_WORDS = _words("a an i in im no not")
"""`in operable` is not `inoperable`: these stay words of their own where a blank follows."""

NEGATIVE_PREFIXES = ("non", "un", "in", "im", "ir", "il", "dis", "a", "an", "anti", "de", "mis")
OPPOSED_PREFIXES = (
    ("hypo", "hyper"), ("intra", "extra"), ("intra", "inter"), ("pre", "post"), ("supra", "infra"), ("ante", "retro"),
    ("up", "down"), ("over", "under"), ("macro", "micro"), ("brady", "tachy"), ("poly", "oligo"), ("endo", "exo"),
    ("sub", "supra"), ("mono", "poly"), ("uni", "bi"), ("hemi", "para"), ("epi", "hypo"), ("in", "out"),
    ("homo", "hetero"), ("anter", "poster"), ("in", "ex"), ("ad", "ab"), ("sub", "super"), ("mono", "bi"),
)  # fmt: skip

SYNONYMS = _pairs(
    """
    %: percent percents pct; and: & plus;
    approximately: approx about around circa ~ roughly; versus: vs;
    g: gram grams gramme grammes; mg: milligram milligrams mgs milligramme milligrammes; kg: kilogram kilograms kgs;
    mcg: microgram micrograms ug μg microgramme microgrammes; l: liter liters litre litres;
    ml: milliliter milliliters millilitre millilitres mls cc; dl: deciliter deciliters decilitre decilitres;
    ul: microliter microliters microlitre microlitres μl; cgy: centigray centigrays; mgy: milligray milligrays;
    mm: millimeter millimeters millimetre millimetres; cm: centimeter centimeters centimetre centimetres cms;
    mmol: millimole millimoles; umol: μmol micromol micromole micromoles;
    hour: hours hr hrs; day: days; week: weeks wk wks; month: months mth mths mos; year: years yr yrs;
    minute: minutes mins; second: seconds secs; fraction: fractions fx fxs; um: μm; nmol: nanomole nanomoles;
    mmhg: torr; kcal: kilocalories; ng: nanogram nanograms; msec: millisecond milliseconds;
    hemoglobin: hb hgb; platelet: plt plts; temperature: temp; history: hx; treatment: tx;
    symptom: sx; mom: mum; skeptical: sceptical; maneuver: manoeuvre;
    mold: mould; catalog: catalogue; dialog: dialogue; specialty: speciality;
    pajamas: pyjamas; inquiry: enquiry; inquire: enquire;
    orally: oral po; iv: intravenous intravenously; im: intramuscular intramuscularly;
    sc: subcutaneous subcutaneously subcut subq; patient: patients pt pts;
    january: jan; february: feb; march: mar; april: apr; june: jun; july: jul; august: aug; september: sep sept;
    october: oct; november: nov; december: dec;
    alpha: α; beta: β; gamma: γ; delta: δ; kappa: κ; lambda: λ; epsilon: ε; sigma: σ; omega: ω; mu: μ; chi: χ;
    metastasis: metastases; diagnosis: diagnoses dx; prognosis: prognoses; biopsy: biopsies; child: children;
    hypothesis: hypotheses; analysis: analyses; crisis: crises; thrombosis: thromboses; necrosis: necroses;
    figure: fig figs; doctor: dr; maximum: max; department: dept;
    not: n't; will: wo 'll; can: ca; have: 've; are: 're; am: 'm; would: 'd;
    gray: grey; program: programme programmes; sulfate: sulphate; aluminum: aluminium; judgment: judgement;
    aging: ageing; estrogen: oestrogen; fetus: foetus; while: whilst; among: amongst; toward: towards;
    afterward: afterwards; learned: learnt; leukocyte: leucocyte; esophagus: oesophagus; practice: practise;
    until: till; telephone: phone; anybody: anyone; everybody: everyone; somebody: someone;
    anesthesiologist: anaesthetist; physiotherapist: physio;
    license: licence; defense: defence; artifact: artefact; disk: disc; cesarean: caesarean
    """
)
"""Other form → canonical form."""

_UNITS_IN_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS_IN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {word: number for number, word in enumerate(_UNITS_IN_WORDS.split())}
TENS = {word: 10 * number for number, word in enumerate(_TENS_IN_WORDS.split(), 2)}
MULTIPLIERS = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th",
    "eighth": "8th", "ninth": "9th", "tenth": "10th", "eleventh": "11th", "twelfth": "12th", "thirteenth": "13th",
    "fourteenth": "14th", "fifteenth": "15th", "sixteenth": "16th", "seventeenth": "17th", "eighteenth": "18th",
    "nineteenth": "19th", "twentieth": "20th", "thirtieth": "30th",
}  # fmt: skip
ROMAN = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
}  # fmt: skip
ROMAN_AFTER = _words("grade phase stage type class level group arm part nerve cn cohort category")

NUMBERED = _words(
    "day week month year cycle visit course no number figure table item step section page line case patient site room "
    "bed dose fraction score appendix"
)
"""What a number stands behind as a name."""
LINKING = _words(
    "of in to at on with for from by into and or that this these those his her its their our my your which as be has"
)
"""Words of grammar: said twice in a row they say nothing more."""

UNITS = frozenset(("percentage point",)) | _words(
    "% mg mcg g kg ng pg ml l dl ul gy cgy mgy mm cm m nm um mmol mol umol nmol mmhg bpm iu u unit meq "
    "mci mbq gbq kev mev mv kv sv msv lb oz inch mmh2o cmh2o ‰ "
    "hour day week month year minute second fraction cycle dose hz kpa cm2 m2 mm2 mm3 cm3 m3 ms kcal point °c °f °"
)
SHORT_UNITS = {
    "h": "hour", "d": "day", "wk": "week", "mo": "month", "y": "year", "min": "minute", "sec": "second", "s": "second",
    "m": "m", "g": "g", "l": "l", "gray": "gy", "grey": "gy", "grays": "gy", "greys": "gy", "meter": "m", "meters": "m",
    "metre": "m", "metres": "m", "litre": "l", "litres": "l", "gram": "g", "grams": "g", "gramme": "g", "grammes": "g",
    **{unit + "s": unit for unit in ("mm", "km", "dl", "mcg", "gy", "cgy", "mmol", "umol", "iu", "kcal", "mmhg")},
    "c": "°c", "f": "°f", "celsius": "°c", "fahrenheit": "°f", "fr": "fraction", "frs": "fraction",
}  # fmt: skip
"""Forms that are units only right after a number or a `per`."""

PHRASES = {
    tuple(phrase.split()): canonical
    for canonical, phrases in {
        ">=": "> =|at least|no less than|not less than|no fewer than|not fewer than|greater than or equal to|"
        "more than or equal to|greater than or = to|a minimum of|minimum of|equal to or greater than|"
        "equal to or more than|at or above|at or >|no lower than|not lower than|no smaller than|not below|"
        "no earlier than|not earlier than",
        "<=": "< =|at most|no more than|not more than|no greater than|not greater than|not exceeding|"
        "less than or equal to|less than or = to|fewer than or equal to|a maximum of|maximum of|up to|"
        "equal to or less than|at or below|at or <|no later than|not later than",
        ">": "more than|greater than|in excess of|exceeding",
        "<": "less than|fewer than|lower than|smaller than",
        "±": "+ / -|+ /|plus or minus|plus minus",
        "per day": "per day|daily|every day|each day|once daily|once a day|once per day|1 time a day|q d|"
        "qd|od|o d|per d",
        "2x per day": "twice daily|twice a day|twice per day|2 time a day|2 time daily|"
        "2 time per day|b i d|b d|bid|bd|bds|2 x daily|2x daily",
        "3x per day": "3 time a day|3 time daily|3 time per day|t i d|t d s|t d|"
        "tid|tds|thrice daily|3 x daily|3x daily",
        "4x per day": "4 time a day|4 time daily|4 time per day|q i d|q d s|qid|qds|4 x daily|4x daily",
        "per week": "per week|weekly|every week|each week|once weekly|once a week|once per week|per wk",
        "2x per week": "twice weekly|twice a week|twice per week|2 time a week|2 time weekly|2 time per week",
        "3x per week": "3 time a week|3 time weekly|3 time per week|thrice weekly",
        "per month": "per month|monthly|every month|each month|once monthly|once a month|once per month",
        "per year": "per year|yearly|annually|every year|each year|once a year|per annum",
        "per hour": "per hour|hourly|every hour|each hour|per h",
        "orally": "p o|per os|by mouth|po",
        "iv": "i v|intravenous|iv",
        "im": "i m",
        "sc": "s c",
        "nasogastric tube": "ng tube|n g tube|nasogastric tube",
        "in the morning": "mane|in the morning|in morning|each morning|every morning",
        "at night": "nocte|at night",
        "at bedtime": "h s|hs|qhs|at bedtime",
        "before meal": "a c|before meal|before food",
        "after meal": "p c|after meal|after food",
        "as needed": "prn|p r n|as needed|as required|when needed|when required|if needed",
        "every": "once every",
        "every 2 day": "every other day|every 2nd day|on alternate day|alternate day|qod|q o d",
        "every 2 week": "fortnightly|every fortnight|once a fortnight",
        "with": "w /|w per|along side",
        "without": "w / o|w / out|w per o|w per out",
        "history of": "h / o|h per o|history of",
        "status post": "s / p|s per p|status post",
        "radiotherapy": "rt|radiotherapy|radiation therapy|radio therapy",
        "chemotherapy": "chemo|chemotherapy",
        "blood pressure": "bp|blood pressure",
        "electrocardiogram": "ecg|ekg|electrocardiogram",
        "electroencephalogram": "eeg|electroencephalogram",
        "intracranial pressure": "icp|intracranial pressure",
        "body surface area": "bsa|body surface area",
        "dose limiting toxicity": "dlt|dose limiting toxicity",
        "maximum tolerated dose": "mtd|maximum tolerated dose",
        "event free survival": "efs|event free survival",
        "absolute neutrophil count": "anc|absolute neutrophil count",
        "adverse event": "ae|adverse event",
        "who": "world health organization",
        "twice": "2 time",
        "once": "1 time",
        "thrice": "3 time",
        "half": "1 / 2|1 half",
        "1 third": "1 / 3 of|1 3rd of|1 third of|a 3rd of|1 3rd|1 third",
        "2 third": "2 / 3|2 third|2 / 3 of|2 third of",
        "1 quarter": "1 / 4 of|1 quarter of|a quarter of|1 quarter",
        "3 quarter": "3 / 4|3 quarter|3 / 4 of|3 quarter of",
        "%": "per cent",
        "percentage point": "percentage point|% point",
        "and": "as well as|along with|together with|along w per|together w per",
        "can not": "can not|cannot",
        "eg": "e g|for example|for instance|such as",
        "ie": "i e|that is|that 's|namely",
        "versus": "compared with|compared to|as compared with|as compared to",
        "mmh2o": "mmh 2 o|mm h 2 o|mm of water|mm water|mm of h 2 o",
        "cmh2o": "cmh 2 o|cm h 2 o|cm of water|cm water|cm of h 2 o",
        "=": "equal|equal to|is equal to",
        "m2": "m 2|m ^ 2|square m|square meter|meter squared|sq m|sqm",
        "m3": "m 3|m ^ 3|cubic m|cubic meter",
        "cm2": "cm 2|cm ^ 2|square cm|sq cm",
        "cm3": "cm 3|cm ^ 3|cubic cm|cc",
        "mm2": "mm 2|mm ^ 2|square mm",
        "mm3": "mm 3|mm ^ 3|cubic mm",
        "year old": "year old|yo|y o|y / o|y per o|year per o|year of age",
        "°c": "° c|° celsius|degree celsius|degree c|deg c|deg celsius|degree centigrade|° centigrade",
        "°f": "° f|° fahrenheit|degree fahrenheit|degree f|deg f|deg fahrenheit",
        "°": "degree|deg",
        "because of": "due to|because of|owing to",
        "magnetic resonance imaging": "mri|magnetic resonance imaging",
        "computed tomography": "ct|computed tomography",
        "physiotherapy": "physiotherapy|physical therapy",
        "physiotherapist": "physiotherapist|physical therapist",
        "operating room": "operating room|operating theatre",
        "cerebrospinal fluid": "csf|cerebrospinal fluid",
        "central nervous system": "cns|central nervous system",
        "diffuse intrinsic pontine glioma": "dipg|diffuse intrinsic pontine glioma",
        "diffuse midline glioma": "dmg|diffuse midline glioma",
        "overall survival": "os|overall survival",
        "c reactive protein": "crp|c reactive protein",
        "oxygen saturation": "spo 2|oxygen saturation",
        "glasgow coma scale": "gcs|glasgow coma scale|glasgow coma score",
        "diffusion weighted imaging": "dwi|diffusion weighted imaging",
        "susceptibility weighted imaging": "swi|susceptibility weighted imaging",
        "upper limit of normal": "uln|upper limit of normal",
        "lower limit of normal": "lln|lower limit of normal",
        "polymerase chain reaction": "pcr|polymerase chain reaction",
        "intensive care unit": "icu|intensive care unit",
        "variant allele frequency": "vaf|variant allele frequency|variant allele fraction",
        "alanine aminotransferase": "alt|alanine aminotransferase|alanine transaminase",
        "aspartate aminotransferase": "ast|aspartate aminotransferase|aspartate transaminase",
        "glomerular filtration rate": "gfr|glomerular filtration rate",
        "lactate dehydrogenase": "ldh|lactate dehydrogenase",
        "serious adverse event": "sae|serious adverse event",
        "apparent diffusion coefficient": "adc|apparent diffusion coefficient",
        "progression free survival": "pfs|progression free survival",
        "confidence interval": "ci|confidence interval",
    }.items()
    for phrase in phrases.split("|")
}
for _period, _adverb in (("day", "daily"), ("week", "weekly"), ("month", "monthly"), ("year", "yearly")):
    for _times in range(2, 25):
        for _said in (f"a {_period}", f"per {_period}", f"each {_period}", f"every {_period}", _adverb):
            PHRASES[(str(_times), "time", *_said.split())] = f"{_times}x per {_period}"
            PHRASES[(str(_times), "x", *_said.split())] = f"{_times}x per {_period}"
"""Runs of keys that read as one: run → canonical key. Runs are written in keys, so `times` is `time`."""

MONTHS = _words("january february march april may june july august september october november december")

DAYS = _words("monday tuesday wednesday thursday friday saturday sunday")

KINDS: dict[Kind, frozenset[str]] = {
    Kind.NEGATION: NEGATIONS,
    Kind.COMPARATOR: _words("> < >= <= != = ± approximately exactly precisely nearly almost than equal"),
    Kind.DIRECTION: _words(
        "increase increased increasing decrease decreased decreasing rise rising rose fall falling fell "
        "improve improved "
        "improving improvement worsen worsened worsening deteriorate deteriorated deteriorating deterioration higher "
        "lower greater more fewer longer shorter larger smaller better worse up down upregulated "
        "downregulated gain loss "
        "elevated reduced reduce reducing reduction raised grow grew grown growing shrink shrank shrunk enlarged "
        "enlarging decline declining progressed progressing regressed regressing regression progression "
        "response stable "
        "positive negative superior inferior enhance enhanced enhancing nonenhancing suppress suppressed activate "
        "activated activation inhibit inhibited inhibition prolong prolonged shorten shortened accelerate accelerated "
        "slow slowed benefit harm sensitive resistant responder nonresponder faster slower earlier later survived died "
        "alive dead high low present absent favorable unfavorable hot cold open closed start stop started stopped "
        "continue continued discontinue discontinued above below strong weak stronger weaker escalated deescalated"
    ),
    Kind.SIDE: _words(
        "left right bilateral unilateral ipsilateral contralateral anterior posterior ventral dorsal medial lateral "
        "rostral caudal proximal distal upper lower superior inferior cranial central peripheral midline frontal "
        "temporal parietal occipital pontine medullary thalamic cerebellar spinal supratentorial infratentorial"
    ),
    Kind.FREQUENCY: _words(
        "daily weekly monthly yearly hourly nightly once twice thrice every fortnightly biweekly alternate bid tid qid "
        "qd prn continuously intermittently time"
    )
    | {"as needed", "every 2 day", "every 2 week", "in the morning", "at night", "at bedtime", "morning", "evening"}
    | {
        f"{n}per {u}"
        for n in ("", *(f"{times}x " for times in range(2, 25)))
        for u in ("day", "week", "month", "year", "hour")
    },
    Kind.ROUTE: _words(
        "orally iv im sc intrathecal intrathecally intraventricular intratumoral intranasal topical rectal sublingual "
        "inhaled transdermal intraarterial intraperitoneal parenteral enteral nasogastric convection rectally buccal "
        "buccally intranasally nasal nasally topically subcutaneous subcutaneously intramuscular intramuscularly "
        "intravenous intravenously sublingually intraosseous intradermal epidural gastrostomy infusion bolus injection "
        "tablet capsule syrup suppository patch drip"
    ),
    Kind.GRADE: _words(
        "grade phase stage mild moderate severe minor major critical benign malignant acute chronic subacute limited "
        "extensive partial complete primary secondary metastatic localized focal diffuse early late lowgrade highgrade "
        "wildtype mutant wild type methylated unmethylated altered"
    ),
    Kind.ORDER: _words(
        "before after during prior following until till since pre post first last then subsequently "
        "previously initially "
        "finally next preceding concurrent concurrently concomitant concomitantly sequential adjuvant neoadjuvant "
        "simultaneously afterward thereafter 1st 2nd 3rd 4th 5th upfront"
    ),
    Kind.QUANTIFIER: _words(
        "all some most least many few several any every each both either neither half majority minority only always "
        "often rarely sometimes frequently occasionally usually commonly rare common entire whole part no none or and "
        "respectively mean median maximum minimum average total quarter third"
    ),
    Kind.MODALITY: _words(
        "may might must should can could will would shall need needs required require requires optional recommended "
        "suggested considered consider mandatory possible possibly probable probably likely definite definitely "
        "suspected confirmed certain certainly potential potentially apparently presumably allowed permitted advised "
        "appears appear seems suggests proves proven shows if when whether ?"
    ),
}
"""Critical words by kind. A word in two kinds belongs to the first that names it."""
CRITICAL: frozenset[str] = frozenset().union(*KINDS.values())

PERSONS = _words(
    "he she him her his hers they them their i we you it mother father parent sister brother son daughter boy girl man "
    "woman male female child adult infant adolescent teenager neonate"
)

DOSAGE_FORMS = _words(
    "solution capsule capsules tablet tablets syrup infusion injection suspension suppository patch drops ampoule "
    "ampoules dose doses oral about approximately over least most nearest maximum minimum total further another daily"
)
"""Words before a dose that do not name the drug."""

GENDERS = (
    (_words("boy man male son"), _words("he him his himself")),
    (_words("girl woman female daughter"), _words("she her hers herself")),
)
"""Persons that a bracket may name, and the pronouns that they may stand beside or for."""

PRONOUNS = _words("he she it they him her them his hers its their theirs this that these those we us our")
"""What a bracketed clarification (`[the child] improved`) may stand for."""

CLARIFYING = _words(
    "a an the this that these those such same said his her its their our my i e g eg ie viz cf of for in at on to by "
    "s and is are was were be sic emphasis added mine ibid note editor ed cont continued see context text "
    "patient patients child children family families parents person people participant participants subject subjects "
    "tumor tumors tumour tumours lesion lesions disease illness condition treatment treatments therapy therapies drug "
    "drugs medicine medicines medication medications study studies trial trials dose doses scan scans report reports "
    "doctor doctors clinician clinicians physician physicians team teams hospital hospitals authors author centre "
    "center clinic department unit result results finding findings test tests sample samples symptom symptoms "
    "radiotherapy chemotherapy surgery biopsy glioma dipg dmg mri"
)
"""Words that square brackets may add to a quote: they say who or what is meant, and add no fact."""

DRUG_ENDINGS = (
    "mab", "nib", "stat", "platin", "rubicin", "mide", "mustine", "taxel", "tecan", "cycline", "cillin", "azole",
    "oxacin", "mycin", "sone", "solone", "olol", "pril", "sartan", "statin", "vir", "zumab", "limus", "parib", "ciclib",
    "rafenib", "metinib", "poside", "cristine", "blastine", "setron", "prazole", "zepam", "azolam", "barbital",
    "racetam", "trexate", "citabine", "fosfamide", "degib", "idone", "dopa", "caine", "tidine", "parin", "gliptin",
    "dipine", "semide", "thiazide", "profen", "coxib", "triptan", "floxacin", "bactam", "penem", "gliflozin",
    "grastim", "azepine", "oxime", "axime", "axone", "amoxiclav",
)  # fmt: skip
DRUGS = _words(
    "temozolomide panobinostat bevacizumab dordaviprone lomustine carmustine nimustine irinotecan "
    "etoposide vincristine "
    "vinblastine vinorelbine cisplatin carboplatin oxaliplatin dexamethasone prednisone prednisolone "
    "methylprednisolone "
    "hydrocortisone nimotuzumab everolimus temsirolimus sirolimus dasatinib crizotinib erlotinib gefitinib imatinib "
    "vandetanib dabrafenib trametinib vemurafenib selumetinib paxalisib abemaciclib ribociclib palbociclib olaparib "
    "veliparib pembrolizumab nivolumab ipilimumab valproate valproic levetiracetam phenytoin carbamazepine lamotrigine "
    "ondansetron omeprazole ranitidine mannitol acetazolamide gabapentin morphine fentanyl ketamine "
    "midazolam lorazepam "
    "diazepam cotrimoxazole pentamidine thiotepa cyclophosphamide ifosfamide methotrexate cytarabine capecitabine "
    "fluorouracil gemcitabine paclitaxel docetaxel topotecan doxorubicin daunorubicin celecoxib "
    "thalidomide lenalidomide "
    "tamoxifen chloroquine metformin paracetamol acetaminophen ibuprofen aspirin heparin enoxaparin warfarin insulin "
    "tozasertib cilengitide tipifarnib savolitinib vorinostat marizomib interferon melphalan busulfan mercaptopurine "
    "hydroxyurea procarbazine dinutuximab naxitamab depatuxizumab trastuzumab rituximab cetuximab avastin "
    "temodar avapritinib"
)
NAMES_IN_CAPITALS = _words("met kit alk")
"""Genes whose names are common words unless they are written in capitals."""
SHORT_NAMES = _words(
    "h3 tp53 acvr1 pdgfra pik3ca egfr braf idh1 idh2 atrx ppm1d ezhip myc mycn cdkn2a met kit fgfr1 ntrk "
    "mgmt alk kras nras "
    "nf1 pten rb1 mdm2 hist1h3b h3f3a"
)
