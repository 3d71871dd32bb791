"""Contacts with companies: planning, coordination between agencies, reports, promises, referrals, warnings."""

from . import calendar_attendee
from . import calendar_event
from . import outreach_agency
from . import outreach_responsibility
from . import res_users
from . import outreach_visit_kind
from . import outreach_visit_guard
from . import outreach_visit
from . import outreach_visit_member
from . import outreach_visit_day
from . import outreach_contact_decision
from . import outreach_promise
from . import outreach_referral
from . import outreach_early_warning
from . import outreach_cadence
from . import res_partner
from . import mail_activity
from . import mail_thread
from . import outreach_holding
from . import outreach_dossier
