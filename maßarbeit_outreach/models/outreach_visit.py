from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_datetime
from odoo.tools.misc import clean_context


class OutreachVisit(models.Model):
    """A contact with a company that several offices may share.

    SPECIFICATION
     * planned → confirmed → done, or cancelled with a reason; a cancelled visit can be planned again.
     * The linked appointment in the calendar owns the time: `start` and `stop` only show it. When the appointment
       goes, the visit is cancelled and keeps the time that it was planned for.
     * A visit is joint when economic development and the job centre are both in the team, with the agency that each
       person stood for at that time.
     * Planning and doing move the company's lead forward (see `crm.lead`), and are told in the company's chatter,
       without what was written in the report.
    """

    _name = 'outreach.visit'
    _description = "Visit"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'outreach.portal.mixin']
    _order = 'start desc, id desc'
    _rec_names_search = ['partner_id.name', 'kind_id.name']
    _check_company_auto = True
    _portal_fields = frozenset({'id', 'display_name', 'partner_id', 'kind_id', 'start', 'stop', 'stage', 'location'})

    # with whom, about what
    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, index=True, tracking=True, ondelete='restrict', check_company=True,
        domain="[('is_company', '=', True), ('outreach_vetting', '!=', 'blocked')]")
    contact_ids = fields.Many2many(
        'res.partner', 'outreach_visit_contact_rel', 'visit_id', 'partner_id', string="Contact Persons",
        domain="[('commercial_partner_id', '=', partner_id), ('is_company', '=', False)]")
    kind_id = fields.Many2one(
        'outreach.visit.kind', required=True, index=True, ondelete='restrict',
        default=lambda self: self.env['outreach.visit.kind'].search([], limit=1))
    topic_ids = fields.Many2many('outreach.topic', string="Topics")
    lead_id = fields.Many2one('crm.lead', index='btree_not_null', ondelete='set null', copy=False,
                              domain="[('is_outreach', '=', True), ('partner_id', 'child_of', partner_id)]")
    fair_id = fields.Many2one('event.event', "Job Fair", index='btree_not_null', ondelete='set null',
                              domain="[('is_job_fair', '=', True)]", help="The fair at which, or for which, you meet")
    stand_ids = fields.One2many(related='partner_id.outreach_stand_ids', string="Fair Stands of the Company")
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    # when and where
    event_id = fields.Many2one('calendar.event', "Appointment", index='btree_not_null', ondelete='set null', copy=False)
    start = fields.Datetime(
        compute='_compute_time', inverse='_inverse_time', store=True, required=True, index=True, tracking=True,
        readonly=False, copy=False, default=lambda self: self._default_start())
    stop = fields.Datetime(
        "End", compute='_compute_time', inverse='_inverse_time', store=True, required=True, readonly=False,
        copy=False, default=lambda self: self._default_start() + timedelta(hours=1))
    location = fields.Char("Place", compute='_compute_location', store=True, readonly=False, precompute=True)
    municipality_id = fields.Many2one(
        'outreach.municipality', compute='_compute_company_values', store=True, index='btree_not_null')
    industry_id = fields.Many2one(
        'outreach.industry', "Industry (WZ)", compute='_compute_company_values', store=True, index='btree_not_null')

    # who
    member_ids = fields.One2many('outreach.visit.member', 'visit_id', "Team", copy=True)
    user_ids = fields.Many2many('res.users', 'outreach_visit_user_rel', 'visit_id', 'user_id', string="Persons",
                                compute='_compute_team', store=True)
    agency_ids = fields.Many2many('outreach.agency', 'outreach_visit_agency_rel', 'visit_id', 'agency_id',
                                  string="Agencies", compute='_compute_team', store=True)
    is_joint = fields.Boolean("Joint", compute='_compute_team', store=True,
                              help="Economic development and the job centre go together.")
    invite_contacts = fields.Boolean(
        "Invite the Contact Persons", copy=False,
        help="Sends them an invitation by e-mail, and again whenever the time changes.")

    # planning: see outreach_visit_guard.py
    decision_ids = fields.One2many('outreach.contact.decision', 'visit_id', "Decisions")
    day_id = fields.Many2one('outreach.visit.day', "Visit Day", index='btree_not_null', ondelete='set null', copy=False)
    day_sequence = fields.Integer("Stop", copy=False, aggregator=None)

    # course
    stage = fields.Selection([
        ('planned', "Planned"),
        ('confirmed', "Confirmed"),
        ('done', "Done"),
        ('cancelled', "Cancelled"),
    ], required=True, default='planned', index=True, tracking=True, copy=False, group_expand=True)
    cancel_reason = fields.Char("Reason for Cancelling", copy=False, tracking=True)

    # report
    report_properties = fields.Properties("Answers", definition='kind_id.report_definition', copy=False)
    report_text = fields.Text("Report", copy=False)
    result = fields.Selection([
        ('demand_recorded', "Demand recorded"),
        ('call_back', "Call back"),
        ('handed_over', "Handed to a partner"),
        ('no_interest', "No interest"),
        ('nobody_met', "Nobody met"),
        ('informed', "Informed"),
    ], copy=False, tracking=True, index='btree_not_null')
    promise_ids = fields.One2many('outreach.promise', 'visit_id', "Promises")
    demand_ids = fields.One2many('outreach.demand', 'visit_id', "Demands")
    demand_count = fields.Integer(compute='_compute_demand_count')

    _time_check = models.Constraint('CHECK(stop >= start)', "A visit cannot end before it starts.")
    _cancel_check = models.Constraint(
        "CHECK(stage != 'cancelled' OR cancel_reason IS NOT NULL)",
        "Say why the visit is cancelled: use the button “Cancel Visit”.")
    _result_check = models.Constraint(
        "CHECK(stage != 'done' OR result IS NOT NULL)",
        "Open the visit and choose its result; then it can be set to done.")
    _partner_start_idx = models.Index('(partner_id, start)')

    # ------------------------------------------------------------
    # DEFAULTS AND COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _default_start(self):
        """This hour: who plans chooses a time anyway, and who reports from the car park was there just now."""
        return fields.Datetime.now().replace(minute=0, second=0, microsecond=0)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        user = self.env.user
        if 'member_ids' in fields_list and 'member_ids' not in values and user._get_outreach_agency():
            values['member_ids'] = [Command.create({'user_id': user.id, 'agency_id': user._get_outreach_agency().id})]
        return values

    @api.depends('partner_id.name', 'kind_id.name', 'start')
    def _compute_display_name(self):
        for visit in self.sudo():
            when = format_datetime(visit.env, visit.start, dt_format='short') if visit.start else ''
            visit.display_name = ', '.join(filter(None, [visit.partner_id.name, visit.kind_id.name, when]))

    @api.depends('event_id.start', 'event_id.stop')
    def _compute_time(self):
        for visit in self:
            # without an appointment the last known time stays
            visit.start = visit.event_id.start or visit.start
            visit.stop = visit.event_id.stop or visit.stop

    def _inverse_time(self):
        for visit in self:
            if visit.event_id:
                visit.event_id.sudo().with_context(**visit._get_calendar_context()).write(
                    {'start': visit.start, 'stop': visit.stop})
            elif visit.kind_id.channel != 'email':  # writing takes no time in anybody's calendar
                visit._create_appointment()

    @api.depends('partner_id')
    def _compute_location(self):
        for visit in self:
            visit.location = ', '.join(filter(None, [
                visit.partner_id.street, ' '.join(filter(None, [visit.partner_id.zip, visit.partner_id.city]))]))

    @api.depends('partner_id.outreach_municipality_id', 'partner_id.outreach_industry_id')
    def _compute_company_values(self):
        """Follow the company until the visit is done; then the figures of that year stay as they were."""
        for visit in self:
            done = visit.stage == 'done'
            if not (done and visit.municipality_id):
                visit.municipality_id = visit.partner_id.outreach_municipality_id
            if not (done and visit.industry_id):
                visit.industry_id = visit.partner_id.outreach_industry_id

    @api.depends('member_ids.user_id', 'member_ids.agency_id')
    def _compute_team(self):
        for visit in self:
            visit.user_ids = visit.member_ids.user_id
            visit.agency_ids = visit.member_ids.agency_id
            visit.is_joint = {'economic_development', 'job_centre'} <= set(visit.member_ids.agency_id.mapped('role'))

    @api.depends('demand_ids')
    def _compute_demand_count(self):
        counts = dict(self.env['outreach.demand']._read_group(
            [('visit_id', 'in', self.ids)], ['visit_id'], ['__count']))
        for visit in self:
            visit.demand_count = counts.get(visit._origin, 0)

    @api.onchange('start')
    def _onchange_start(self):
        """The end follows where it would make no sense; an end chosen along with the start stays."""
        if self.start and not (self.start <= (self.stop or self.start) <= self.start + timedelta(hours=12)):
            known = self._origin
            self.stop = self.start + ((known.stop - known.start) if known else timedelta(hours=1))

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains('partner_id')
    def _check_partner_is_company(self):
        self.partner_id._check_outreach_is_company()

    @api.constrains('stage', 'start')
    def _check_done_not_in_future(self):
        today = fields.Date.context_today(self)
        if early := self.filtered(lambda visit: visit.stage == 'done' and fields.Datetime.context_timestamp(
                visit, visit.start).date() > today):
            raise ValidationError(self.env._(
                "%(visit)s: this visit lies in the future. Set its time to when it took place, then set it to done.",
                visit=early[0].display_name))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get('start') and not vals.get('stop'):
                vals['stop'] = fields.Datetime.to_datetime(vals['start']) + timedelta(hours=1)
        # the team follows, see _team_changed; whoever types it in need not be in the team
        visits = super(OutreachVisit, self.with_context(mail_create_nosubscribe=True)).create(vals_list).with_env(self.env)
        visits.partner_id._check_outreach_not_blocked()
        visits.partner_id._mark_outreach_company()
        visits._link_lead()
        visits.filtered('invite_contacts')._sync_appointment()
        visits._action_post_plan()
        visits.filtered(lambda visit: visit.stage == 'done')._action_post_done()
        return visits

    def write(self, vals):
        if vals.get('start') and 'stop' not in vals:
            for visit in self:  # moving the start moves the visit, it does not shorten it
                visit.write(dict(vals, stop=fields.Datetime.to_datetime(vals['start']) + (visit.stop - visit.start)))
            return True
        if vals.get('stage', 'cancelled') != 'cancelled':
            vals = {'cancel_reason': False, **vals}
        before = {visit: visit.stage for visit in self} if 'stage' in vals else {}
        demands = {visit: visit.demand_ids.filtered(lambda demand, visit=visit: demand.partner_id == visit.partner_id)
                   for visit in self} if 'partner_id' in vals else {}
        res = super().write(vals)
        if 'partner_id' in vals:
            self.partner_id._check_outreach_not_blocked()
            self.partner_id._mark_outreach_company()
            self._link_lead()
            self._team_changed()
            for visit, logged in demands.items():
                logged.partner_id = visit.partner_id
        if 'kind_id' in vals:
            self.filtered(lambda visit: visit.stage in ('planned', 'confirmed') and not visit.event_id)._inverse_time()
        if {'contact_ids', 'invite_contacts', 'location', 'kind_id'} & vals.keys():
            self._sync_appointment()
        changed = self.filtered(lambda visit: visit in before and before[visit] != visit.stage)
        changed.flush_recordset(['stage', 'result', 'cancel_reason'])  # the constraints speak before anything is told
        changed.filtered(lambda visit: visit.stage == 'done')._action_post_done()
        changed.filtered(lambda visit: visit.stage == 'cancelled')._action_post_cancel()
        changed.filtered(lambda visit: before[visit] == 'cancelled')._action_post_reopen()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if self.filtered(lambda visit: visit.stage == 'done'):
            raise UserError(self.env._("A visit that took place counts in the figures and cannot be deleted. Cancel it instead."))

    def unlink(self):
        events = self.event_id.sudo()
        res = super().unlink()
        events.with_context(no_mail_to_attendees=True).unlink()
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        self.filtered(lambda visit: visit.stage == 'planned').stage = 'confirmed'

    def action_done(self):
        """Set to done, once the result is chosen."""
        open_visits = self.filtered(lambda visit: visit.stage in ('planned', 'confirmed'))
        if missing := open_visits.filtered(lambda visit: not visit.result):
            raise UserError(self.env._(
                "%(visit)s: choose the result under “Report” first.", visit=missing[0].display_name))
        open_visits.stage = 'done'

    def action_reset(self):
        """Plan a cancelled visit again, or take back a "done" by mistake."""
        self.filtered(lambda visit: visit.stage in ('cancelled', 'done', 'confirmed')).write(
            {'stage': 'planned', 'cancel_reason': False})

    def action_open_cancel(self):
        """Ask for the reason, then cancel."""
        return {
            'name': self.env._("Cancel Visit"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.visit.cancel',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_visit_ids': self.ids},
        }

    def action_open_appointment(self):
        self.ensure_one()
        return self.event_id._get_records_action()

    def action_view_demands(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_demand_action')
        return action | {
            'domain': [('visit_id', '=', self.id)],
            'context': {'default_visit_id': self.id, 'default_partner_id': self.partner_id.id},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _link_lead(self):
        """Every visit hangs on an open lead of its own company."""
        homeless = self.filtered(lambda visit: visit.sudo().lead_id.partner_id.commercial_partner_id != visit.partner_id)
        self.env['crm.lead']._link_outreach_leads(homeless)

    def _team_changed(self):
        """Follow a change of team: attendees, followers, and the company's list of agencies."""
        self.env['outreach.responsibility']._ensure(
            (visit.partner_id, agency) for visit in self for agency in visit.member_ids.agency_id)
        for visit in self:
            visit.message_subscribe(partner_ids=visit.member_ids.user_id.partner_id.ids)
        self._sync_appointment()

    def _cancel(self, reason):
        self.write({'stage': 'cancelled', 'cancel_reason': reason})

    def _action_post_plan(self):
        planned = self.filtered(lambda visit: visit.stage in ('planned', 'confirmed'))
        for on_site, visits in planned.grouped(lambda visit: visit.kind_id.is_visit).items():
            visits.lead_id._advance_outreach('visit_planned' if on_site else 'contacted')
        for visit in planned:
            visit._tell_company(self.env._("planned"))

    def _action_post_done(self):
        for on_site, visits in self.grouped(lambda visit: visit.kind_id.is_visit).items():
            visits.lead_id._advance_outreach('visited' if on_site else 'contacted')
        results = dict(self._fields['result']._description_selection(self.env))
        for visit in self:
            visit._tell_company(self.env._("done: %(result)s", result=results[visit.result]))

    def _action_post_cancel(self):
        self.event_id.sudo().filtered('active').with_context(no_mail_to_attendees=True).active = False
        for visit in self:
            visit._tell_company(self.env._("cancelled: %(reason)s", reason=visit.cancel_reason))

    def _action_post_reopen(self):
        for visit in self:
            event = visit.event_id.sudo().with_context(no_mail_to_attendees=True)
            if event:
                event.active = True
            elif visit.kind_id.channel != 'email':
                visit._create_appointment()
        self._action_post_plan()

    def _tell_company(self, what):
        """Note on the company and on the lead what happened, never what was talked about."""
        self.ensure_one()
        body = Markup("%s: %s (%s)") % (
            self._get_html_link(), what, ', '.join(self.member_ids.agency_id.mapped('name')) or self.env._("no team yet"))
        for record in (self.partner_id, self.lead_id):
            if record:
                record.sudo().message_post(body=body, author_id=self.env.user.partner_id.id)

    # ------------------------------------------------------------
    # CALENDAR
    # ------------------------------------------------------------

    def _get_calendar_context(self):
        """Nobody gets an e-mail, unless the officer asked for the company's contacts to be invited."""
        return {'no_mail_to_attendees': not self.invite_contacts, 'skip_contact_description': True}

    def _prepare_appointment_values(self):
        """What everybody in the house may read in the calendar: no topic, no report, no demand."""
        self.ensure_one()
        return {
            'name': f"{self.kind_id.name}: {self.partner_id.name}",
            'location': self.location,
            'partner_ids': [Command.set(
                (self.member_ids.user_id.partner_id | (self.contact_ids if self.invite_contacts else self.contact_ids[:0])).ids)],
        }

    def _create_appointment(self):
        self.ensure_one()
        # `default_*` keys meant for a visit would land in the appointment
        event = self.env['calendar.event'].sudo().with_context(
            clean_context(self.env.context), no_mail_to_attendees=True, skip_contact_description=True,
        ).create({
            **self._prepare_appointment_values(),
            'partner_ids': [Command.set(self.member_ids.user_id.partner_id.ids)],
            'start': self.start,
            'stop': self.stop,
            'user_id': self.env.user.id,
            'active': self.stage != 'cancelled',
        })
        # not in create(): there it would add an activity for what is a visit already
        event.write({'res_model_id': self.env['ir.model']._get_id(self._name), 'res_id': self.id})
        self.event_id = event

    def _sync_appointment(self):
        for visit in self.filtered('event_id'):
            event = visit.event_id.sudo().with_context(**visit._get_calendar_context())
            values = visit._prepare_appointment_values()
            wanted = set(values['partner_ids'][0][2])
            if wanted == set(event.partner_ids.ids):
                del values['partner_ids']
            event.write(values)
