"""The turns of phrase by which an answer abstains, refuses or reports a conflict, as patterns over folded text.

Folded text is lower case with single spaces and straight quotes (`evaluator.normalize.fold`). Every repetition is
bounded, so that matching stays linear. V4 has its own, shorter lists: they are data of that protocol.
"""

from __future__ import annotations

import re


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in patterns))


_TEXT = (
    r"(?:context|text|passages?|documents?|reports?|letters?|notes?|sources?|excerpts?|abstract|article|protocol|"
    r"guideline|paper|records?|summary|material|information|charts?|tables?|sections?|newsletter|leaflet|booklet|form|"
    r"log|message|minutes|pages?|plan|card|diary|sheet|entry|entries|file|study|publication|transcript|correspondence)"
)
_OF_TEXT = rf"(?:(?:provided|given|above|supplied|available|clinical|same|present) )?{_TEXT}"
_NOT = r"(?:not|n't|never)"
_DOES_NOT = r"(?:do|does|did) ?(?:not|n't)"
_HOW = (
    r"(?:(?:explicitly|specifically|directly|clearly|actually|further|anywhere|ever|been|being|be|separately|"
    r"precisely|exactly|currently|itself|also) ){0,2}"
)
_CANNOT = r"(?:cannot|can not|can't|could not|couldn't)"
_UNABLE = rf"(?:{_CANNOT}|(?:am|are|is|was|were) (?:unable|not able) to|(?:not|n't) able to|unable to)"
_FIND_OUT = (
    r"(?:answer|determine|establish|ascertain|infer|conclude|deduce|derive|calculate|say|tell|know|state|identify|"
    r"find|confirm|specify|give an answer|provide an answer|give a definitive answer|provide a definitive answer)"
)
_FOUND_OUT = (
    r"(?:answered|determined|established|ascertained|inferred|concluded|deduced|derived|calculated|stated|said|"
    r"confirmed|identified|found|known|given|provided)"
)
_TELL = (
    r"(?:contain|mention|provide|state|specify|say|give|report|include|discuss|describe|indicate|address|list|"
    r"record|document|disclose|name|identify|note|tell|cover|answer|supply|offer|define|clarify|explain|quantify|"
    r"detail|refer to|speak of|comment on|touch on|reveal|have|hold)"
)
_TOLD = (
    r"(?:mentioned|stated|specified|discussed|provided|addressed|disclosed|described|reported|recorded|documented|"
    r"listed|detailed|quoted|spelled out)"
)
_WEAKLY_TOLD = (
    r"(?:given|found|included|available|indicated|noted|known|shown|present|identified|covered|answered|defined)"
)
_KNOWLEDGE = r"(?:information|mention|details?|data|figures?|statement|answer)"

_ASKED = (
    r"(?:reasons?|results?|values?|figures?|numbers?|dates?|age|status|rates?|schedules?|rules?|explanations?|details?|"
    r"information|dos(?:e|es|age)|fractionation|days?|times?|names?|cause|outcome|findings?)"
)

