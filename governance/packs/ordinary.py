"""Word lists for taking names out: ordinary words, names that are ordinary words, words a person should look at."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Titles before a name; never a name by themselves.
TITLES = _set("mr mrs ms miss dr doctor prof professor sir dame rev mx")

#: First and last names that are ordinary English words: taken out only where they are written like a name.
NAME_WORDS = _set(
    """
    abbey amber angel april art august autumn baker bell berry bill bishop black bloom blue bob bond book bridge bright
    brook brown buck bush butcher butler carter case chance charity chase christian church clay cliff coach cook cooper
    crystal dale dawn day dean dove drew duke earl east faith field fisher flower forest fox frank frost gay gene glen
    gold grace grant gray green grey guy hall hardy harmony hart hazel heath heather hill holly hope hunt hunter iris
    ivy jack jade jasmine jewel joy king knight lane law lee lily little long love lucky marsh mark marks mason may
    melody mercy miles mill miller moon moss north norm nurse olive page park parks parsons patience pearl penny pepper
    pet pierce pike pond poole pope porter potter pratt price prudence rain ray read reader red reed reeve rich ring
    river rivers rob robin rock rose rosemary rowe ruby sage sally sandy savage scarlet shaw shepherd short silver sky
    skye small smart smith snow south spring star stone story strong sue summer summers swan sweet tanner taylor terry
    theme thorn tucker turner tyler underwood victor violet wade walker wall ward waters webb west wheeler white will
    winter wise wood woods worker young
    """
)

#: Letters that are written large without full stops and are nobody's initials; lower case, as everything here.
ABBREVIATIONS = _set(
    """
    ad am asc ba bm bp bsl ccg cd cpr cqc dbs dhsc dn dnr dob dols dpa dsl dvla eap ed ehcp er fm fy gdpr gp hca hr hse
    icb ico id imca it iv la lado lps ltd ma mar mca md meds mha mp msp na nhs ni nok nvq ok ot pa pc phb pe pe peg pm
    csv hcpc iso kloe nmc pdf po ppe pr prn ps qa ra rcn rm rn sar sb slt sos tv uk usa utc uti vat
    """
)

#: Words that stand with a capital letter without being anybody's name.
ORDINARY = _set(
    """
    a about above act action actions adult adults advocate after again agency all alone also always am an and any april
    are area as ask at attempt audit august aunt authority bank be because been before board brother but by call came
    capacity care carer carers case cases certificate change charity check child children chronology clock code colleague
    commission commissioner community competence concern condition conflict consent considered control controls council
    court cqc daughter day dbs deputy detail director disclosure district doctor dols duties duty each effect emergency
    english england e-learning everyone evidence executive external f1 f2 f3 f4 f5 fact failure family father february
    find found friday friend from full gap gaps gp grandson had has have he head health her him his home homes hospital
    house hr human husband i icb if in incident independent inspector integrated investigation is it its january july
    june know lasting law lead learning level levels liberty local london lone longest managed management manager march
    may mca me measure mental met monday month mother my national neighbour nhs niece nephew no none nominated north not
    note november nurse observation october of officer on once only open opinion or other our outcome outside pack
    partner peers person personal persons phone plan planned police policy practice present prison process protection
    provider public q1 q2 quality question quote re-audit record records redacted referral registered reply report
    representative resources response restriction review reviews riddor right risk risks role rota rule rules safe
    safeguarding safety saturday scenario scheme school section senior september service services she shift sister
    social solicitor some somebody son south staff standard state statement step stepfather stepmother sunday supervised
    supervision supervisor support supported supporter task tasks team test tests that the their them then there they
    this three thursday time to told training trust tuesday two uncle under union unit until up upper us vulnerable was
    we wednesday week weekly weeks well were what when where which who why wife with witness work worker workers working
    worked yes you your december act's mum dad gran nan grandma grandad grandmother grandfather british england's email
    e-mail assessor coach control's aware barring disclosure first second third fourth fifth four five six seven eight nine
    ten bruising bruises nobody everybody anybody someone anyone no-one mon tue wed thu fri sat sun jan feb mar apr jun
    jul aug sep sept oct nov dec
    """
)

#: Words that speak of somebody's health or union membership: shown to the person who checks, never taken out alone.
SENSITIVE = _set(
    """
    sick sickness illness ill depression depressed anxiety anxious stress pregnant pregnancy maternity disabled
    disability dyslexia dyslexic autism autistic adhd diagnosis medication cancer diabetes epilepsy surgery counselling
    therapy menopause miscarriage bereavement alcohol addiction grievance unison gmb tribunal acas occupational
    """
)
