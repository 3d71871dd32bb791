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
        Agency = self.env['outreach.agency']
        for vals in self._with_defaults(vals_list, 'visit_id', 'user_id', 'agency_id'):
            self._check_lets_in(
                visits.browse(vals.get('visit_id')), self.env['res.users'].browse(vals.get('user_id')), Agency.browse(vals.get('agency_id'))
            )
        with visits._guard_changes() as changes:
            members = super().create(vals_list)
            members._share_circle({})
            if 'outreach.visit' not in changes.creating:
                members.visit_id._team_changed()
        return members

    @api.model
    def _check_lets_in(self, visit, user, agency, member=None):
        """Raise AccessError if this user lets in, by the team, who is outside the circle of a visit that is not theirs: the person, or the
        agency that they stand for.

        :param agency: empty for that of the person
        :param member: the line that is written, if there is one; what it said before is in already
        """
        if self.env.su or visit.may_change_circle or visit._is_told_to_all():
            return
        own = user._get_outreach_agency()
        is_inside = visit._filter_known(user) and (not agency or agency == own or agency in visit.sudo().agency_ids)
        if not is_inside and not (member and member.visit_id == visit and member.user_id == user and member.agency_id == agency):
            visit._check_circle_owned()

    def _get_circle_shares(self):
        return {visit: members.agency_id for visit, members in self.sudo().grouped('visit_id').items()}

    def _share_circle(self, before):
        """Whom an owner of the visit takes along, owns it, too, until an owner takes them out; not who comes along by themselves. See
        `outreach.circle.mixin`.

        :param before: ``{visit: agencies}`` of lines before they were changed or deleted
        """
        now = self._get_circle_shares()
        for visit in {*now, *before}:
            agencies = now.get(visit, self.agency_id.browse())
            owners = visit.circle_owner_ids
            if not owners:
                visit.circle_owner_ids = agencies
            elif visit.with_env(self.env).may_change_circle:
                gone = before.get(visit, agencies.browse()) - visit.agency_ids
                visit.circle_owner_ids = (owners | agencies) - gone or owners

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
        for member in self:
            user = member.user_id.browse(vals['user_id']) if 'user_id' in vals else member.user_id
            agency = member.agency_id if 'user_id' not in vals else member.agency_id.browse()
            self._check_lets_in(
                target or member.visit_id, user, agency.browse(vals['agency_id']) if 'agency_id' in vals else agency, member
            )
        before = self._get_circle_shares()
        with (visits | target)._guard_changes():
            res = super().write(vals)
            self._share_circle(before)
            (visits | self.visit_id)._team_changed()
        return res

    def unlink(self):
        visits, before = self.visit_id, self._get_circle_shares()
        with visits._guard_changes():
            res = super().unlink()
            there = visits.exists()
            self.browse()._share_circle({visit: agencies for visit, agencies in before.items() if visit.sudo(False) in there.sudo(False)})
            there._team_changed()
        return res