ABSTENTION = _words(
    rf"{_TEXT} (?:\w+ ){{0,5}}{_DOES_NOT} {_HOW}{_TELL}",
    rf"(?:it|they|there) {_DOES_NOT} {_HOW}(?:mention|say|state|specify)",
    rf"{_DOES_NOT} {_HOW}(?:mention|state|specify)",
    rf"(?:trial|study|authors?|investigators) {_DOES_NOT} {_HOW}(?:report|provide|describe|discuss|give)",
    rf"{_NOT} {_HOW}{_TOLD}(?! otherwise)",
    rf"{_NOT} {_HOW}{_WEAKLY_TOLD} (?:anywhere )?(?:in|by|from|within) (?:the|this|that|any) {_OF_TEXT}",
    rf"(?:i|we|one|you|it|{_TEXT}) (?:\w+ )?{_UNABLE} (?:be used to |help to )?{_FIND_OUT}",
    rf"(?:{_CANNOT}|could never) be {_HOW}{_FOUND_OUT}",
    rf"(?:unable|not possible|impossible) to {_FIND_OUT}",
    rf"no (?:\w+ )?{_KNOWLEDGE} (?:is|are|was|were|of|about|on|regarding|concerning|as to|for|that|to|in|here|given)",
    rf"(?:gives?|provides?|contains?|has|have|offers?|includes?|holds?|makes?|with) no (?:\w+ ){{0,2}}{_KNOWLEDGE}",
    rf"(?:the )?(?:\w+ )?{_KNOWLEDGE} (?:is|are|was|were) (?:missing|absent|lacking|unavailable|not available|"
    r"insufficient|incomplete)",
    rf"(?:lacks?|lacking|omits?) (?:\w+ ){{0,3}}{_KNOWLEDGE}",
    rf"{_TEXT} (?:\w+ ){{0,3}}(?:is|are|remains?) silent",
    rf"{_TEXT} (?:\w+ ){{0,5}}(?:gives?|provides?|mentions?|names?|offers?|specif(?:y|ies)) no\b(?! known)",
    rf"{_TEXT} (?:\w+ ){{0,5}}(?:contains?|holds?|includes?|states?|has|have) no (?:\w+ ){{0,3}}{_ASKED}",
    r"(?:we|you|one|the reader|readers) (?:are|is) (?:not|never) told",
    r"(?:is|are|was|were|remains?) not yet (?:available|known|reported|back|decided|given)",
    rf"{_NOT} {_HOW}{_WEAKLY_TOLD} here",
    r"not (?:say )?(?:when|why|how|which|where|who|what)(?=[.,;!]|$)",
    r"(?:leaves?|left) (?:this|it|that|the question|the matter) open|neither yes nor no",
    r"(?:is|are|remains?|is left) (?:an )?open(?: question)?(?: (?:in|by) (?:the|this))",
    r"no way (?:to|of) (?:tell|know|say|telling|knowing|saying)|there is no telling",
    rf"(?:is|are) (?:not|nowhere) (?:to be )?found (?:in|anywhere in) (?:the|this) {_OF_TEXT}",
    rf"(?:is|are) (?:not|nowhere) in (?:the|this) {_OF_TEXT}",
    rf"{_DOES_NOT} appear (?:anywhere )?in (?:the|this) {_OF_TEXT}",
    rf"no (?:\w+ ){{1,7}}(?:is|are|was|were|has been|have been) {_HOW}"
    r"(?:mentioned|stated|specified|provided|disclosed|quoted|spelled out|named)",
    rf"no (?:\w+ )?{_ASKED} (?:\w+ ){{0,6}}(?:is|are|was|were|has been) {_HOW}(?:given|recorded|reported|available)",
    r"nothing (?:is|was|has been) (?:said|stated|mentioned|given|told|written|recorded|reported)",
    rf"neither (?:\w+ ){{1,6}}nor (?:\w+ ){{1,6}}(?:is|are|was|were) {_HOW}"
    r"(?:mentioned|stated|specified|provided|given|named|quoted|recorded)",
    rf"(?:is|are|was|were) (?:left out|omitted|missing|cut off|absent|not included|not reproduced) (?:of|from|in) "
    rf"(?:the|this|that) {_OF_TEXT}",
    r"(?:is|are|was|were) not (?:known|given|clear|evident|apparent) from (?:it|this|that|them|here)",
    rf"{_DOES_NOT} {_HOW}(?:say|state|mention|specify|tell|explain|indicate|reveal|record|disclose)(?: us)? "
    r"(?:why|whether|how|what|which|when|where|who|if|the reason)",
    rf"{_ASKED} (?:\w+ ){{0,6}}(?:is|are|was|were) (?:missing|unknown|unstated|unspecified|not known)",
    rf"{_TEXT} (?:\w+ ){{0,3}}says? nothing",
    r"(?:not enough|insufficient|not sufficient|inadequate) (?:\w+ )?(?:information|details?|context)",
    rf"(?:not enough|insufficient) data to {_FIND_OUT}",
    r"i (?:do not|don't|did not|didn't) (?:really )?know",
    r"i (?:do not|don't) have (?:enough |sufficient |any |the |that |such )?(?:information|details?|data|context)",
    r"(?:is|are|remains?|was) (?:unknown|unstated|unspecified|unreported) (?:in|from|based on|within) (?:the|this)",
    r"(?:unanswerable|missing information)",
)
BARE_ABSTENTION = re.compile(
    r"(?:(?:the )?answer(?: is)?:? )?(?:this is |it is |is )?(?:"
    rf"not {_HOW}(?:{_TOLD}|{_WEAKLY_TOLD})|unknown|unspecified|unstated|unanswerable|undetermined|n/?a|"
    rf"no answer|none given|none stated|cannot (?:answer|say|tell|determine)|not determinable|"
    r"(?:no|insufficient|not enough) (?:information|data|details?|context|proof)(?: available| given)?"
    r")[.! ]{0,3}"
)

