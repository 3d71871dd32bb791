"""The same need again: by hand a year later, or by itself where a demand is evergreen."""
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import clean_context

from ..tools import demand_rule


class OutreachDemand(models.Model):
    """
    SPECIFICATION
     * "Same as last year" makes a new demand with what was needed, not with what became of it: occupation, skills,
       conditions and positions; a year on. Both know each other (`previous_id`, `next_ids`). Not while it is open.
     * An evergreen demand gets such a successor when it is filled, or closed while the need goes on
       (`REOPEN_REASONS`): at once, or every `reopen_months` after the day on which it was recorded, so that a season
       opens as early as last time, however late it was filled. Its own figures stay as they were.
     * At most one successor of a demand is open, whoever makes it. Asking again shows the one that is there.
     * No longer evergreen, archived or reopened means no successor; nor does a company that is blocked get one, until
       it is not blocked any more.
    """

    _inherit = 'outreach.demand'  # pylint: disable=consider-merging-classes-inherited

    # closed for one of these, the company still needs people
    REOPEN_REASONS = ('filled_by_us', 'filled_otherwise', 'no_people', 'conditions', 'no_response')
    REOPEN_CHECK_DAYS = 7

    previous_id = fields.Many2one(
        'outreach.demand', "Repeats", readonly=True, copy=False, index='btree_not_null', ondelete='set null')
    next_ids = fields.One2many('outreach.demand', 'previous_id', "Successors", readonly=True)
    next_id = fields.Many2one('outreach.demand', "Repeated As", compute='_compute_next_id')
    is_evergreen = fields.Boolean("Evergreen", tracking=True, help="When it is filled, the same demand opens again.")
    reopen_months = fields.Integer(
        "Opens Again After … Months", aggregator=None,
        help="0: at once. 12: next year, on the day of the year on which this one was recorded.")
    reopen_date = fields.Date(
        "Opens Again On", compute='_compute_reopen_date', store=True, readonly=False, copy=False, index='btree_not_null')

    _reopen_months_check = models.Constraint(
        'CHECK(reopen_months BETWEEN 0 AND 60)', "A demand opens again after 0 to 60 months.")
    _successor_uniq = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL AND active AND stage NOT IN ('filled', 'closed')",
        "This demand has been repeated already, and that demand is still open.")

    @api.depends('next_ids')
    def _compute_next_id(self):
        """The latest one; earlier ones were closed."""
        for demand in self:
            demand.next_id = max(demand.next_ids, key=lambda successor: successor.id, default=False)

    @api.depends('is_evergreen', 'reopen_months', 'date', 'stage', 'closed_reason', 'active')
    def _compute_reopen_date(self):
        today = fields.Date.context_today(self)
        for demand in self:
            waits = demand._leaves_need() and not demand.with_context(active_test=False).next_ids
            rhythm = demand.reopen_months and demand_rule.next_start(demand.date, demand.reopen_months, today)
            demand.reopen_date = waits and (rhythm or today)

    def _leaves_need(self):
        """Whether this is evergreen and came to an end that is none for the company's need."""
        self.ensure_one()
        ended = self.stage == 'filled' or (self.stage == 'closed' and self.closed_reason in self.REOPEN_REASONS)
        return self.is_evergreen and self.active and ended

    def write(self, vals):
        res = super().write(vals)
        if {'stage', 'closed_reason', 'is_evergreen', 'reopen_months', 'active'} & vals.keys():
            at_once = self.filtered(lambda demand: demand.reopen_date and not demand.reopen_months)
            at_once.filtered_domain(self._get_reopen_domain())._reopen()
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_repeat(self):
        """The same need again, a year on. What has an open successor already is not repeated twice."""
        successors = self._get_open_successors()
        former = self - successors.previous_id
        if still_open := former.filtered(lambda demand: demand.stage not in ('filled', 'closed')):
            raise UserError(self.env._(
                "Only demands that are filled or closed are repeated. Still open: %(demands)s."
                " Raise their positions if more people are needed, or close them first.",
                demands=', '.join(still_open.mapped('name'))))
        demands = successors | former._repeat(12)
        if len(demands) == 1:
            return demands.get_formview_action()
        return {
            'name': self.env._("Same as Last Year"),
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'view_mode': 'list,kanban,form',
            'domain': [('id', 'in', demands.ids)],
        }

    def _get_open_successors(self):
        return self.search(self._get_open_domain() & Domain('previous_id', 'in', self.ids))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _repeat(self, months):
        """Make a successor of each, `months` on, and return them."""
        # `default_*` keys meant for a dialog would land in the successors
        demands = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        return demands.create([
            {**vals, **demand._prepare_repeat_values(months)}
            for demand, vals in zip(demands, demands.copy_data(), strict=True)])

    def _prepare_repeat_values(self, months):
        user = self.user_id if self.user_id.active else self.env.user if self.env.user._is_internal() else self.user_id.browse()
        start = demand_rule.next_start(self.start_date or None, months, fields.Date.context_today(self))
        return {
            'previous_id': self.id,
            'start_date': start or False,
            'contact_id': self.contact_id.id if self.contact_id.active else False,
            'user_id': user.id,
            'agency_id': (user._get_outreach_agency() or self.agency_id).id,
            'pool_ids': [],  # of people who were looking for work then
        }

    def _reopen(self):
        """Open the successors of these evergreen demands, and ask their officers whether they are right."""
        if not self:
            return
        successors = self.browse()
        alone = self.filtered(lambda demand: not demand.with_context(active_test=False).next_ids)
        for months, demands in alone.grouped('reopen_months').items():
            successors |= demands._repeat(months)
        self.reopen_date = False
        todo = self.env.ref('mail.mail_activity_data_todo')
        quiet = self.sudo().with_context(clean_context(self.env.context), mail_activity_quick_update=True)
        quiet.env['mail.activity'].create([{
            'activity_type_id': todo.id,
            'automated': True,
            'res_model_id': self.env['ir.model']._get_id(self._name),
            'res_id': successor.id,
            'user_id': checker.id,
            'date_deadline': fields.Date.context_today(self) + relativedelta(days=self.REOPEN_CHECK_DAYS),
            'summary': successor.with_context(lang=checker.lang or self.env.lang).env._(
                "Evergreen demand opened again: are number and date right?"),
        } for successor in successors if (checker := successor._get_portal_checker())])

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _get_reopen_domain(self):
        return (Domain('reopen_date', '<=', 'today') & Domain('is_evergreen', '=', True)
                & Domain('partner_id.outreach_vetting', '!=', 'blocked') & Domain('partner_id.active', '=', True))

    @api.model
    def _cron_reopen(self, limit=200):
        """Open the successors whose day has come."""
        due = self._get_reopen_domain()
        demands = self.search(due, limit=limit, order='reopen_date, id')
        self.env['ir.cron']._commit_progress(remaining=self.search_count(due))
        while demands:
            batch = demands[:20].try_lock_for_update()
            demands -= demands[:20]
            batch._reopen()
            if not self.env['ir.cron']._commit_progress(len(batch)):
                break


class ResPartner(models.Model):
    _inherit = 'res.partner'  # pylint: disable=consider-merging-classes-inherited

    outreach_former_demand_ids = fields.One2many(
        'outreach.demand', 'partner_id', "Former Demands", domain=[('stage', 'in', ('filled', 'closed'))])
