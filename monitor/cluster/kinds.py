"""What the types mean for sameness: which may be one event under two names, how long an event is told, what stands for its stage."""

from __future__ import annotations

from itertools import combinations

# Types that outlets use for one and the same thing. Whatever is not here, and is not the same type, is never the same event:
# an approval is not its recommendation or its filing, a purchase agreed is not a purchase closed.
INTERCHANGEABLE = frozenset(
    frozenset(pair)
    for group in (
        ("licensing", "partnership", "option_exercise"),
        ("licensing", "asset_sale"),
        ("partnership", "manufacturing"),
        ("acquisition", "asset_sale"),
        ("acquisition", "spin_off"),
        ("approval", "label_update"),
        ("approval", "product_launch"),
        ("trial_readout", "data_presentation"),
        ("deal_termination", "trial_stopped"),
        ("deal_termination", "litigation_outcome"),  # an award that ends a licence
        ("clinical_hold", "trial_stopped", "regulatory_update"),
        ("application_withdrawn", "product_discontinued", "safety_action"),
        ("safety_action", "label_update"),
        ("grant", "financing"),
        ("restructuring", "manufacturing"),
        ("restructuring", "trial_stopped"),
        ("regulatory_update", "review_extension"),
    )
    for pair in combinations(group, 2)
)

# Types that outlets mix up where money changes hands: one company and one sum on one day are one event whatever it is called.
SUMS = frozenset({"acquisition", "asset_sale", "licensing", "partnership", "financing", "grant", "manufacturing", "spin_off"})
ATTACHES = ""  # the type of a report that says nothing that counts by itself: it may join an event, and makes none

# Families of types that may be one event: reports that share none are never even compared. Most types are a family of their own.
FAMILIES = {
    "licensing": ("rights",), "partnership": ("rights",), "option_exercise": ("rights",), "asset_sale": ("rights", "purchase"),
    "acquisition": ("purchase",), "spin_off": ("purchase",), "manufacturing": ("rights", "sites"), "restructuring": ("sites", "end"),
    "trial_stopped": ("end",), "deal_termination": ("end",), "litigation_outcome": ("end",), "clinical_hold": ("end",),
    "regulatory_update": ("end", "review"),
    "review_extension": ("review",), "approval": ("label",), "product_launch": ("label",),
    "label_update": ("label", "safety"), "safety_action": ("safety",),
    "application_withdrawn": ("safety",), "product_discontinued": ("safety",), "trial_readout": ("data",), "data_presentation": ("data",),
    "grant": ("money",), "financing": ("money",),
}  # fmt: skip

# Days within which outlets tell one event: without a date in the text, and when everything that tells events apart agrees.
WINDOWS = {
    "approval": (10, 45), "label_update": (10, 45), "safety_action": (14, 80), "regulatory_rejection": (10, 45),
    "regulatory_recommendation": (7, 30), "adcom_outcome": (7, 30), "filing_submitted": (7, 30), "filing_accepted": (7, 30),
    "review_extension": (7, 30), "application_withdrawn": (10, 45), "regulatory_update": (7, 30), "designation": (7, 45),
    "ind_clearance": (7, 30), "clinical_hold": (7, 30), "trial_readout": (7, 14), "data_presentation": (5, 10), "trial_start": (7, 30),
    "trial_stopped": (7, 30), "acquisition": (10, 300), "acquisition_completed": (10, 400), "licensing": (7, 45), "partnership": (7, 45),
    "option_exercise": (7, 60), "asset_sale": (10, 120), "deal_termination": (7, 60), "financing": (4, 8), "grant": (7, 30),
    "spin_off": (10, 120), "corporate_rename": (14, 400), "restructuring": (7, 30), "bankruptcy": (10, 120), "litigation_outcome": (7, 30),
    "product_discontinued": (10, 60), "product_launch": (7, 45), "manufacturing": (7, 30), "reimbursement": (10, 45),
}  # fmt: skip
OTHER = (4, 8)

# What one company is hardly told to do twice on one day.
_SELDOM = """
approval regulatory_rejection acquisition acquisition_completed designation review_extension adcom_outcome application_withdrawn
filing_accepted spin_off corporate_rename bankruptcy restructuring reimbursement option_exercise asset_sale regulatory_update
trial_stopped deal_termination ind_clearance clinical_hold product_discontinued
"""
SELDOM = frozenset(_SELDOM.split())
SAME_DAY_ONLY = frozenset({frozenset({"approval", "product_launch"})})  # a medicine reaches the market on the day, or launches later

# Stages of one type that are different events, whatever else agrees.
APART = (
    {"imposed", "lifted"}, {"partial", "lifted"}, {"CRL", "refuse_to_file"}, {"boxed_warning_requested", "boxed_warning_required"},
    {"investigation", "boxed_warning_required"}, {"investigation", "boxed_warning_requested"}, {"rems_removed", "investigation"},
    {"rems_removed", "boxed_warning_requested"}, {"rems_removed", "boxed_warning_required"}, {"rems_removed", "recall"},
    {"proposed", "priced"}, {"proposed", "closed"}, {"priced", "closed"}, {"announced", "closed"}, {"application", "product_withdrawal"},
    {"positive", "negative"}, {"draft", "final"},
)  # fmt: skip

_DEALS = """
licensing partnership option_exercise asset_sale acquisition acquisition_completed deal_termination spin_off grant financing
corporate_rename restructuring bankruptcy manufacturing
"""
DEALS = frozenset(_DEALS.split())
ABOUT_A_CLASS = frozenset({"safety_action", "label_update"})
CLINICAL = frozenset({"trial_readout", "data_presentation", "trial_start", "trial_stopped", "ind_clearance", "clinical_hold"})
GETS = frozenset({"acquirer", "licensee", "buyer", "new_company", "new_name"})
GIVES = frozenset({"target", "licensor", "seller", "parent", "old_name"})


def families(type_: str) -> tuple[str, ...]:
    """The families of a type: reports must share one to be compared."""
    return FAMILIES.get(type_, (type_,))


def compatible(one: str, other: str) -> bool:
    """Whether two types may name one event."""
    return one == other or ATTACHES in (one, other) or frozenset({one, other}) in INTERCHANGEABLE


def apart(one: str | None, other: str | None) -> bool:
    """Whether two stages of one type are two events."""
    return one is not None and other is not None and one != other and {one, other} in APART


def reaches(family: str, type_: str) -> tuple[int, int]:
    """How many days apart two reports of a family may be, as `window`; the same for every type of the family."""
    usual, longest = WINDOWS.get(type_, OTHER)
    for other, own in FAMILIES.items():
        if family in own:
            usual, longest = max(usual, WINDOWS[other][0]), max(longest, WINDOWS[other][1])
    return usual, longest


def window(one: str, other: str) -> tuple[int, int]:
    """Within how many days: usually, and when everything agrees."""
    if frozenset({one, other}) in SAME_DAY_ONLY:
        return 1, 1
    first, second = WINDOWS.get(one, OTHER), WINDOWS.get(other, OTHER)
    return max(first[0], second[0]), max(first[1], second[1])
