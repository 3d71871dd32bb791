"""What every room stands on: roles, agencies, municipalities, settings, privacy, and mixins."""

from . import base
from . import outreach_organisation
from . import outreach_batch_mixin
from . import outreach_live_query_mixin
from . import outreach_open_mixin
from . import outreach_kept_mixin
from . import outreach_conflict_mixin
from . import outreach_unique_mixin
from . import outreach_licence_mixin
from . import outreach_municipality
from . import outreach_agency
from . import outreach_portal_mixin
from . import outreach_answer_mixin
from . import res_users
from . import outreach_person_export_mixin
from . import mail_thread
from . import mail_gateway
from . import mail_author
from . import outreach_person_mixin
from . import mail_activity
from . import mail_activity_mixin
from . import outreach_person_appointment
from . import res_partner
from . import closed_contacts
from . import ir_filters
from . import outreach_privacy_check