REFUSAL = _words(
    r"as an? (?:large )?(?:ai|artificial intelligence|language model)",
    rf"(?:i|we) {_UNABLE} (?:\w+ ){{0,2}}?(?:help|assist|advise|give|offer|provide|recommend|comply|discuss|diagnose|"
    r"prescribe|share|engage|fulfil|fulfill|continue|respond|do (?:that|this))",
    r"(?:i|we) (?:will not|won't|must decline|decline|refuse|have to decline|prefer not to)",
    r"i (?:do not|don't) have access",
    r"(?:my|our|usage|content|company|safety) (?:policy|policies|guidelines|rules) "
    r"(?:prohibits?|forbids?|prevents?|do not allow|does not allow)",
    r"policy prohibits (?:me|us|this)",
    r"not (?:a|your) (?:doctor|physician|medical professional|clinician)",
)
SOFT_REFUSAL = _words(
    r"(?:i'm|i am|we're|we are|so|very) sorry(?! to (?:say|tell|report|inform))",
    r"i (?:do )?apologi[sz]e",
    r"my apologies",
    r"(?<!.)sorry",
)
REFERRAL = _words(
    r"(?:please |you should |should )?(?:consult|contact|ask|speak (?:to|with)|refer to|see) (?:\w+ ){0,4}"
    r"(?:doctor|physician|oncologist|clinician|specialist|team|professionals?|provider|literature|protocol)",
    r"seek (?:\w+ ){0,2}(?:advice|help|attention)",
)

