"""Selections that more than one model uses; keys are stored, labels are translated where a field uses them."""

# Common European Framework of Reference for Languages, preceded by "none" and closed by "native".
CEFR_LEVELS = [
    ('0_none', "No knowledge"),
    ('1_a1', "A1"),
    ('2_a2', "A2"),
    ('3_b1', "B1"),
    ('4_b2', "B2"),
    ('5_c1', "C1"),
    ('6_c2', "C2"),
    ('7_native', "Native"),
]

# The same as what is asked for: nobody asks for no knowledge.
REQUIRED_CEFR_LEVELS = [('0_none', "No requirement"), *CEFR_LEVELS[1:]]

# Role of an agency towards employers; it decides whether a visit is a joint one.
AGENCY_ROLES = [
    ('economic_development', "Economic development"),
    ('job_centre', "Job centre"),
    ('migration_centre', "Migration centre"),
    ('immigration_office', "Immigration office"),
    ('municipality', "Municipality"),
    ('chamber', "Chamber"),
    ('other', "Other"),
]

SIZE_CLASSES = [
    ('1_9', "1–9 employees"),
    ('10_49', "10–49 employees"),
    ('50_249', "50–249 employees"),
    ('250_plus', "250 and more employees"),
]

# Kinds of public register that German local courts keep (§ 374 FamFG).
REGISTER_KINDS = [('HRA', "HRA"), ('HRB', "HRB"), ('GnR', "GnR"), ('VR', "VR"), ('PR', "PR"), ('GsR', "GsR")]

# Milestones of the outreach pipeline in their order.
MILESTONES = [
    ('identified', "Identified"),
    ('contacted', "Contacted"),
    ('visit_planned', "Visit planned"),
    ('visited', "Visited"),
    ('demand_recorded', "Demand recorded"),
    ('candidates_proposed', "Candidates proposed"),
    ('placed', "Placed"),
    ('lasting', "Lasting"),
]

# How well somebody can do something, from 1 to 4.
SKILL_LEVELS = [('1', "Basic"), ('2', "Independent"), ('3', "Advanced"), ('4', "Expert level")]
