"""Words of clinical English that one letter turns into another word of it, so that a difference of one letter between
them is no typing error. Words of up to five letters are not listed: there a changed letter is never let pass."""

from __future__ import annotations

_PAIRS = """
    abduct adduct; abducted adducted; abduction adduction; absent assent; action auction; adapted adopted;
    addiction addition; adverse averse; affect effect; affected effected; alteration altercation; amylase amylose;
    angles ankles; arteritis arthritis; attached attacked; badder bladder; better bitter; bleeding breeding;
    breach breath; bromide bromine; callous callus; cancel cancer; center centre; chance change; chances changes;
    chloride chlorine; cleaned cleared; clonic colonic; clinic clonic; coarse course; commuted computed;
    compete complete; competed completed; complaint compliant; complement compliment; confirm conform;
    confirmed conformed; consent content; contact contract; contacts contracts; contract contrast; cortisol cortisone;
    decade decide; decayed delayed; defect detect; defected detected; dilated diluted; dilation dilution;
    discreet discrete; dispensed dispersed; displaced displayed; dosing dozing; drinks drunks; dysphagia dysphasia;
    dysphagic dysphasic; eternal external; evacuation evaluation; evacuated evaluated; expanded expended;
    expended extended; expanded extended; facial fascial; faction fraction; failed foiled; failing falling;
    farther father; father further; feeding feeling; felled filled; fluoride fluorine; founder funder; generic genetic;
    grades grapes; graded grated; grafts grants; headed healed; healed heated; healing hearing; hearing heating;
    hearing heaving; ileum ilium; incubated intubated; incubation intubation; induced inducted; infect inject;
    infected injected; infecting injecting; infection injection; infections injections; infections infectious;
    inferred inserted; infernal internal; ingestion injection; inhabit inhibit; inhabits inhibits; insulin inulin;
    intensify intensity; internal interval; iodide iodine; lability liability; lactase lactate; lateral literal;
    latent latest; legion lesion; lesion lesson; lesions lessons; likely lively; locking looking; lumbar lumber;
    marrow morrow; massage message; material maternal; medial median; medial medical; median medical;
    mediation medication; medication meditation; miosis mitosis; month mouth; months mouths; morality mortality;
    morning mourning; mucous mucus; nearby nearly; necrosis neurosis; neural neutral; neuron neutron; nitrate nitrite;
    nitrates nitrites; overdone overdose; painted pointed; palate palace; parent patent; patent patient;
    patents patients; perfusion profusion; perineal peroneal; phosphate phosphite; photon proton; photons protons;
    placed played; planned planted; plantar planter; plaster platter; pleural plural; portion potion;
    prescribe proscribe; prescribed proscribed; present prevent; presented prevented; presenting preventing;
    presents prevents; processed professed; produces products; project protect; projected protected;
    prostate prostrate; qualify quality; radial radical; raised rained; raising rising; reached reacted;
    recover remover; rectal rental; reference reverence; reflex reflux; regain remain; regained remained;
    regained retained; regression repression; rejected resected; rejection resection; related relaxed;
    related relayed; remain retain; remained retained; remains retains; remote remove; repeat repent; report resort;
    reported resorted; resectable respectable; residue reside; resolved revolved; resolved resolves; sample simple;
    section suction; sedation sedition; sensor senior; setting sitting; shallow swallow; simulated stimulated;
    simulation stimulation; soluble voluble; spared spaced; spelling swelling; spinal spiral; splint sprint;
    stable staple; stable stables; staged stayed; stained strained; started stated; started stared; starting stating;
    stated stayed; stepped stopped; stocked stopped; stooped stopped; sulfate sulfite; sulphate sulphite;
    tablet tables; tampered tapered; tasted tested; tasting testing; thirsty thirty; thorough through;
    through trough; though through; threat throat; topical typical; tracing trading; trails trials; treading treating;
    tripled tripped; ureteral urethral; vaccination vacation; values valves; verses versus; vesical vesicle;
    aphagia aphasia; confusion contusion; hematoma hepatoma; emission remission; ejection rejection;
    resected respected;
    seated sedated; taking talking; halted halved; ceased eased; tracheostomy tracheotomy;
    ventriculostomy ventriculotomy;
    gastrostomy gastrotomy; thoracostomy thoracotomy; chloride chlorite; cysteine cystine; casual causal;
    elective selective; topical tropical; necrotic neurotic; regressed repressed; consented contented; scared scarred;
    raised razed; shallowing swallowing;
    voicing voiding; waking walking; wanted wasted; wanting wasting; weakly weekly; weaning wearing; weighed weighted;
    withheld withhold; worded worked
"""
CONFUSABLE: frozenset[frozenset[str]] = frozenset(frozenset(pair.split()) for pair in _PAIRS.split(";"))
SHORT = 5
"""Letters of a word up to which only a letter doubled, halved or exchanged with its neighbour is a typing error."""
