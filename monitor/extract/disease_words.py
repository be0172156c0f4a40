"""The vocabulary of diseases.py, in small letters: words that name diseases, what narrows them, and what only looks like it."""

from __future__ import annotations

# Words that name a disease by themselves.
_NAMES = """
cancer cancers carcinoma carcinomas lymphoma lymphomas leukemia leukemias leukaemia leukaemias myeloma melanoma melanomas sarcoma
sarcomas glioma gliomas glioblastoma glioblastomas neuroblastoma retinoblastoma mesothelioma adenocarcinoma metastases metastasis
carcinomatosis meningitis diabetes obesity overweight asthma hypertension psoriasis arthritis eczema dermatitis migraine migraines
epilepsy seizures depression schizophrenia insomnia dementia amyloidosis fibrosis cirrhosis hepatitis colitis lupus sclerosis anemia
anaemia hemophilia haemophilia thalassemia thalassaemia neuropathy neuropathies dystrophy atrophy covid-19 influenza malaria
tuberculosis pneumonia sepsis urticaria neutropenia thrombocytopenia cardiomyopathy stroke infarction nephropathy retinopathy blindness
glaucoma endometriosis menopause osteoporosis acne alopecia vitiligo gout autism ataxia gravis spondylitis spondyloarthritis vasculitis
sarcoidosis apnea apnoea fibroids covid anaphylaxis bacteremia ischemia ischaemia duchenne
hypercholesterolemia hypercholesterolaemia chikungunya dengue ebola mpox rabies zika shingles measles polyposis parkinson's
alzheimer's crohn's huntington's scleroderma dystonia porphyria myopia presbyopia tinnitus
hypersomnia narcolepsy arrhythmia arrhythmias tachycardia palsy cholera bronchiectasis gastroparesis rosacea scabies anthrax smallpox
botulism tetanus pertussis polio varicella herpes norovirus cytomegalovirus cachexia anorexia bulimia hypotension spasticity tremor
hypogonadism hypopituitarism embolism alcoholism gonorrhea amenorrhea diarrhea diarrhoea constipation incontinence infertility nausea
vomiting cough cataract cataracts keratoconus strabismus burns concussion hemorrhage haemorrhage polyps warts wrinkles sleepiness hypoxia
haemochromatosis hemochromatosis phenylketonuria leukodystrophy rickets lipodystrophy acidosis alkalosis syphilis leprosy
"""
NAMES = frozenset(_NAMES.split())
# Words that name one only with a word before them that narrows them.
_CLASSES = """
disease diseases disorder disorders syndrome syndromes tumor tumors tumour tumours infection infections malignancy malignancies
deficiency deficiencies allergy allergies pain failure degeneration rejection injury loss bleeding inflammation
sickness fibrillation dysfunction impairment injuries fracture fractures ulcer ulcers addiction dependence withdrawal virus flashes lines
agitation arrest shock
"""
CLASSES = frozenset(_CLASSES.split())
ONLY_AFTER = {
    "failure": frozenset(["heart", "kidney", "renal", "liver", "hepatic", "respiratory"]),
    "degeneration": frozenset(["macular", "retinal", "corticobasal"]),
    "rejection": frozenset(["transplant", "graft", "organ", "antibody-mediated", "kidney"]),
    "injury": frozenset(["brain", "spinal", "cord", "kidney", "lung", "reperfusion"]),
    "loss": frozenset(["hearing", "vision", "hair", "bone"]),
    "pain": frozenset(
        ["chronic", "acute", "neuropathic", "postoperative", "post-operative", "back", "pelvic", "moderate-to-severe", "cancer", "severe"]
    ),
    "bleeding": frozenset(["menstrual", "uterine", "variceal"]),
    "sickness": frozenset(["motion", "altitude", "sleeping", "mountain", "decompression"]),
    "fibrillation": frozenset(["atrial", "ventricular"]),
    "dysfunction": frozenset(["erectile", "sexual", "mitochondrial", "endothelial", "cognitive", "gland", "ventricular"]),
    "impairment": frozenset(["cognitive", "hearing", "vision", "visual"]),
    "injuries": frozenset(["brain", "spinal", "cord", "kidney", "lung"]),
    "fracture": frozenset(["hip", "vertebral", "bone", "tibial"]),
    "fractures": frozenset(["hip", "vertebral", "bone", "tibial"]),
    "ulcer": frozenset(["foot", "gastric", "duodenal", "peptic", "venous", "leg", "pressure"]),
    "ulcers": frozenset(["foot", "gastric", "duodenal", "peptic", "venous", "leg", "pressure", "oral"]),
    "addiction": frozenset(["opioid", "alcohol", "nicotine", "cocaine", "heroin"]),
    "dependence": frozenset(["opioid", "alcohol", "nicotine", "cocaine"]),
    "withdrawal": frozenset(["opioid", "alcohol", "nicotine"]),
    "virus": frozenset(["syncytial", "immunodeficiency", "nile", "b", "c"]),
    "flashes": frozenset(["hot"]),
    "lines": frozenset(["glabellar", "frown"]),
    "agitation": frozenset(["acute", "alzheimer's", "dementia"]),
    "arrest": frozenset(["cardiac"]),
    "shock": frozenset(["septic", "cardiogenic", "anaphylactic"]),
}
# Abbreviations; they count in capitals only.
_SHORT = """
nsclc sclc aml cll dlbcl lbcl mcl mzl tnbc hcc crc nmibc mcrpc crpc hnscc gist copd als nash mash hiv rsv gvhd adhd ptsd ibd ipf dmd
attr-cm msa msa-p t1d t2d eoe cah tgct gpp hae igan fsgs escc aatd gmg nf1 tdt scd gca vte cmv bph hofh hefh mbc chd
sma mds mm rrmm sll cidp pah ckd sle mdd pbc ctcl ptcl osa mibc gbm dipg pnh itp fshd nmosd masld hfpef dme amd hiv-1 hiv-2
"""
SHORT = frozenset(_SHORT.split())
ENDINGS = (
    "itis",
    "osis",
    "oma",
    "omas",
    "emia",
    "aemia",
    "pathy",
    "pathies",
    "penia",
    "penias",
    "trophy",
    "trophies",
    "plegia",
    "uria",
    "algia",
    "blastoma",
    "edema",
    "plasia",
    "kinesia",
    "asthenia",
    "lepsy",
    "plexy",
    "eclampsia",
    "thyroidism",
    "iasis",
    "aldosteronism",
    "paresis",
    "rrhage",
    "phobia",
    "megaly",
)
# Words with such endings that are no diseases.
_NO_DISEASE = """
diagnosis prognosis hypnosis dosis osmosis mitosis aroma diploma academia apoptosis biosis sympathy empathy telepathy homeopathy chemia
media symbiosis synthesis hypothesis
"""
NO_DISEASE = frozenset(_NO_DISEASE.split())
# What follows a disease that is only a part of another name.
_NAME_OF = """
institute institutes center centers centre society research foundation network congress fund conference association federation hospital
council agency symposium summit awareness month week day moonshot act journal models mouse microenvironment business group division
"""
NAME_OF = frozenset(_NAME_OF.split())
# What follows a general word for a disease that then is only a field: cancer care, tumor types.
_FIELD = """
type types cells biology care screening portfolio pipeline franchise platform platforms specialist company biotech firm drugmaker rates
antigen antigens diagnostics diagnosis test tests testing detection markers biomarkers plan
"""
FIELD = frozenset(_FIELD.split())
GENERAL = frozenset(["cancer", "cancers", "tumor", "tumors", "tumour", "tumours", "lymphoma", "leukemia", "diabetes"])
_MEDICINES = """
drug drugs pill therapy therapies treatment medicine vaccine candidate shot injection antibody relief
"""
MEDICINES = frozenset(_MEDICINES.split())
BY_MEDICINE = frozenset(["pain", "allergy", "infection", "inflammation"])  # of these a medicine is one for the disease: pain drug
WITH_LETTERS = frozenset(["hemophilia", "haemophilia", "hepatitis", "influenza"])
# What may stand before a disease and narrows it: organs, cells, kinds, stages, targets.
_NARROWING = """
lung breast kidney liver prostate bladder head neck brain skin thyroid blood bone marrow lymph node stomach colon bowel bile duct tract
eye heart muscle nerve spine spinal cord solid cell small non-small large b-cell t-cell nk-cell mantle marginal zone diffuse hodgkin
non-hodgkin multiple smoldering smouldering high-grade low-grade grade soft tissue germ body type stage rare light chain food peanut
graft-versus-host duchenne sickle macular retinal retinitis autoimmune inflammatory ulcerative atopic plaque cystic arterial muscular
use alcohol opioid substance disorder dry wet age-related pediatric paediatric childhood juvenile adult-onset late-onset infant hormone
growth factor enzyme acid storage lysosomal immune iron vitamin hair hearing vision binge eating post-traumatic stress aggressive
indolent resistant exon uveal hcc nsclc crc egfr her2 her2- hr+ her2+ hr er+ kras braf alk ros1 ret nrg1 met brca braf-mutant idh1 flt3
npm1 cd19 cd20 cd5 bcma al attr aat iga c3 alpha-1 antitrypsin complement igg4 hpv hbv hcv rsv csf cns gastric/gej gej esophagogastric
gastroesophageal junction jet lag motion foot frown hot motor neuron minimal change lupus myasthenia stem transplant urinary epithelial
fusion-positive invasive i ii iii iv or
atypical teratoid rhabdoid nonsquamous non-squamous uncontrolled squamous periodontal renal anal nasal basal axial viral nodal focal
vulvar ovarian biliary virus relapsed refractory relapsed/refractory r/r recurrent advanced metastatic unresectable resectable resected
locally severe moderate mild chronic acute active first-line second-line third-line frontline front-line 1l 2l early early-stage
late-stage end-stage symptomatic newly diagnosed treated previously untreated persistent progressive mutant mutated high-risk low-risk
intermediate adjuvant heavily pretreated moderate-to-severe compensated castration-resistant postmenopausal inherited congenital
scalp depressive obstructive sleep complicated uncomplicated uterine transthyretin left right brca1/2 brca1 brca2 exon pik3ca esr1
npm1-mutated
hypoplastic nervous system beta gamma delta castration hormone-sensitive clear extensive limited geographic
ankylosing generalized generalised non-small-cell small-cell neuroendocrine
"""
NARROWING = frozenset(_NARROWING.split())
_NARROWING_PARTS = """
positive negative mutated mutant sensitive resistant refractory line risk driven associated altered expressing deficient dependent
related treated  onset rearranged amplified infected naive stage grade high low invasive specific exposed null linked free mediated
induced
"""
NARROWING_ENDINGS = tuple(f"-{part}" for part in _NARROWING_PARTS.split())
ADJECTIVE_ENDINGS = (
    "ic",
    "al",
    "ar",
    "ous",
    "oid",
    "eal",
    "ary",
    "cellular",
    "blastic",
    "cytic",
    "ative",
    "ithelial",
    "nomous",
    "omal",
    "ian",
    "erative",
)
_PEOPLE_OF = """
crohn's parkinson's alzheimer's huntington's hodgkin's graves addison's cushing's sjogren's peyronie's fabry gaucher pompe stargardt
menkes prader-willi angelman rett dravet lennox-gastaut kawasaki still's hunter hurler sanfilippo batten krabbe niemann-pick tay-sachs
usher alport bardet-biedl noonan marfan turner tourette chagas lyme meniere's guillain-barre lambert-eaton charcot-marie-tooth
hashimoto's castleman erdheim-chester gorlin netherton danon wolman fanconi diamond-blackfan glanzmann willebrand hippel-lindau leber
leber's morquio barth leigh alagille
"""
NAMED_AFTER = frozenset(_PEOPLE_OF.split()) | {
    "behcet's",
    "barrett's",
    "merkel",
    "ewing",
    "burkitt",
    "waldenstrom",
    "waldenstrom's",
    "wilson",
    "wilson's",
}
# Adjectives of everyday language that narrow nothing.
_NOT_NARROWING = """
clinical potential additional novel real final global pivotal oral topical critical medical technical special several commercial natural
general exceptional pharmaceutical biological dual total annual physical digital international national federal regional strategic
historic public academic basic electronic automatic magic topic fantastic dramatic scientific logic terrific therapeutic optimal
experimental investigational particular similar popular regular primary secondary library contrary necessary january february customary
proprietary subsidiary australian canadian european russian italian indian asian brazilian previous various serious famous precious
alternative innovative effective exclusive massive creative combination conditional traditional functional original promising key trial
approval renewal arrival deal appeal meal goal ideal personal individual hospital journal signal animal capital formal minimal initial
preventive derivative dose-dependent next-generation immunotherapeutic pre-clinical preclinical statistical transformational educational
virtual antiviral antibacterial antifungal antibiotic
"""
NOT_NARROWING = frozenset(_NOT_NARROWING.split())
COUNTED = frozenset(
    ["type", "exon", "stage", "grade", "group", "clade", "class", "genotype"]
)  # words that a figure goes with: type 1 diabetes
_VAGUE = """
rare severe chronic acute advanced early treated active other new residual minimal critical clinical common related pediatric paediatric
"""
VAGUE = frozenset(_VAGUE.split())
KEPT = frozenset(("or", "and", "to", "primary"))  # "relapsed or refractory", "lung and thyroid": kept between two narrowing words
