from odoo.fields import Command
from odoo.tools.sql import table_columns

from ... import hooks
from ..common import MODULE, OutreachCommon

COLUMN_TYPES = {
    'boolean': 'bool',
    'char': 'varchar',
    'datetime': 'timestamp',
    'integer': 'int4',
    'many2one': 'int4',
    'selection': 'varchar',
}


class TestHooks(OutreachCommon):
    def test_columns_made_before(self):
        """Exactly the computed columns that the addon puts on the tables of others, each with its type."""
        wanted = set()
        for model in map(self.env.__getitem__, self.env.registry):
            if model._abstract or model._transient or model._original_module == MODULE:
                continue
            for field in model._fields.values():
                if field._modules == (MODULE,) and field.store and field.column_type and field.compute and not field.company_dependent:
                    wanted.add((model._table, field.name, COLUMN_TYPES[field.type]))
        self.assertEqual(set(hooks.EMPTY_COLUMNS), wanted)
        for table, column, column_type in hooks.EMPTY_COLUMNS:
            self.assertEqual(table_columns(self.env.cr, table)[column]['udt_name'], column_type)
        hooks.pre_init_hook(self.env)  # they are there already

    def test_companies_that_were_there(self):
        companies = self.company | self.env['res.partner'].create(
            [
                {'name': "Test Archived", 'is_company': True, 'zip': '49324', 'city': "Melle", 'active': False},
                {'name': "Test Unclear", 'is_company': True, 'zip': '49577'},
                {'name': "Test Person", 'zip': '49565', 'city': "Bramsche"},
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE res_partner SET outreach_municipality_id = NULL, outreach_municipality_status = NULL WHERE id IN %s',
            [tuple(companies.ids)],
        )
        self.env.invalidate_all()
        self.assertFalse(companies.outreach_municipality_id)
        hooks.post_init_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual(
            companies.mapped(lambda company: (company.outreach_municipality_id.name, company.outreach_municipality_status)),
            [("Bramsche", 'assigned'), ("Melle", 'assigned'), (False, 'to_assign'), (False, False)],
        )

    def test_uninstall_leaves_leads(self):
        general = self.env['crm.stage'].search([('team_ids', '=', False)], limit=1)
        self.assertTrue(general)
        lead, lost = self.create_visit().lead_id, self.create_visit(self.other_company).lead_id
        lost.action_archive()
        sale = self.env['crm.lead'].create(
            {
                'name': "Sale",
                'type': 'opportunity',
                'team_id': self.env['crm.team'].create({'name': "Test Sales", 'member_ids': [Command.link(self.user_internal.id)]}).id,
            }
        )
        before = sale.stage_id
        appointment = self.create_visit().event_id
        self.assertEqual(appointment.res_model, 'outreach.visit')
        hooks.uninstall_hook(self.env)
        self.assertFalse(appointment.res_model_id, "PostgreSQL deletes it along with the model otherwise")
        self.assertEqual((lead | lost).stage_id, general)
        self.assertEqual(sale.stage_id, before)
        self.assertFalse(self.env['crm.lead'].with_context(active_test=False).search([('stage_id.outreach_milestone', '!=', False)]))
