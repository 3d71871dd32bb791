from odoo import fields, models
from odoo.fields import Domain

from ..base.groups import OUTREACH
from ..base.visible_fields import VisibleOne2many


class EventEvent(models.Model):
    _name = 'event.event'
    _inherit = ['event.event', 'outreach.conflict.mixin']

    registration_ids = VisibleOne2many()  # of core, closed to some who read the event
    is_job_fair = fields.Boolean("Job Fair", index='btree_not_null')
    outreach_municipality_id = fields.Many2one('outreach.municipality', "Municipality", index='btree_not_null', ondelete='restrict')
    expected_jobseekers = fields.Integer(aggregator='sum')
    actual_jobseekers = fields.Integer(aggregator='sum')
    stand_count = fields.Integer("Stands", compute='_compute_stand_counts')
    stand_demand_count = fields.Integer("Demands Shown", compute='_compute_stand_counts')
    outreach_pool_ids = fields.Many2many(
        'outreach.pool',
        'outreach_pool_event_rel',
        'event_id',
        'pool_id',
        "Candidate Pools",
        copy=False,
        groups=OUTREACH,
        help="Whom to invite",
    )

    # core shows an event without one to every organisation
    _job_fair_company_check = models.Constraint(
        'CHECK(is_job_fair IS NOT TRUE OR company_id IS NOT NULL)', "A job fair belongs to an organisation: choose its company."
    )
    _jobseekers_check = models.Constraint(
        'CHECK(expected_jobseekers >= 0 AND actual_jobseekers >= 0)', "A number of jobseekers cannot be negative."
    )

    def _get_stand_domain(self):
        return Domain('event_id', 'in', self.ids) & Domain('participation_state', '!=', False)

    def _compute_stand_counts(self):
        may_see_demands = self.env['outreach.demand'].has_access('read')  # a fair helper may not
        stands = {}
        if self.env['event.booth'].has_access('read'):
            stands = {
                event: (count, booths)
                for event, count, booths in self.env['event.booth']._read_group(
                    self._get_stand_domain(), ['event_id'], ['__count', 'id:recordset']
                )
            }
        for event in self:
            count, booths = stands.get(event._origin, (0, self.env['event.booth']))
            event.stand_count = count
            event.stand_demand_count = len(booths.demand_ids) if may_see_demands else 0

    def action_view_stands(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.event_booth_stand_action')
        return action | {'domain': list(self._get_stand_domain()), 'context': {'default_event_id': self.id}}

    def action_view_stand_demands(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {'domain': [('stand_ids.event_id', '=', self.id)], 'context': {}}

    def action_invite_companies(self):
        """Choose companies that have neither a stand nor an invitation yet; "Write" in that list invites them here."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.res_partner_action')
        domain = Domain(
            [
                ('outreach_company', '=', True),
                ('is_company', '=', True),
                ('outreach_vetting', '!=', 'blocked'),
                ('outreach_stand_ids', 'not any', [('event_id', '=', self.id)]),
                ('outreach_visit_ids', 'not any', [('fair_id', '=', self.id), ('kind_id.is_mass', '=', True), ('stage', '=', 'done')]),
            ]
        )
        context = {'default_fair_id': self.id}
        if self.outreach_municipality_id:
            context['search_default_outreach_municipality_id'] = self.outreach_municipality_id.id
        return action | {'name': self.env._("Invite to %(fair)s", fair=self.name), 'domain': list(domain), 'context': context}