CONFLICT = _words(
    r"conflict(?:s|ed|ing)?(?! of interests?\b)",
    r"contradict(?:s|ed|ing|ory|ions?)?",
    r"disagree(?:s|d|ing|ments?)?",
    r"discrepan(?:t|cy|cies)",
    r"inconsistenc(?:y|ies)",
    r"(?:inconsistent|inconsistently|incompatible)(?! with\b)",
    rf"(?:inconsistent|incompatible) with (?:\w+ ){{0,3}}{_TEXT}",
    r"irreconcilable|at odds|diverg(?:e|es|ing|ent)",
    rf"{_TEXT} (?:\w+ ){{0,3}}differ",
    r"(?:do|does|did) ?(?:not|n't) (?:agree|match|tally|concur)",
    r"different (?:\w+ ){1,3}(?:is|are|was|were) (?:given|stated|reported|recorded|documented)",
    r"(?:gives?|states?|reports?|records?|provides?) (?:two )?(?:different|differing|varying) \w+",
)
CONTRAST = _words(
    r"but|whereas|while|although|though|however|on the other hand|in contrast|by contrast|versus|as opposed to|unlike",
    r"(?:one|the first|the former|another)\b.{0,80}\b(?:the other|the second|the latter)",
    r"(?:cannot|can't) be (?:settled|reconciled|resolved)",
    r"at variance|not consistent|mismatch(?:ed)?|(?:cannot|can't) both|(?:unclear|not clear|uncertain|open) which",
    r"depending on|(?:two|different|differing) (?:\w+ )?(?:versions?|answers?|statements?|values?|figures?|accounts?)",
)
ATTRIBUTION = re.compile(
    rf"\b{_TEXT} (?:\w+ ){{0,4}}(?:says?|states?|gives?|reports?|records?|names?|lists?|describes?|concludes?|enters?|"
    r"requires?|has|puts?|notes?|denies|den(?:y|ied)|shows?)\b|\baccording to \w+|\b(?:in|by) (?:the|its) (?:\w+ ){0,2}"
    + _TEXT
    + r"\b"
)
"""Who says what: two of them set two statements apart."""
NO_CONFLICT_BEFORE = re.compile(
    r"\b(?:no|not|n't|without|never|neither|nor|free of|absence of|lack of|nothing|any|resolv\w+|reconcil\w+)"
    r"(?: (?!and\b|but\b|or\b)\w+){0,3} ?$"
)
CONFLICT_AFTER_NOT = re.compile(r"(?:do|does|did) ?(?:not|n't)")
"""A conflict phrase that holds its own "not" ("do not agree") needs no check for a negation before it."""

HELD_BACK = _words(
    r"only|just|merely|solely|instead|rather",
    r"(?:will|is|are) (?:still )?to (?:follow|come|be sent|arrive)|(?:is|are) referred to|pending|awaited|outstanding",
    rf"(?:{_TEXT}|it) (?:\w+ ){{0,3}}(?:mentions?|describes?|discuss(?:es)?|focus(?:es)?|concerns?|covers?|is about|"
    r"are about|deals?|reports?|refers?|speaks?|states?|gives?|provides?)",
    r"would (?:need|be needed|be required|require)|(?:is|are) (?:needed|required)|(?:further|more|additional) "
    r"(?:information|details?|context|data|source)",
    r"(?:therefore|thus|hence|so|consequently|accordingly)$",
    r"(?:based on|according to|from|given|in|within) (?:the|this|that) " + _OF_TEXT + "$",
    r"(?:i|we) (?:cannot|can't|can not) (?:guess|speculate|assume)|(?:guess|speculat|assum)\w*",
    r"(?:the )?question (?:is|remains|asks|was)",
)
"""A clause beside an abstention that only says what the source does hold, or what would be needed."""

GIVEN_REASON = re.compile(r"(?:as|because|since|for) ")
"""A clause that says why the source does not hold it, where it states no number and no knowledge of its own."""

OWN_KNOWLEDGE = _words(
    r"however|but|nevertheless|nonetheless|still",
    r"standard|typical(?:ly)?|usual(?:ly)?|general(?:ly)?|common(?:ly)?|normal(?:ly)?|customar\w+|conventional\w*",
    r"likely|probably|presumably|possibly|perhaps|estimated?|approximately|roughly|about|around",
    r"i (?:would|think|believe|suggest|assume|know)|it is known|known to be|it (?:may|might|could|would|should) be",
    r"the answer is|my answer|recommended?|in practice|from (?:my|general) knowledge|literature",
)
"""Words with which an answer goes on from "the text does not say" to what it says all the same."""

ASSERTION = _words(
    r"is|are|was|were|be|been|has|have|had|will|would|should|may|might|could|must|can",
    r"receiv\w+|showed|shows|increased?|decreased?|improv\w+|gave|gives|given|took|takes|started|stopped|used|uses",
    r"yes|no",
)
"""A verb, without which a stretch of text between two commas is only part of a list."""

CLAUSE_END = re.compile(
    r"[.!?](?= |$)|[;:]|(?<!however)(?<!nevertheless)(?<!nonetheless), | - "
    r"| (?=(?:but|however|although|though|yet|nevertheless|whereas)\b)"
)
