from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date, format_datetime

from ...tools.visit import visit_day

MAX_COMPANIES = 50


class OutreachVisitPlan(models.TransientModel):
    """Plan visits to several companies, see what speaks against each, and report what happened to each.

    As one visit day the visits come one after the other, with the way between them and the usual break; otherwise one
    company is visited on each working day at the same hour. Every time can be changed.
    """

    _name = 'outreach.visit.plan'
    _description = "Plan Visits"

    kind_id = fields.Many2one(
        'outreach.visit.kind',
        ondelete='cascade',
        domain="[('is_mass', '=', False)]",
        help="For all companies. Left empty, it is the first visit where nobody was yet, and else the usual one.",
    )
    start = fields.Datetime("First Visit", required=True, default=lambda self: self.env['outreach.visit']._propose_start(self.env.user))
    minutes = fields.Integer("Minutes per Visit", required=True, default=60)
    user_ids = fields.Many2many(
        'res.users',
        string="Team",
        required=True,
        domain="[('outreach_agency_ids', '!=', False)]",
        default=lambda self: self.env.user if self.env.user._get_outreach_agency() else False,
    )
    topic_ids = fields.Many2many('outreach.topic', string="Topics")
    day_id = fields.Many2one('outreach.visit.day', "Visit Day", ondelete='set null')
    as_day = fields.Boolean(
        "As One Visit Day", help="One after the other on the same day, with the way between them. Otherwise one each working day."
    )
    start_municipality_id = fields.Many2one(
        'outreach.municipality',
        "Start From",
        ondelete='cascade',
        default=lambda self: self.env['outreach.visit.day']._default_start_municipality_id(),
    )
    line_ids = fields.One2many('outreach.visit.plan.line', 'plan_id', "Companies")
    is_done = fields.Boolean(compute='_compute_is_done')
    can_reopen = fields.Boolean(compute='_compute_is_done')
    any_sites = fields.Boolean(compute='_compute_any_sites', export_string_translation=False)
    any_anyway = fields.Boolean(compute='_compute_any_anyway', export_string_translation=False)

    _minutes_check = models.Constraint('CHECK(minutes BETWEEN 5 AND 600)', "A visit takes 5 minutes to 10 hours.")

    @api.model
    def default_get(self, fields_list):
        """One line for each company in the context, in the order of a good trip."""
        values = super().default_get(fields_list)
        if 'line_ids' in fields_list and 'line_ids' not in values:
            companies = self.env['res.partner']._get_outreach_context_companies()
            if len(companies) > MAX_COMPANIES:
                raise UserError(self.env._("Please choose at most %(count)s companies at once.", count=MAX_COMPANIES))
            start = self.env['outreach.municipality'].browse(values.get('start_municipality_id'))
            places = [self.line_ids._propose_site(company) or company for company in companies]
            order = visit_day.suggest_order(start._get_place(), [place.outreach_municipality_id._get_place() for place in places])
            values['line_ids'] = [
                Command.create({'partner_id': companies[number].id, 'sequence': place}) for place, number in enumerate(order)
            ]
            if 'user_ids' in fields_list and values.get('user_ids') and 'default_user_ids' not in self.env.context:
                values['user_ids'] = [Command.set([*self.env.user.ids, *self._get_common_officers(companies).ids])]
            values['as_day'] = bool(values.get('day_id') or len(companies) > 1)
        return values

    @api.model
    def _get_common_officers(self, companies):
        """The other office's officers who are responsible for all of these companies."""
        others = companies._get_outreach_other_officers(self.env.user)
        common = others.get(companies[:1], self.env['res.users'])
        for company in companies:
            common &= others.get(company, self.env['res.users'])
        return common

    @api.depends('line_ids.outcome')
    def _compute_is_done(self):
        for plan in self:
            outcomes = set(plan.line_ids.mapped('outcome'))
            plan.is_done = bool(outcomes) and False not in outcomes
            plan.can_reopen = plan.is_done and 'left' in outcomes

    @api.depends('line_ids.has_sites')
    def _compute_any_sites(self):
        for plan in self:
            plan.any_sites = any(plan.line_ids.mapped('has_sites'))

    @api.depends('line_ids.decision')
    def _compute_any_anyway(self):
        for plan in self:
            plan.any_anyway = 'anyway' in plan.line_ids.mapped('decision')

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _open(self):
        """Make the dialog for the companies in the context, and show it."""
        return self.create({})._show()

    def _show(self):
        return {
            'name': self.env._("Plan Visits"),
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'context': {'dialog_size': 'extra-large'},
        }

    def action_find_any_time(self):
        """Offer times at which the user is free, before there is a company; planning goes on at the one that is taken."""
        return self.create({}).action_find_time()

    def action_find_time(self):
        """Offer times at which the team is free for the whole trip, or for one visit if they are on several days."""
        self.ensure_one()
        minutes = self.minutes
        if self.as_day and self.line_ids:
            last = max(self.line_ids.mapped('start'))
            minutes += round((last - self.start).total_seconds() / 60)
        return self.env['outreach.visit.slot']._open(
            {
                'plan_id': self.id,
                'user_ids': [Command.set(self.user_ids.ids)],
                'date_from': fields.Datetime.context_timestamp(self, self.start).date(),
                'date_to': fields.Datetime.context_timestamp(self, self.start).date() + timedelta(days=14),
                'minutes': min(minutes, 600),
            }
        )

    def action_plan(self):
        """Plan what is to be planned, company by company, and show what happened."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.outcome != 'done')
        if not lines:
            raise UserError(self.env._("Add the companies that you want to visit."))
        if strangers := self.user_ids.filtered(lambda user: not user._get_outreach_agency()):
            raise UserError(self.env._("%(users)s: not in any agency, so they cannot go along.", users=', '.join(strangers.mapped('name'))))
        if self.as_day and not self.day_id and lines.filtered(lambda line: line.decision in ('plan', 'anyway')):
            self.day_id = self.env['outreach.visit.day'].create(self._prepare_day_values())
        lines._carry_out()
        if self.as_day:
            self.day_id._number_by_time()
            self.day_id.filtered(lambda day: not day.visit_ids).unlink()
        return self._show()

    def action_reopen(self):
        """Decide once more about the companies that were left out."""
        self.ensure_one()
        self.line_ids.filtered(lambda line: line.outcome == 'left').write({'outcome': False, 'result': False})
        return self._show()

    def action_open_visits(self):
        """Show the visits that were planned or joined, or their visit day."""
        self.ensure_one()
        if self.day_id:
            return self.day_id._get_records_action()
        visits = self.line_ids.visit_id
        return visits._get_records_action(name=self.env._("Visits"))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _prepare_day_values(self):
        local = fields.Datetime.context_timestamp(self, self.start)
        return {
            'date': local.date(),
            'start_time': local.hour + local.minute / 60,
            'user_ids': [Command.set(self.user_ids.ids)],
            'start_municipality_id': self.start_municipality_id.id,
        }

    def _get_times(self):
        """{line: start of its visit}, in the order of the lines."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.outcome != 'done').sorted(lambda line: line.sequence)
        if not self.start:
            return dict.fromkeys(lines, False)
        local = fields.Datetime.context_timestamp(self, self.start)
        if self.as_day:
            Visit, Day = self.env['outreach.visit'], self.env['outreach.visit.day']
            day = self.day_id or Day.new(Day.default_get(['break_time', 'break_minutes']))
            stops = [visit_day.Stop(line, line.municipality_id._get_place(), self.minutes) for line in lines]
            times = visit_day.set_times(
                self.start, self.start_municipality_id._get_place(), stops, Visit._to_utc(local.date(), day.break_time), day.break_minutes
            )
            return {visit.key: visit.start for visit in times}
        Visit = self.env['outreach.visit']
        days = Visit._iter_working_days(local.date())
        return {line: Visit._to_utc(next(days), local.hour + local.minute / 60) for line in lines}


