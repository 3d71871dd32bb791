from odoo import api, fields, models


class OutreachVisitMember(models.Model):
    """A person of the team, with the agency that they stood for at that time."""

    _name = 'outreach.visit.member'
    _inherit = ['outreach.staff.mixin']
    _description = "Team Member of a Visit"
    _order = 'visit_id, id'
    _rec_name = 'user_id'
    _check_company_auto = True

    visit_id = fields.Many2one('outreach.visit', required=True, ondelete='cascade', index=True)
    user_id = fields.Many2one(
        'res.users', "Person", required=True, index=True, ondelete='restrict', domain="[('outreach_agency_ids', '!=', False)]"
    )
    agency_id = fields.Many2one(
        'outreach.agency',
        compute='_compute_agency_id',
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        ondelete='restrict',
        check_company=True,
        help="The agency that the person stands for at this visit",
    )
    company_id = fields.Many2one(related='visit_id.company_id', store=True, precompute=True, string="Organisation")

    _visit_user_uniq = models.UniqueIndex('(visit_id, user_id)', "This person is in the team already.")

    @api.depends('user_id')  # trigger only: a later change of agency must not rewrite history
    def _compute_agency_id(self):
        for member in self:
            member.agency_id = member.user_id._get_outreach_agency() or member.agency_id

    @api.model_create_multi
    def create(self, vals_list):
        given = self._with_defaults(vals_list, 'visit_id')
        visits = self.env['outreach.visit'].browse({vals['visit_id'] for vals in given if vals.get('visit_id')})
        visits._check_known()  # else one could let oneself in
        with visits._guard_changes() as changes:
            members = super().create(vals_list)
            if 'outreach.visit' not in changes.creating:
                members.visit_id._team_changed()
        return members

    def copy_data(self, default=None):
        """A copy is another visit: the person goes there for the agency of today."""
        return [
            dict(vals, agency_id=(member.user_id._get_outreach_agency() or member.agency_id).id)
            for member, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def write(self, vals):
        if not {'user_id', 'agency_id', 'visit_id'} & vals.keys():
            return super().write(vals)
        visits = self.visit_id
        target = visits.browse(vals.get('visit_id'))
        target._check_known()
        with (visits | target)._guard_changes():
            res = super().write(vals)
            (visits | self.visit_id)._team_changed()
        return res

    def unlink(self):
        visits = self.visit_id
        with visits._guard_changes():
            res = super().unlink()
            visits.exists()._team_changed()
        return res
