"""What companies look for: demands, their skills, duplicates, repetition, bundles, joint measures."""

from . import outreach_demand_close
from . import outreach_due_dismiss
from . import outreach_contact_log
