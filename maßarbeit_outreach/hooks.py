"""What installing and removing the addon does to a CRM that is in use already."""

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

# Stored computes on large core tables. Created empty by SQL, since the ORM would compute every row one by one,
# and before the municipalities are known.
EMPTY_COLUMNS = [
    ('res_partner', 'outreach_municipality_id', 'int4'),
    ('res_partner', 'outreach_municipality_status', 'varchar'),
    ('res_partner', 'outreach_was_company', 'bool'),
    ('res_partner', 'outreach_no_employer', 'bool'),
    ('res_partner', 'outreach_search_key', 'varchar'),
    ('crm_lead', 'outreach_municipality_id', 'int4'),
    ('crm_lead', 'outreach_industry_id', 'int4'),
    ('crm_lead', 'outreach_joint_visits', 'int4'),
    ('crm_lead', 'outreach_open_positions', 'int4'),
    ('event_booth', 'participation_state', 'varchar'),
    ('calendar_event', 'outreach_company_id', 'int4'),
]

# What refers to others comes before them.
OWN_TABLES = [
    'outreach_access_log',
    'outreach_export_permit',
    'outreach_role_grant',
    'outreach_search_feature',
    'outreach_search_entry',
    'outreach_figure',
    'outreach_figure_table',
    'outreach_figure_question',
    'outreach_figure_policy',
    'outreach_contact_decision',
    'outreach_promise',
    'outreach_referral',
    'outreach_early_warning',
    'outreach_placement',
    'outreach_proposal',
    'outreach_match_count',
    'outreach_cadence',
    'outreach_due_dismissal',
    'outreach_visit',
    'outreach_visit_day',
    'outreach_permit_request',
    'outreach_job_permit',
    'outreach_barrier',
    'outreach_candidate',
    'outreach_instrument',
    'outreach_measure',
    'outreach_demand',
    'outreach_minimum_wage',
    'outreach_restriction_word',
    'outreach_proof',
    'outreach_pool',
    'outreach_consent',
    'outreach_responsibility',
    'outreach_agency',
    'outreach_company_import',
    'outreach_catalogue_import',
    'outreach_catalogue_import_progress',
    'outreach_catalogue_link',
    'outreach_visit_kind',
    'outreach_topic',
    'outreach_language',
    'outreach_skill',
    'outreach_skill_group',
    'outreach_occupation',
    'outreach_isco_group',
    'outreach_industry',
    'outreach_municipality',
]


def pre_init_hook(env):
    for table, column, column_type in EMPTY_COLUMNS:
        if not column_exists(env.cr, table, column):
            create_column(env.cr, table, column, column_type)


def post_init_hook(env):
    """Give the companies that are there already what was not computed one by one."""
    env.cr.execute("UPDATE res_partner SET outreach_was_company = TRUE WHERE is_company")
    env['outreach.municipality']._place_companies()
    env['res.partner']._fill_outreach_search_keys()
    env['outreach.role.grant']._write_down()


def uninstall_hook(env):
    """Leave the CRM as it was: its leads and appointments stay, without what goes with the addon."""
    stages = env['crm.stage'].search([('outreach_milestone', '!=', False)])
    env['crm.lead'].with_context(active_test=False, tracking_disable=True).search([('stage_id', 'in', stages.ids)]).stage_id = env[
        'crm.stage'
    ].search([('team_ids', '=', False)], limit=1)
    # an appointment is deleted along with the model of the document that it names
    env['calendar.event'].with_context(active_test=False, no_mail_to_attendees=True).search([('res_model', '=', 'outreach.visit')]).write(
        {'res_model_id': False, 'res_id': False}
    )
    # Their types go with the addon, and core refuses to delete a type that is in use.
    names = ('mail_activity_type_health', 'mail_activity_type_hand_over')
    types = [kind.id for name in names if (kind := env.ref(f'maßarbeit_outreach.{name}', raise_if_not_found=False))]
    to_dos = env['mail.activity'].with_context(active_test=False)
    to_dos.search(['|', ('outreach_agency_id', '!=', False), ('activity_type_id', 'in', types)]).unlink()
    parameters = ('outreach.esco\\_%', 'outreach.health\\_%', 'outreach.access\\_log\\_%')
    env['ir.config_parameter'].search(Domain.OR(Domain('key', '=like', key) for key in parameters)).unlink()
    # Core deletes the shipped records before it drops the tables, and stumbles over what users hung on them.
    env.flush_all()
    env.cr.execute(
        'UPDATE res_partner SET outreach_municipality_id = NULL, outreach_industry_id = NULL'
        ' WHERE outreach_municipality_id IS NOT NULL OR outreach_industry_id IS NOT NULL'
    )
    env.cr.execute('UPDATE event_event SET outreach_municipality_id = NULL WHERE outreach_municipality_id IS NOT NULL')
    env.cr.execute('DROP FUNCTION IF EXISTS outreach_access_log_keep() CASCADE')
    for table in OWN_TABLES:
        env.cr.execute(SQL('DELETE FROM %s', SQL.identifier(table)))
    env.invalidate_all()
