"""Odoo takes the test modules that it finds here by name, so no name stands in two rooms."""

from .base import (
    test_agency,
    test_health,
    test_live_query,
    test_mail_author,
    test_mail_gateway,
    test_privacy_check,
    test_record_import,
    test_role_grant,
)
from .catalogue import (
    test_catalogue,
    test_catalogue_import,
    test_catalogue_import_files,
    test_catalogue_search,
    test_everyday_word,
    test_esco_lookup,
    test_esco_service,
    test_regulated,
)
from .company import (
    test_company,
    test_company_identity,
    test_consent,
    test_company_import,
    test_company_import_http,
    test_municipality_import,
    test_partner_merge,
)
from .visit import (
    test_circle,
    test_contact_log,
    test_contact_mailing,
    test_follow_up,
    test_free_slots,
    test_guard,
    test_mail_to_company,
    test_promise,
    test_promise_migration,
    test_recap,
    test_referral,
    test_sheets,
    test_staff_figures,
    test_site_dialogs,
    test_visit,
    test_visit_calendar,
    test_visit_day,
    test_visit_kind,
    test_visit_load,
    test_visit_plan,
)
from .demand import test_county_map, test_demand, test_demand_bundle, test_demand_repeat, test_demand_work, test_due, test_lawful
from .pipeline import test_pipeline
from .people import (
    test_access_log,
    test_barrier,
    test_candidate,
    test_candidate_access,
    test_candidate_import,
    test_candidate_oracle,
    test_hand_over,
    test_permit_request,
    test_personal_words,
    test_person_mail,
    test_pool,
)
from .matching import test_figure, test_figure_label, test_match, test_match_law, test_match_rule, test_published_places
from .fair import test_fair
from .portal import test_portal, test_portal_http, test_portal_locks
from .start import test_setup, test_today
from .whole import (
    test_access,
    test_closed_conditions,
    test_closed_roles,
    test_conflict,
    test_dossier,
    test_export,
    test_filters,
    test_hooks,
    test_shared_filters,
    test_i18n,
    test_limits,
    test_municipal,
    test_organisations,
    test_person_appointment,
    test_person_import,
    test_person_models,
    test_unique,
    test_views,
    test_words,
)
