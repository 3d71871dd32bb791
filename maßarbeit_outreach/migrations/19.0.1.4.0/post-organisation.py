"""Organisations that shared one team, and so one lead per company, get a team of their own, and a lead in the same stage."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False, 'tracking_disable': True, 'mail_create_nolog': True})
    for model in ('outreach.visit', 'outreach.demand'):
        strays = env[model].search([('lead_id', '!=', False)]).filtered(lambda record: record.lead_id.company_id != record.company_id)
        former = {record: record.lead_id.stage_id for record in strays}
        env['crm.lead']._link_outreach_leads(strays)
        for record, stage in former.items():
            if stage.sequence > record.lead_id.stage_id.sequence:
                record.lead_id.stage_id = stage
