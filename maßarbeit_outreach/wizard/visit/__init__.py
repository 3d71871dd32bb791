"""Contacts with companies: planning, coordination between agencies, reports, promises, referrals, warnings."""

from . import outreach_visit_cancel
from . import outreach_promise_close
from . import outreach_referral_answer
from . import outreach_contact_line
from . import outreach_contact_log
from . import outreach_contact_mailing
from . import outreach_visit_plan
from . import outreach_visit_slot
from . import mail_compose_message
from . import outreach_hand_over
