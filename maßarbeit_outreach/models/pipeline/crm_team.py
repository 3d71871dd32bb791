from odoo import api, fields, models


class CrmTeam(models.Model):
    _inherit = 'crm.team'

    is_outreach = fields.Boolean(
        "Employer Outreach",
        index='btree_not_null',
        help="Leads of this team are outreach to employers: every outreach officer works on them.",
    )

    # core takes the organisation of a lead from its team; a lead without one is read by every organisation
    _outreach_company_check = models.Constraint(
        'CHECK(is_outreach IS NOT TRUE OR company_id IS NOT NULL)', "A team for employer outreach belongs to one organisation."
    )

    @api.model
    def _get_outreach_team(self):
        """The outreach team of the current organisation, made when it is first asked for; empty once it was archived."""
        Team = self.sudo().with_context(active_test=False)
        team = Team.search_fetch(
            [('is_outreach', '=', True), ('company_id', '=', self.env.company.id)],
            ['active', 'is_outreach', 'company_id'],
            order='active desc, id',
            limit=1,
        )
        if not team:
            team = Team.create(
                {
                    'name': self.env._("Employer outreach"),
                    'is_outreach': True,
                    'company_id': self.env.company.id,
                    'use_opportunities': True,
                    'use_leads': False,
                    'sequence': 50,
                }
            )
            self.env['crm.stage'].sudo().search([('team_ids.is_outreach', '=', True)]).team_ids += team
        return team.filtered('active')
