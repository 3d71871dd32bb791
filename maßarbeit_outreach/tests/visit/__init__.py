"""Contacts with companies: planning, coordination between agencies, reports, promises, referrals, warnings."""
from . import test_contact_log
from . import test_contact_mailing
from . import test_follow_up
from . import test_free_slots
from . import test_guard
from . import test_promise
from . import test_promise_migration
from . import test_recap
from . import test_referral
from . import test_sheets
from . import test_visit
from . import test_visit_calendar
from . import test_visit_day
from . import test_visit_plan
