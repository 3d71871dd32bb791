from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.base import licences
from ...tools.people.facts import DATED_PERMISSIONS
from ..base.groups import CANDIDATE_GROUPS
from ..base.outreach_batch_mixin import DueWork
from ..base.outreach_personal_words import warn_of_personal_words
from ..base.selections import REQUIRED_CEFR_LEVELS
from ..base.visible_fields import VisibleMany2many
from ..catalogue.outreach_occupation import KLDB_LEVELS
from .outreach_candidate import AVAILABLE

# Who may know who is in a pool; everybody else gets the published figure.
MEMBER_GROUPS = ','.join(CANDIDATE_GROUPS)
REVIEW_MONTHS = 6
WORKING_TIMES = {
    'vz': 'does_full_time',
    'tz': 'does_part_time',
    'mj': 'does_mini_job',
    'shift': 'does_shifts',
    'night': 'does_nights',
    'weekend': 'does_weekends',
}


class OutreachPool(models.Model):
    """Candidates that an agency keeps in view for certain work: by a rule, by hand, or both.

    Nobody is copied into a pool. Who is in it is asked of the candidates each time: those who are available and fit
    the rule or were added by hand, without those who were taken out by hand. An empty rule fits nobody.

    The job centre sees all members, the migration centre those whom it advises and counts only them. Everybody else
    sees a figure, see `outreach.figure`. A pool may still be counted by hand, as before there were candidates.
    """

    _name = 'outreach.pool'
    _description = "Candidate Pool"
    _inherit = ['outreach.licence.mixin', 'mail.thread', 'mail.activity.mixin', 'outreach.conflict.mixin', 'outreach.batch.mixin']
    _accepts_incoming_mail = False  # its lines reach candidates
    _order = 'name'
    _check_company_auto = True

    name = fields.Char(required=True, index='trigram')
    active = fields.Boolean(default=True)
    purpose = fields.Char(help="What the pool is kept for. Everybody in outreach reads this: no names of candidates.")
    user_id = fields.Many2one('res.users', "Responsible Officer", default=lambda self: self.env.user, index='btree_not_null')
    review_date = fields.Date(
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=REVIEW_MONTHS),
        copy=False,
        help="When to look whether the pool is still needed and its rule still right",
    )
    company_id = fields.Many2one('res.company', "Organisation", required=True, default=lambda self: self.env.company)
    note = fields.Text(groups=MEMBER_GROUPS)

    # the rule: who fits all that is filled in
    occupation_ids = fields.Many2many(
        'outreach.occupation', string="Occupations", help="With all that are below them; one of somebody's occupations is enough"
    )
    municipality_ids = fields.Many2many('outreach.municipality', string="Area")
    association = fields.Selection('_get_associations', help="Besides the municipalities chosen one by one")
    language_level = fields.Selection(REQUIRED_CEFR_LEVELS, "German at Least")
    available_by = fields.Date()
    working_time = fields.Selection(
        [
            ('vz', "Full time"),
            ('tz', "Part time"),
            ('mj', "Mini-job"),
            ('shift', "In shifts"),
            ('night', "At night"),
            ('weekend', "On weekends"),
        ]
    )
    needs_vehicle = fields.Boolean("Own Vehicle")
    needs_permission = fields.Boolean("May Work Now", help="Free or with permit, and not expired")

    # by hand
    member_ids = VisibleMany2many(
        'outreach.candidate',
        'outreach_pool_member_rel',
        'pool_id',
        'candidate_id',
        "Added by Hand",
        groups=MEMBER_GROUPS,
        copy=False,
        check_company=True,
    )
    excluded_ids = VisibleMany2many(
        'outreach.candidate',
        'outreach_pool_excluded_rel',
        'pool_id',
        'candidate_id',
        "Taken Out by Hand",
        groups=MEMBER_GROUPS,
        copy=False,
        check_company=True,
    )

    # how many
    is_hand_counted = fields.Boolean("Manual Head Count", help="Instead of by rule and members")
    head_count = fields.Integer(groups=MEMBER_GROUPS, aggregator=None)
    head_count_date = fields.Date("Counted On", compute='_compute_head_count_date', store=True, groups=MEMBER_GROUPS)
    candidate_count = fields.Integer(
        "Candidates", compute='_compute_candidate_count', groups=MEMBER_GROUPS, help="The migration centre counts those whom it advises."
    )

    # core's own: whoever reads when the pool was changed learns that somebody was put in or taken out
    write_uid = fields.Many2one('res.users', "Last Updated by", readonly=True, copy=False, groups=MEMBER_GROUPS)
    write_date = fields.Datetime("Last Updated on", readonly=True, copy=False, groups=MEMBER_GROUPS)

    # what for
    demand_ids = fields.Many2many('outreach.demand', 'outreach_pool_demand_rel', 'pool_id', 'demand_id', string="Demands")

    _head_count_check = models.Constraint('CHECK(head_count >= 0)', "A head count cannot be negative.")

    _onchange_name_words = warn_of_personal_words('name')
    _onchange_purpose_words = warn_of_personal_words('purpose')
    _onchange_note_words = warn_of_personal_words('note')

    @api.model
    def _get_associations(self):
        groups = self.env['outreach.municipality'].sudo()._read_group([('association', '!=', False)], ['association'])
        return [(name, name) for (name,) in groups]

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends('head_count')
    def _compute_head_count_date(self):
        self.head_count_date = fields.Date.context_today(self)

    @api.depends(
        'member_ids',
        'excluded_ids',
        'occupation_ids',
        'municipality_ids',
        'association',
        'language_level',
        'available_by',
        'working_time',
        'driving_licence',
        'needs_vehicle',
        'needs_permission',
        'is_hand_counted',
        'head_count',
    )
    @api.depends_context('uid')
    def _compute_candidate_count(self):
        """One query for all pools, as the user: the migration centre counts whom it advises."""
        counts = {}
        if queries := self.filtered('id')._get_member_queries(SQL("COUNT(*)")):
            counts = dict(self.env.execute_query(queries))
        for pool in self:
            pool.candidate_count = pool.head_count if pool.is_hand_counted else counts.get(pool._origin.id, 0)

    # ------------------------------------------------------------
    # MEMBERS
    # ------------------------------------------------------------

    def _get_rule_parts(self):
        """The conditions that are filled in, as domains on candidates."""
        self.ensure_one()
        parts = []
        if self.occupation_ids:
            parts.append(self._get_occupation_part())
        if self.municipality_ids or self.association:
            parts.append(
                Domain('municipality_id', 'in', self.municipality_ids._with_predecessors().ids)
                | (Domain('municipality_id.association', '=', self.association) if self.association else Domain.FALSE)
            )
        if self.language_level:
            parts.append(Domain('german_level', '>=', self.language_level))
        if self.available_by:
            parts.append(Domain('available_from', '=', False) | Domain('available_from', '<=', self.available_by))
        if self.working_time:
            parts.append(Domain(WORKING_TIMES[self.working_time], '=', True))
        if mask := licences.mask(licences.held_by(self.driving_licence)):
            parts.append(
                Domain.custom(
                    to_sql=lambda model, alias, query: SQL("%s & %s = %s", model._field_to_sql(alias, 'licence_mask', query), mask, mask)
                )
            )
        if self.needs_vehicle:
            parts.append(Domain('has_vehicle', '=', True))
        if self.needs_permission:
            today = fields.Date.context_today(self)
            parts.append(
                (
                    Domain('permission', 'in', ('free', 'with_permit'))
                    | Domain('permission', 'in', DATED_PERMISSIONS) & Domain('permission_date', '<=', today)
                )
                & (Domain('permission_until', '=', False) | Domain('permission_until', '>=', today))
            )
        return parts

    def _get_occupation_part(self):
        """Who has one of the occupations. `child_of` goes by the stored levels of the KldB, so that it costs no query.

        Written as a list of candidates that the index on occupations gives: a subquery in its place is estimated as if it
        found half of all, and read from end to end. Whether a candidate may be seen is asked of the candidate alone.
        """
        below = Domain.OR(
            Domain(KLDB_LEVELS[len(occupation.code)] if occupation.scheme == 'kldb' else 'id', '=', occupation.id)
            for occupation in self.occupation_ids
        )
        Line = self.env['outreach.candidate.occupation']
        lines = Line._search(Domain('occupation_id', 'any', below), bypass_access=True)
        found = lines.select(Line._field_to_sql(Line._table, 'candidate_id'))
        return Domain.custom(to_sql=lambda model, alias, query: SQL("%s = ANY (ARRAY(%s))", model._field_to_sql(alias, 'id', query), found))

    def _get_candidate_domain(self):
        """Who is in the pool; the one source for counts, lists, figures and matching."""
        self.ensure_one()
        if self.is_hand_counted:
            return Domain.FALSE
        parts = self._get_rule_parts()
        domain = Domain.AND(parts) if parts else Domain.FALSE
        # most pools have nobody added or taken out, and are counted much faster without looking for them
        by_hand = self.sudo().with_context(active_test=False)
        if by_hand.member_ids:
            domain |= Domain('member_pool_ids', 'in', self.ids)
        if by_hand.excluded_ids:
            domain &= Domain('excluded_pool_ids', 'not in', self.ids)
        return domain & Domain('status', 'in', AVAILABLE) & Domain('company_id', '=', self.company_id.id)

    def _get_member_queries(self, what):
        """One SELECT of the pool's id and ``what`` for all pools that have members, or None."""
        Candidate = self.env['outreach.candidate']
        queries = [
            Candidate._search(pool._get_candidate_domain()).select(SQL("%s AS pool_id", pool.id), what)
            for pool in self
            if not pool.is_hand_counted
        ]
        return SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries) if queries else None

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_candidates(self):
        """The members, each with a button to take it out."""
        return self._open_candidates(self.env._("%(pool)s: Candidates", pool=self.name), [('pool_ids', 'in', self.ids)])

    def action_add_candidates(self):
        """All available candidates, each with a button to add it."""
        return self._open_candidates(
            self.env._("Add to %(pool)s", pool=self.name), [('status', 'in', AVAILABLE), ('company_id', '=', self.company_id.id)]
        )

    def _open_candidates(self, name, domain):
        self.ensure_one()
        if self.is_hand_counted:
            raise UserError(self.env._("This pool is counted by hand. Untick that, then its members can be kept."))
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_candidate_action_pool')
        return action | {'display_name': name, 'domain': domain, 'context': {'outreach_pool': self.id}}

    def action_reviewed(self):
        """The pool was looked at: again in half a year."""
        self.review_date = fields.Date.context_today(self) + relativedelta(months=REVIEW_MONTHS)
        self.activity_feedback(['maßarbeit_outreach.mail_activity_type_pool_review'])

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _get_review_domain(self):
        return Domain('review_date', '<=', 'today')

    @api.model
    def _get_remind_domain(self):
        kind = self.env.ref('maßarbeit_outreach.mail_activity_type_pool_review')
        return (
            self._get_review_domain()
            & Domain('user_id', '!=', False)
            & Domain('activity_ids', 'not any', [('activity_type_id', '=', kind.id)])
        )

    @api.model
    def _get_due_work(self):
        return super()._get_due_work() | {'_cron_review': DueWork(self._name, self._get_remind_domain(), 'review_date')}

    @api.model
    def _cron_review(self):
        """Remind the responsible officer, once, that a pool is to be looked at."""
        kind = self.env.ref('maßarbeit_outreach.mail_activity_type_pool_review')

        def remind(pools):
            for pool in pools:
                pool.activity_schedule(
                    activity_type_id=kind.id,
                    user_id=pool.user_id.id,
                    date_deadline=pool.review_date,
                    summary=self.env._("Is the pool still needed, and its rule still right?"),
                )

        self._run_batches(self._get_remind_domain(), remind)