class OutreachVisitPlanLine(models.TransientModel):
    _name = 'outreach.visit.plan.line'
    _description = "Company to Visit"
    _inherit = ['outreach.contact.line']
    _order = 'sequence, id'

    plan_id = fields.Many2one('outreach.visit.plan', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=100)
    start = fields.Datetime(compute='_compute_start', store=True, readonly=False)
    kind_id = fields.Many2one(
        'outreach.visit.kind',
        compute='_compute_kind_id',
        store=True,
        readonly=False,
        ondelete='cascade',
        domain="[('is_mass', '=', False)]",
    )
    decision = fields.Selection(
        [('plan', "Plan"), ('join', "Join the appointment"), ('anyway', "Go anyway"), ('leave', "Leave out")],
        "What to Do",
        compute='_compute_decision',
        store=True,
        readonly=False,
    )
    municipality_id = fields.Many2one('outreach.municipality', compute='_compute_municipality_id')

    @api.depends('partner_id', 'site_id')
    def _compute_municipality_id(self):
        for line in self:
            line.municipality_id = line._get_site_or_company().outreach_municipality_id

    @api.depends('sequence', 'partner_id', 'site_id', 'plan_id.start', 'plan_id.minutes', 'plan_id.as_day', 'plan_id.start_municipality_id')
    def _compute_start(self):
        for plan, lines in self.grouped('plan_id').items():
            times = plan._get_times() if plan else {}
            for line in lines:
                line.start = times.get(line, line.start)

    @api.depends('partner_id', 'plan_id.kind_id')
    def _compute_kind_id(self):
        usual = self.env['outreach.visit.kind']._get_usual_kinds()
        visited = self.env['outreach.visit']._get_visited_companies(self.partner_id._origin)
        for line in self:
            line.kind_id = line.plan_id.kind_id or usual[line.partner_id._origin in visited]

    @api.depends('partner_id', 'start', 'kind_id', 'plan_id.user_ids', 'plan_id.minutes')
    def _compute_reasons(self):
        return super()._compute_reasons()

    def _get_own_reasons(self):
        """A day on which the organisation does not work needs a decision; what somebody of the team has no time for is left out unless it
        is chosen, which needs no reason."""
        own = super()._get_own_reasons()
        Visit = self.env['outreach.visit']
        for plan, lines in self.filtered('start').grouped('plan_id').items():
            starts = {line: fields.Datetime.context_timestamp(line, line.start).date() for line in lines}
            first, last = min(starts.values()), max(starts.values())
            working = Visit._get_working_days(first, last)
            busy = Visit._get_busy_by_user(plan.user_ids._origin, Visit._to_utc(first), Visit._to_utc(last + timedelta(days=1)))
            for line in lines:
                reasons = []
                if starts[line] not in working:
                    reasons.append(
                        {
                            'severity': 'decide',
                            'text': self.env._("%(date)s is not a working day.", date=format_date(self.env, starts[line])),
                        }
                    )
                stop = line.start + timedelta(minutes=plan.minutes)
                if away := [user.name for user, times in busy.items() if any(a < stop and line.start < b for a, b in times)]:
                    reasons.append({'severity': 'warn', 'text': self.env._("%(names)s: away or busy at that time.", names=', '.join(away))})
                own[line] = own.get(line, []) + reasons
        return own

    def _get_guard_plan(self):
        plan = self.plan_id
        if not (self.partner_id and self.start and self.kind_id):
            return None
        users = plan.user_ids._origin
        return {
            'partner_id': self.partner_id._origin.id,
            'kind_id': self.kind_id._origin.id,
            'start': self.start,
            'user_ids': users.ids,
            'agency_ids': [user._get_outreach_agency().id for user in users if user._get_outreach_agency()],
        }

    def _contact(self):
        if self.decision == 'join':
            if not self.join_visit_id:
                raise UserError(self.env._("there is no appointment to join any more"))
            self.join_visit_id.action_join()
            self.visit_id = self.join_visit_id
            return self.env._("Joined: %(visit)s", visit=self.join_visit_id.display_name)
        self.visit_id = self.env['outreach.visit'].create(self._prepare_visit_values())
        return self.env._("Planned: %(when)s", when=format_datetime(self.env, self.start, dt_format='short'))

    def _prepare_visit_values(self):
        plan = self.plan_id
        return {
            'partner_id': self.partner_id.id,
            'site_id': self.site_id.id,
            'kind_id': self.kind_id.id,
            'start': self.start,
            'stop': self.start + timedelta(minutes=plan.minutes),
            'member_ids': [Command.create({'user_id': user.id}) for user in plan.user_ids],
            'topic_ids': [Command.set(plan.topic_ids.ids)],
            'day_id': plan.day_id.id if plan.as_day else False,
            **({'anyway_reason': self.anyway_reason} if self.decision == 'anyway' else {}),
        }
