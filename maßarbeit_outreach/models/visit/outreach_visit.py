from contextlib import nullcontext
from datetime import datetime, time, timedelta

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date, format_datetime
from odoo.tools.intervals import Intervals
from odoo.tools.misc import clean_context

from ...tools.base.links import map_link, tel_link
from ...tools.visit import free_slots
from ...tools.visit.coordination import hide_what
from ..base.groups import OUTREACH
from ..base.outreach_circle_mixin import WIDTH
from ..base.outreach_personal_words import warn_of_personal_words

RECAP_TYPE = 'maßarbeit_outreach.mail_activity_type_recap'
MAX_DAYS = 92
# The two offices that make a visit a joint one.
JOINT_ROLES = frozenset({'economic_development', 'job_centre'})
# When a time for a visit is proposed: local hours, and for how many days ahead.
VISIT_HOURS, PROPOSED_DAYS = (9, 17), 14
# A trip that takes longer than this goes on over the lunch hour.
HALF_A_DAY = 240


class OutreachVisit(models.Model):
    """A contact with a company that several offices may share.

    SPECIFICATION
     * planned → confirmed → done, or cancelled with a reason; a cancelled visit can be planned again.
     * The linked appointment in the calendar owns the time: `start` and `stop` only show it. When the appointment
       goes, the visit is cancelled and keeps the time that it was planned for.
     * A visit is joint when economic development and the job centre are both in the team, with the agency that each
       person stood for at that time.
     * The kind says what a visit is for, never with whom: the first visit of a company is proposed as such, later ones are not.
       For a visit to come the officer of the other office is proposed as team.
     * A call back that was agreed upon is a promise with the day until which it is due; without that day there is none.
     * A contact of the company is a visit, call or talk that is done: the last one, whichever agency had it. The next one is
       planned for today or later. Neither a mailing nor a visit at which nobody was met is a contact.
     * Planning and doing are told in the company's chatter, without what was written in the report.
     * The report starts from the last visit: what was answered then is there, and only what changed is to be tapped.
     * When a visit is done, each agency with an open interest in the company (see `_get_outreach_interests`) that was
       not in the team gets one recap: an activity on the visit for one of its people, without an e-mail.
     * Only for visits of the last `RECAP_DAYS` days, and not while data is loaded or imported.
     * One recap for a visit and agency, ever: done again, or promises changed, an open recap is brought up to date.
     * A visit has a circle of those who may know what it is about, see `outreach.circle.mixin`; the agencies of the team are in it, and
       those own it who planned it, or whom an owner took along. Who came along by themselves knows, and lets in nobody. Its kind,
       result and reason are told in the calendar and the company's chatter only where all may know them.
    """

    _name = 'outreach.visit'
    _description = "Visit"
    _inherit = [
        'outreach.visit.guard',
        'outreach.circle.mixin',
        'outreach.site.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'outreach.portal.mixin',
        'outreach.conflict.mixin',
        'outreach.open.mixin',
        'outreach.staff.mixin',
    ]
    _order = 'start desc, id desc'
    _rec_names_search = ['partner_id', 'kind_id.name']
    _check_company_auto = True
    _portal_fields = frozenset({'id', 'display_name', 'partner_id', 'kind_id', 'start', 'stop', 'stage', 'location'})
    _circle_agencies = 'agency_ids'
    _circle_owners = 'circle_owner_ids'
    _circle_people = ('user_ids', 'create_uid')

    OPEN_STAGES = ('planned', 'confirmed')
    RECAP_DAYS = 14
    RECAP_READ_DAYS = 7  # until when a recap should be read

    # with whom, about what
    partner_id = fields.Many2one(
        'res.partner',
        "Company",
        required=True,
        index=True,
        tracking=True,
        ondelete='restrict',
        check_company=True,
        domain="[('is_company', '=', True), ('outreach_vetting', '!=', 'blocked')]",
    )
    contact_ids = fields.Many2many(
        'res.partner',
        'outreach_visit_contact_rel',
        'visit_id',
        'partner_id',
        string="Contact Persons",
        domain="[('commercial_partner_id', '=', partner_id), ('is_company', '=', False), ('type', '!=', 'site')]",
    )
    kind_id = fields.Many2one(
        'outreach.visit.kind',
        required=True,
        index=True,
        ondelete='restrict',
        compute='_compute_kind_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    topic_ids = fields.Many2many('outreach.topic', string="Topics")
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    # when and where
    event_id = fields.Many2one('calendar.event', "Appointment", index='btree_not_null', ondelete='set null', copy=False)
    start = fields.Datetime(
        compute='_compute_time',
        inverse='_inverse_time',
        store=True,
        required=True,
        index=True,
        tracking=True,
        readonly=False,
        copy=False,
        default=lambda self: self._default_start(),
    )
    stop = fields.Datetime(
        "End",
        compute='_compute_time',
        inverse='_inverse_time',
        store=True,
        required=True,
        readonly=False,
        copy=False,
        default=lambda self: self._default_start() + timedelta(hours=1),
    )
    location = fields.Char("Place", compute='_compute_location', store=True, readonly=False, precompute=True)
    municipality_id = fields.Many2one('outreach.municipality', compute='_compute_company_values', store=True, index='btree_not_null')
    industry_id = fields.Many2one(
        'outreach.industry', "Industry (WZ)", compute='_compute_company_values', store=True, index='btree_not_null'
    )

    # who
    member_ids = fields.One2many('outreach.visit.member', 'visit_id', "Team", copy=True)
    user_ids = fields.Many2many(
        'res.users', 'outreach_visit_user_rel', 'visit_id', 'user_id', string="Persons", compute='_compute_team', store=True
    )
    agency_ids = fields.Many2many(
        'outreach.agency', 'outreach_visit_agency_rel', 'visit_id', 'agency_id', string="Agencies", compute='_compute_team', store=True
    )
    is_joint = fields.Boolean("Joint", compute='_compute_team', store=True, help="Economic development and the job centre go together.")
    invite_contacts = fields.Boolean(
        "Invite the Contact Persons", copy=False, help="Sends them an invitation by e-mail, and again whenever the time changes."
    )

    # who may know what it is about
    circle = fields.Selection(tracking=True)
    circle_owner_ids = fields.Many2many(
        'outreach.agency',
        'outreach_visit_circle_owner_rel',
        'visit_id',
        'agency_id',
        string="Who Decides Who May Know",
        readonly=True,
        copy=False,
    )

    proposed_partner_id = fields.Many2one('res.partner', "Team Proposed For", store=False, export_string_translation=False)
    contact_links = fields.Html("Call and Route", compute='_compute_contact_links', sanitize=False)  # a template of ours

    # planning; see outreach_visit_guard.py
    decision_ids = fields.One2many('outreach.contact.decision', 'visit_id', "Decisions")
    day_id = fields.Many2one('outreach.visit.day', "Visit Day", index='btree_not_null', ondelete='set null', copy=False)
    day_sequence = fields.Integer("Stop", copy=False, aggregator=None)

    # progress
    stage = fields.Selection(
        [('planned', "Planned"), ('confirmed', "Confirmed"), ('done', "Done"), ('cancelled', "Cancelled")],
        required=True,
        default='planned',
        index=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    is_over = fields.Boolean("Over", compute='_compute_is_over', export_string_translation=False)
    cancel_reason = fields.Char("Reason for Cancelling", copy=False, tracking=True)

    # report
    report_properties = fields.Properties("Answers", definition='kind_id.report_definition', copy=False)
    report_source_id = fields.Many2one(
        'outreach.visit', "Answers Taken From", readonly=True, copy=False, ondelete='set null', index='btree_not_null'
    )
    report_changes = fields.Text("What Changed", compute='_compute_report_changes')
    report_text = fields.Text("Report", copy=False)
    result = fields.Selection(
        [
            ('demand_recorded', "Demand recorded"),
            ('call_back', "Call back"),
            ('handed_over', "Handed to a partner"),
            ('no_interest', "No interest"),
            ('nobody_met', "Nobody met"),
            ('informed', "Informed"),
        ],
        copy=False,
        tracking=True,
        index='btree_not_null',
    )
    call_back_date = fields.Date("Call Back Until", copy=False)
    promise_ids = fields.One2many('outreach.promise', 'visit_id', "Promises")
    outcome_text = fields.Char("Recorded", compute='_compute_outcome_text')

    _time_check = models.Constraint('CHECK(stop >= start)', "A visit cannot end before it starts.")
    _cancel_check = models.Constraint(
        "CHECK(stage != 'cancelled' OR cancel_reason IS NOT NULL)", "Say why the visit is cancelled: use the button “Cancel Visit”."
    )
    _result_check = models.Constraint(
        "CHECK(stage != 'done' OR result IS NOT NULL)", "Open the visit and choose its result; then it can be set to done."
    )
    _partner_start_idx = models.Index('(partner_id, start)')

    _onchange_report_text_words = warn_of_personal_words('report_text')

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

    @api.depends('partner_id.name', 'kind_id.name', 'start', 'circle', 'agency_ids')
    @api.depends_context('uid', 'lang', 'tz')
    def _compute_display_name(self):
        """Other records name the visit to whoever reads them, so the kind is for those in the circle."""
        known = self._filter_known()
        for named in self:
            visit = named.sudo()
            when = format_datetime(visit.env, visit.start, dt_format='short') if visit.start else ''
            what = visit.kind_id.name if visit in known else self.env._("Appointment")
            named.display_name = ', '.join(filter(None, [visit.partner_id.name, what, when]))

    @api.depends('kind_id', 'partner_id')  # triggers only: a preset that changes later is no news for what was written
    def _compute_circle(self):
        return super()._compute_circle()

    def _get_circle_preset(self):
        return self.kind_id.circle

    def _get_circle_agreed(self):
        return self.partner_id.outreach_agreed_circle

    @api.depends('partner_id')
    def _compute_kind_id(self):
        """What is usual for this company; of a visit that exists, and what else was chosen on purpose, stays."""
        usual = self.env['outreach.visit.kind']._get_usual_kinds()
        to_propose = self.filtered(lambda visit: not visit._origin and (not visit.kind_id or visit.kind_id in usual))
        visited = self._get_visited_companies(to_propose.partner_id._origin) if to_propose else ()
        for visit in self:
            visit.kind_id = usual[visit.partner_id._origin in visited] if visit in to_propose else visit.kind_id

    @api.model
    def _get_visited_companies(self, partners):
        """Those of these companies where somebody of this organisation was; not where somebody only will be, or nobody was met."""
        if not partners:
            return partners
        visits = (
            Domain('partner_id', 'in', partners.ids)
            & Domain('company_id', '=', self.env.company.id)
            & Domain('kind_id.is_visit', '=', True)
            & Domain('stage', '=', 'done')
            & Domain('result', '!=', 'nobody_met')
        )
        return partners.browse(partner.id for (partner,) in self.sudo()._read_group(visits, ['partner_id']))

    @api.depends('stage', 'stop')
    def _compute_is_over(self):
        now = fields.Datetime.now()
        for visit in self:
            visit.is_over = bool(visit.stop) and visit.stop <= now

    @api.depends('partner_id', 'contact_ids', 'location', 'kind_id')
    def _compute_contact_links(self):
        """A press calls or opens the map; only then the number or the address goes out, and nothing besides."""
        link = Markup('<a href="%s" class="me-3 py-1 d-inline-block"><i class="fa %s me-1" role="img" aria-label="%s"></i>%s</a>')
        outside = Markup(
            '<a href="%s" class="py-1 d-inline-block" target="_blank" rel="noopener noreferrer"><i class="fa fa-map-marker me-1"></i>%s</a>'
        )
        for visit in self:
            contacts = visit.contact_ids._filtered_access('read')
            persons = [(person.name, person.phone) for person in contacts if tel_link(person.phone)]
            if not persons and visit.partner_id._filtered_access('read').phone:
                persons = [(visit.partner_id.name, visit.partner_id.phone)]
            links = [
                link % (tel_link(phone), 'fa-phone', self.env._("Call %(name)s", name=name), f"{name}: {phone}") for name, phone in persons
            ]
            if visit.kind_id.is_visit and (address := map_link(visit.location)):
                links.append(outside % (address, self.env._("Show on the map")))
            visit.contact_links = Markup().join(links) or False

    @api.depends('event_id.start', 'event_id.stop')
    def _compute_time(self):
        for visit in self:
            # without an appointment the last known time stays
            visit.start = visit.event_id.start or visit.start
            visit.stop = visit.event_id.stop or visit.stop

    def _inverse_time(self):
        for visit in self:
            if visit.event_id:
                visit.event_id.sudo().with_context(**visit._get_calendar_context()).write({'start': visit.start, 'stop': visit.stop})
            elif visit.kind_id.channel != 'email':  # writing takes no time in anybody's calendar
                visit._create_appointment()

    @api.depends('partner_id', 'site_id')
    def _compute_location(self):
        for visit in self:
            place = visit._get_site_or_company()
            visit.location = ', '.join(filter(None, [place.street, ' '.join(filter(None, [place.zip, place.city]))]))

    @api.depends(
        'partner_id.outreach_municipality_id',
        'partner_id.outreach_industry_id',
        'site_id.outreach_municipality_id',
        'site_id.outreach_industry_id',
    )
    def _compute_company_values(self):
        """Follow the company, and its site, until the visit is done; then the figures of that year stay as they were."""
        for visit in self:
            done = visit.stage == 'done'
            if not (done and visit.municipality_id):
                visit.municipality_id = visit._get_site_or_company().outreach_municipality_id
            if not (done and visit.industry_id):
                visit.industry_id = visit.site_id.outreach_industry_id or visit.partner_id.outreach_industry_id

    @api.depends('member_ids.user_id', 'member_ids.agency_id')
    def _compute_team(self):
        for visit in self:
            visit.user_ids = visit.member_ids.user_id
            visit.agency_ids = visit.member_ids.agency_id
            visit.is_joint = JOINT_ROLES.issubset(visit.member_ids.agency_id.mapped('role'))

    @api.depends('write_date', 'report_source_id')  # not the answers: a form would ask the server after every tap
    def _compute_report_changes(self):
        for visit in self:
            visit.report_changes = '\n'.join(visit._get_report_changes())

    def _get_report_changes(self):
        """Lines as "Staff needed: 1 to 2 → 3 to 5" for each answer that differs from the visit it was taken from."""
        self.ensure_one()
        if not self.report_source_id._filter_known():
            return []

        def words(visit, question):
            answer = dict(visit.report_properties or {}).get(question['name'])  # in words already
            if question['type'] == 'boolean':
                return self.env._("yes") if answer else self.env._("no")
            return str(answer or self.env._("no answer"))

        return [
            f"{question['string']}: {before} → {now}"
            for question in self.kind_id.report_definition or []
            if (before := words(self.report_source_id, question)) != (now := words(self, question))
        ]

    @api.onchange('partner_id')
    def _onchange_partner_contacts(self):
        """Whom one talked to last time is whom one will most likely meet."""
        if self.partner_id and not self.contact_ids & self.partner_id.child_ids:
            self.contact_ids = self._get_last_visits(self.partner_id)[self.partner_id._origin].contact_ids

    @api.model
    def _get_other_joint_roles(self, agency):
        """Which office would make a visit of this agency a joint one; none of those that never do."""
        return sorted(JOINT_ROLES - {agency.role}) if agency.role in JOINT_ROLES else []

    @api.onchange('partner_id', 'start', 'circle')
    def _onchange_propose_team(self):
        """Once for each company that is chosen, and only for a visit to come: what took place is told with the team that was there.
        Nobody from elsewhere is proposed for what stays in the own agency."""
        wanted = self.partner_id if self.circle != 'agency' else self.partner_id.browse()
        if self._origin or not self.start or self.start <= fields.Datetime.now() or wanted == self.proposed_partner_id:
            return
        me, former, partner = self.env.user, self.proposed_partner_id._origin, wanted._origin
        others = (former | partner)._get_outreach_other_officers(me)
        self.member_ids -= self.member_ids.filtered(lambda member: member.user_id._origin in others.get(former, me.browse()))
        for user in others.get(partner, me.browse()) - self.member_ids.user_id._origin:
            self.member_ids += self.env['outreach.visit.member'].new({'user_id': user.id})
        self.proposed_partner_id = wanted

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
        if early := self.filtered(
            lambda visit: visit.stage == 'done' and fields.Datetime.context_timestamp(visit, visit.start).date() > today
        ):
            raise ValidationError(
                self.env._(
                    "%(visit)s: this visit lies in the future. Set its time to when it took place, then set it to done.",
                    visit=early[0].display_name,
                )
            )

    @api.constrains('cancel_reason', 'stage')
    def _check_cancel_reason(self):
        for visit in self.filtered(lambda visit: visit.stage == 'cancelled' and visit.cancel_reason):  # empty: see the constraint above
            visit._check_outreach_reason(visit.cancel_reason)

    @api.constrains('event_id')
    def _check_one_appointment(self):
        if series := self.sudo().filtered(lambda visit: visit.event_id.recurrency or visit.event_id.recurrence_id):
            raise ValidationError(
                self.env._(
                    "%(visit)s: a visit is one appointment and cannot be repeated as a series."
                    " Use “Plan a Visit” at the company for each further visit.",
                    visit=series[0].display_name,
                )
            )

    @api.constrains('invite_contacts')  # who refuses later gets none either, see `calendar.attendee`
    def _check_invited(self):
        self.filtered('invite_contacts').contact_ids._check_outreach_mailable()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_appointments([vals['event_id'] for vals in self._with_defaults(vals_list, 'event_id') if vals.get('event_id')])
        vals_list = [dict(vals) for vals in vals_list]
        anyway = [vals.pop('anyway_reason', False) for vals in vals_list]
        for vals in vals_list:
            if vals.get('start') and not vals.get('stop'):
                vals['stop'] = fields.Datetime.to_datetime(vals['start']) + timedelta(hours=1)
        with self._guard_changes() as changes:
            # the team follows, see _team_changed; whoever types it in need not be in the team
            quiet = self.with_context(mail_create_nosubscribe=True)
            changes.creating.add(self._name)
            try:
                visits = super(OutreachVisit, quiet).create(vals_list).with_env(self.env)
            finally:  # whoever catches what is raised, and goes on, has teams that are followed
                changes.creating.discard(self._name)
            visits._team_began()
            visits._take_company()
            visits.filtered('invite_contacts')._sync_appointment()
            visits._action_post_plan()
            visits._sync_call_back()
            visits.filtered(lambda visit: visit.stage == 'done')._action_post_done()
            changes.facts.update(dict.fromkeys(visits.ids))
            changes.anyway.update((visit.id, why) for visit, why in zip(visits, anyway, strict=True) if why)
        visits.browse(
            [visit.id for visit, vals in zip(visits, vals_list, strict=True) if visit.stage != 'done' and not vals.get('report_properties')]
        )._prefill_report()
        visits._number_stops()
        return visits

    def write(self, vals):
        if vals.get('event_id'):
            self._check_appointments([vals['event_id']])
        new_on_day = self.filtered(lambda visit: visit.day_id.id != vals['day_id']) if 'day_id' in vals else self.browse()
        is_guarded = bool(self._guarded_fields & vals.keys())
        with self._guard_changes() if is_guarded else nullcontext() as changes:
            if is_guarded:
                vals = dict(vals)
                if why := vals.pop('anyway_reason', False):
                    changes.anyway.update(dict.fromkeys(self.ids, why))
            if vals.get('start') and 'stop' not in vals:
                for visit in self:  # moving the start moves the visit, it does not shorten it
                    visit.write(dict(vals, stop=fields.Datetime.to_datetime(vals['start']) + (visit.stop - visit.start)))
            else:
                if vals.get('stage', 'cancelled') != 'cancelled':
                    vals = {'cancel_reason': False, **vals}
                before = {visit: visit.stage for visit in self} if 'stage' in vals else {}
                told = {visit: visit._get_told_records() for visit in self.sudo()} if 'partner_id' in vals else {}
                super().write(vals)
                self._follow_write(vals, before)
                for visit, records in told.items():  # a visit that is at another company now is none of the former one's business
                    visit._unsay([record for record in records if record not in visit._get_told_records()])
        if 'day_sequence' not in vals:
            new_on_day._number_stops()
        return True

    def _follow_write(self, vals, before):
        """What follows from a write. `before` are the stages that the visits had, if they may have changed."""
        if 'partner_id' in vals:
            self._take_company()
            self._team_changed()
        if 'kind_id' in vals:
            self.filtered(lambda visit: visit.is_open and not visit.event_id)._inverse_time()
        if {'contact_ids', 'invite_contacts', 'location', 'kind_id'} & vals.keys():
            self._sync_appointment()
        changed = self.filtered(lambda visit: visit in before and before[visit] != visit.stage)
        changed.flush_recordset(['stage', 'result', 'cancel_reason'])  # the constraints speak before anything is told
        if {'stage', 'result', 'call_back_date'} & vals.keys():
            self._sync_call_back()
        changed.filtered(lambda visit: visit.stage == 'done')._action_post_done()
        changed.filtered(lambda visit: visit.stage == 'cancelled')._action_post_cancel()
        changed.filtered(lambda visit: before[visit] == 'cancelled')._action_post_reopen()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if self.filtered(lambda visit: visit.stage == 'done'):
            raise UserError(self.env._("A visit that took place counts in the figures and cannot be deleted. Cancel it instead."))

    def unlink(self):
        self.promise_ids.sudo().unlink()  # the database would delete them too, but leave their to-dos
        events = self.event_id.sudo()
        res = super().unlink()
        events.with_context(no_mail_to_attendees=True).unlink()
        return res

    # History that is loaded is no news
    def _load_records_create(self, vals_list):
        return super(OutreachVisit, self.with_context(outreach_no_recap=True))._load_records_create(vals_list)

    def _load_records_write(self, values):
        return super(OutreachVisit, self.with_context(outreach_no_recap=True))._load_records_write(values)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        self.filtered(lambda visit: visit.stage == 'planned').stage = 'confirmed'

    def action_done(self):
        """Set to done, once the result is chosen."""
        open_visits = self.filtered('is_open')
        if missing := open_visits.filtered(lambda visit: not visit.result):
            raise UserError(self.env._("%(visit)s: choose the result under “Report” first.", visit=missing[0].display_name))
        if undated := open_visits.filtered(lambda visit: visit.result == 'call_back' and not visit.call_back_date):
            raise UserError(self.env._("%(visit)s: say under “Report” until when you call back.", visit=undated[0].display_name))
        open_visits.stage = 'done'

    def action_reset(self):
        """Plan a cancelled visit again, or take back a "done" by mistake."""
        self.filtered(lambda visit: visit.stage in ('cancelled', 'done', 'confirmed')).write({'stage': 'planned', 'cancel_reason': False})

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

    def action_refer(self):
        """Open an empty referral of this visit's company in a dialog."""
        self.ensure_one()
        return self.with_context(default_visit_id=self.id, default_topic_ids=self.topic_ids.ids).partner_id.action_refer_outreach()

    def action_note_warning(self):
        """Open an empty early warning about this visit's company in a dialog."""
        self.ensure_one()
        return self.partner_id.action_note_outreach_warning()

    def action_join(self, topic_ids=(), instead_of_id=False):
        """Go along to this appointment: the user joins its team with their agency, and the calendar follows.

        :param topic_ids: topics that the user wanted to talk about; they are added to those of the appointment
        :param instead_of_id: planned visit of the user that this one replaces; it is cancelled
        :return: the action that opens the appointment
        """
        self.ensure_one()
        self.check_access('write')
        if not self.is_open:
            raise UserError(self.env._("%(visit)s is not planned any more, so nobody can join it.", visit=self.display_name))
        user = self.env.user
        if not user._get_outreach_agency():
            raise UserError(self.env._("You belong to no agency. A manager can add you to one under Configuration, Agencies."))
        values = {'topic_ids': [Command.link(topic) for topic in topic_ids]}
        if user not in self.member_ids.user_id:
            values['member_ids'] = [Command.create({'user_id': user.id})]
        self.write(values)
        if instead_of_id:
            own = self.browse(instead_of_id)
            own.check_access('write')
            when = format_datetime(self.env, self.start, dt_format='short')
            own._cancel(self.env._("Joined instead: %(visit)s", visit=f"{self.partner_id.name}, {when}"))
        return self._get_records_action(target='current')

    def action_find_time(self):
        """Offer the next times at which the whole team is free."""
        self.ensure_one()
        minutes = round((self.stop - self.start).total_seconds() / 60)
        return self.env['outreach.visit.slot']._open({'visit_id': self.id, 'user_ids': self.user_ids.ids, 'minutes': minutes or 60})

    def action_plan_next(self):
        """Open an empty visit to the same company."""
        self.ensure_one()
        return self.partner_id.action_plan_outreach_visit()

    def action_open_appointment(self):
        self.ensure_one()
        return self.event_id._get_records_action()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _take_company(self):
        """These visits have a company that they did not have before."""
        self.partner_id._check_outreach_not_blocked()
        self.partner_id._mark_outreach_company()

    def _team_began(self):
        """Like `_team_changed`, of visits that are new: nobody follows them, and their appointments know the team."""
        self.env['outreach.responsibility']._ensure((visit.partner_id, agency) for visit in self for agency in visit.member_ids.agency_id)
        for agencies, visits in self.sudo().grouped('agency_ids').items():
            if agencies:
                visits.circle_owner_ids = agencies
        for team, visits in self.grouped(lambda visit: visit.member_ids.user_id.partner_id).items():
            if team:
                self.env['mail.followers'].sudo()._insert_followers(
                    self._name, visits.ids, team.ids, subtypes=None, customer_ids=[], check_existing=False
                )

    def _team_changed(self):
        """Follow a change of team: attendees, followers, and the company's list of agencies."""
        self.env['outreach.responsibility']._ensure((visit.partner_id, agency) for visit in self for agency in visit.member_ids.agency_id)
        for visit in self:
            visit.message_subscribe(partner_ids=visit.member_ids.user_id.partner_id.ids)
        self._leave_circle()
        self._sync_appointment()

    def _cancel(self, reason):
        self.write({'stage': 'cancelled', 'cancel_reason': reason})

    def _action_post_plan(self):
        for visit in self.filtered('is_open'):
            visit._tell_company(self.env._("planned"))

    def _action_post_done(self):
        results = dict(self._fields['result']._description_selection(self.env))
        for visit in self:
            told = visit._is_told_to_all()
            visit._tell_company(self.env._("done: %(result)s", result=results[visit.result]) if told else self.env._("done"))
        if not self.env.context.get('outreach_no_recap'):
            self._send_recaps()

    def _action_post_cancel(self):
        self.event_id.sudo().filtered('active').with_context(no_mail_to_attendees=True).active = False
        for visit in self:
            told = visit._is_told_to_all()
            visit._tell_company(self.env._("cancelled: %(reason)s", reason=visit.cancel_reason) if told else self.env._("cancelled"))

    def _action_post_reopen(self):
        for visit in self:
            event = visit.event_id.sudo().with_context(no_mail_to_attendees=True)
            if event:
                event.active = True
            elif visit.kind_id.channel != 'email':
                visit._create_appointment()
        self._action_post_plan()

    def _tell_company(self, what):
        """Note on the company, and whatever else is told, what happened, never what was talked about, nor a time that may change."""
        self.ensure_one()
        body = Markup("%s: %s (%s)") % (
            self._get_html_link(title=self._get_public_name()),
            what,
            ', '.join(self.member_ids.agency_id.mapped('name')) or self.env._("no team yet"),
        )
        for record in self._get_told_records():
            record.sudo()._message_log(body=body, author_id=self.env.user.partner_id.id)

    def _get_told_records(self):
        """The records whose chatter says that the visit was planned, done or cancelled."""
        return [self.partner_id]

    def _get_public_name(self):
        """What the visit is called where everybody reads it."""
        return self.kind_id.name if self._is_told_to_all() else self.env._("Appointment")

    # ------------------------------------------------------------
    # CIRCLE, see `outreach.circle.mixin`
    # ------------------------------------------------------------

    @api.model
    def _over_circle(self):
        """The model with all rights, and the domain that has to go with it: the visits of the organisations at hand, of a municipality
        those there, whoever may read what they are about. For figures, and for what everybody is told: that somebody goes there.

        :raise AccessError: for whoever reads no visits
        """
        self.browse().check_access('read')
        here = self.env.user._get_outreach_place_domain('partner_id.outreach_municipality_id')
        return self.sudo(), Domain('company_id', 'in', self.env.companies.ids) & here

    def _follow_circle(self, before):
        """The calendar, what was told on the company's page, followers and to-dos. What was sent by e-mail stays sent."""
        res = super()._follow_circle(before)
        self._sync_appointment()
        for visit in self.filtered(lambda visit: not visit._is_told_to_all()):
            visit._unsay([*visit._get_told_records(), *visit._get_formerly_told_records()])
            visit._unsay_decisions()
            outside = visit.message_partner_ids - visit._filter_circle_partners(visit.message_partner_ids)
            visit.message_unsubscribe(outside.ids)
            visit.with_context(active_test=False).activity_ids.filtered(
                lambda to_do, visit=visit: to_do.user_id and not visit._filter_known(to_do.user_id)
            ).unlink()
        return res

    def _get_formerly_told_records(self):
        return [*self._get_former_companies()]

    def _get_former_companies(self):
        """Where the visit was to be before, as far as tracking knows."""
        values = (
            self.env['mail.tracking.value']
            .sudo()
            .search(
                [
                    ('mail_message_id', 'in', self.sudo().message_ids.ids),
                    ('field_id', '=', self.env['ir.model.fields']._get(self._name, 'partner_id').id),
                ]
            )
        )
        return self.env['res.partner'].sudo().browse(values.mapped('old_value_integer')).exists()

    def _unsay(self, records):
        """Take kind, result and reason out of what was told on these records, where everybody reads it."""
        mark = f'data-oe-model="{self._name}" data-oe-id="{self.id}"'
        for record in records:
            told = (
                self.env['mail.message'].sudo().search([('model', '=', record._name), ('res_id', '=', record.id), ('body', 'ilike', mark)])
            )
            told.body = Markup("%s (%s)") % (
                self._get_html_link(title=self.env._("Appointment")),
                ', '.join(self.member_ids.agency_id.mapped('name')) or self.env._("no team yet"),
            )

    def _unsay_decisions(self):
        """Take the kind out of what somebody was shown of this visit who went anyway: others read that, and it stays."""
        key = f'visit:{self.id}'
        companies = self.partner_id | self._get_former_companies()
        for decision in self.env['outreach.contact.decision'].sudo().search([('partner_id', 'in', companies.ids)]):
            lines = decision.conflicts.split('\n')
            if key in decision.conflict_keys and len(lines) == len(decision.conflict_keys):
                index = decision.conflict_keys.index(key)
                lines[index] = hide_what(lines[index])
                decision.conflicts = '\n'.join(lines)

    def _leave_circle(self):
        """Who is in the circle may have changed with the team."""
        closed = self.sudo().filtered(lambda visit: not visit._is_told_to_all())
        closed._follow_circle({})

    # ------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------

    @api.model
    def _get_contact_sql(self):
        """What a contact is, as SQL about a visit `v`; days are those of the user's time zone.

        `met` is a contact that took place, `ahead` one that is to come; both only of visits `to_one` company. `ours` are the
        visits of the organisations at hand.
        """
        today = SQL("%s::date", fields.Date.context_today(self))
        day = SQL("(v.start AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", self.env.tz.zone, to_flush=self._fields['start'])
        return {
            'today': today,
            'day': day,
            'ours': SQL("v.company_id IN %s", tuple(self.env.companies.ids), to_flush=self._fields['company_id']),
            'to_one': SQL(
                "NOT v.kind_id = ANY (ARRAY(SELECT id FROM outreach_visit_kind WHERE is_mass))",
                to_flush=[self._fields['kind_id'], self.env['outreach.visit.kind']._fields['is_mass']],
            ),
            'met': SQL(
                "v.stage = 'done' AND v.result IS DISTINCT FROM 'nobody_met'", to_flush=[self._fields['stage'], self._fields['result']]
            ),
            'ahead': SQL("v.stage IN %s AND %s >= %s", self.OPEN_STAGES, day, today, to_flush=self._fields['stage']),
        }

    @api.model
    def _query_contacts(self, company):
        """SQL for one row: the days of last visit, last joint visit, last and next contact of the company with the id `company`."""
        return SQL(
            "SELECT %(columns)s FROM outreach_visit v WHERE v.partner_id = %(company)s AND %(ours)s AND %(to_one)s",
            company=company,
            **self._get_contact_sql(),
            columns=self._get_contact_columns(),
            to_flush=self._fields['partner_id'],
        )

    @api.model
    def _query_all_contacts(self, companies):
        """The same for the companies whose ids are the column `id` of the table `companies`: a row with `partner_id` for each that
        has any contact, and `met_at`, when the last one began."""
        return SQL(
            """
            SELECT v.partner_id, %(columns)s
              FROM %(companies)s company
              JOIN outreach_visit v ON v.partner_id = company.id AND %(ours)s AND %(to_one)s
             GROUP BY v.partner_id
            """,
            companies=companies,
            **self._get_contact_sql(),
            columns=self._get_contact_columns(),
            to_flush=self._fields['partner_id'],
        )

    def _get_contact_columns(self):
        """What sums up visits `v`. Days are worked out last: once for each company instead of for each visit."""
        parts = self._get_contact_sql()
        on_site = SQL(
            "v.kind_id = ANY (ARRAY(SELECT id FROM outreach_visit_kind WHERE is_visit))",
            to_flush=self.env['outreach.visit.kind']._fields['is_visit'],
        )
        joint = SQL("v.is_joint", to_flush=self._fields['is_joint'])
        sums = {
            'last_visit': SQL("max(v.start) FILTER (WHERE %s AND %s)", parts['met'], on_site),
            'last_joint_visit': SQL("max(v.start) FILTER (WHERE %s AND %s AND %s)", parts['met'], on_site, joint),
            'last_contact': SQL("max(v.start) FILTER (WHERE %s)", parts['met']),
            'next_contact': SQL("min(v.start) FILTER (WHERE %s)", parts['ahead']),
        }
        return SQL(', ').join(
            SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS %s", value, self.env.tz.zone, SQL.identifier(name))
            for name, value in sums.items()
        )

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
            'name': f"{self._get_public_name()}: {self.partner_id.name}",
            'location': self.location,
            'partner_ids': [
                Command.set((self.member_ids.user_id.partner_id | (self.contact_ids if self.invite_contacts else self.contact_ids[:0])).ids)
            ],
        }

    def _create_appointment(self):
        self.ensure_one()
        self.sudo().member_ids.user_id.partner_id.mapped('name')  # of all in one query
        # `default_*` keys meant for a visit would land in the appointment
        event = (
            self.env['calendar.event']
            .sudo()
            .with_context(
                clean_context(self.env.context),
                no_mail_to_attendees=True,
                skip_contact_description=True,
                dont_notify=True,  # it has no reminder yet
                mail_create_nolog=True,  # the visit says who planned it
            )
            .create(
                {
                    **self._prepare_appointment_values(),
                    'partner_ids': [Command.set(self.member_ids.user_id.partner_id.ids)],
                    'start': self.start,
                    'stop': self.stop,
                    'duration': (self.stop - self.start).total_seconds() / 3600,
                    'res_model_id': self.env['ir.model']._get_id(self._name),
                    'res_model': self._name,
                    'res_id': self.id,
                    'outreach_company_id': self.company_id.id,
                    'user_id': self.env.user.id,
                    'active': self.stage != 'cancelled',
                }
            )
        )
        self.sudo().event_id = event

    def _check_appointments(self, event_ids):
        """Raise AccessError unless these appointments, which shall be those of these visits, are of this user and of no other visit: a
        visit names, moves and cancels its appointment with all rights."""
        if self.env.su:
            return
        events = self.env['calendar.event'].sudo().with_context(active_test=False).browse(event_ids).exists()
        mine = events.filtered_domain(Domain('user_id', '=', self.env.uid) | Domain('partner_ids', 'in', self.env.user.partner_id.ids))
        for event in events - self.sudo().event_id:
            if event not in mine or event.outreach_about_person or event.outreach_visit_ids - self.sudo():
                raise AccessError(
                    self.env._("A visit takes an appointment of your own that belongs to no other visit. Leave it empty, then one is made.")
                )

    def _sync_appointment(self):
        for visit in self.filtered('event_id'):
            event = visit.event_id.sudo().with_context(**visit._get_calendar_context())
            values = visit._prepare_appointment_values()
            wanted = set(values['partner_ids'][0][2])
            if wanted == set(event.partner_ids.ids):
                del values['partner_ids']
            event.write(values)

    # ------------------------------------------------------------
    # REPORT
    # ------------------------------------------------------------

    @api.model
    def _get_last_visits(self, partners):
        """`{company: its last visit done}`, without an entry an empty recordset."""
        last = dict.fromkeys(partners._origin, self.browse())
        if last:
            self.flush_model(['partner_id', 'stage', 'start'])
            ids = [
                row[0]
                for row in self.env.execute_query(
                    SQL(
                        "SELECT DISTINCT ON (partner_id) id FROM outreach_visit WHERE partner_id IN %s AND stage = 'done'"
                        " ORDER BY partner_id, start DESC",
                        tuple(partners._origin.ids),
                    )
                )
            ]
            last.update((visit.partner_id, visit) for visit in self.browse(ids)._filtered_access('read'))
        return last

    def _prefill_report(self):
        """Take over the answers of the last visit to the same questions; a question keeps its key over all kinds."""
        last = self._get_last_visits(self.partner_id)
        answers = {
            row['id']: {answer['name']: answer.get('value') for answer in row['report_properties']}
            for row in self.union(*last.values()).read(['report_properties'])
        }
        for visit in self:
            source = last[visit.partner_id]
            if not source._may_hand_on_to(visit):
                continue
            asked = {question['name'] for question in visit.kind_id.report_definition or []}
            known = {name: value for name, value in answers.get(source.id, {}).items() if name in asked and value}
            if known:
                visit.write({'report_properties': known, 'report_source_id': source.id})

    def _may_hand_on_to(self, visit):
        """Whether nobody learns answers of this visit by that one who may not read this one."""
        width = WIDTH.get(self.circle, 0)
        return (
            bool(self)
            and WIDTH[visit.circle] <= width
            and (width or (bool(visit.agency_ids) and visit.agency_ids <= self.agency_ids and visit.user_ids <= self.user_ids))
        )

    @api.depends('write_date')  # not what it tells: a form would ask the server after every tap, and lose what is tapped meanwhile
    @api.depends_context('lang', 'tz')
    def _compute_outcome_text(self):
        for visit in self:
            visit.outcome_text = visit.stage == 'done' and ' · '.join(filter(None, visit._get_outcome_words()))

    def _get_outcome_words(self):
        """What is recorded of a visit that took place, for the line that says so."""
        self.ensure_one()
        until = self.result == 'call_back' and self.call_back_date
        promises = len(self.promise_ids)
        return [
            self.env._(
                "Recorded for %(day)s: %(result)s",
                day=format_date(self.env, fields.Datetime.context_timestamp(self, self.start).date()),
                result=dict(self._fields['result']._description_selection(self.env)).get(self.result, ''),
            ),
            until and self.env._("until %(date)s", date=format_date(self.env, until)),
            promises and (self.env._("1 promise") if promises == 1 else self.env._("%(count)s promises", count=promises)),
        ]

    def _sync_call_back(self):
        """Keep one promise for each call back that was agreed upon, with its day; what was kept or dropped stays as it is."""
        agreed = self.filtered(lambda visit: visit.stage == 'done' and visit.result == 'call_back' and visit.call_back_date)
        dated = self.filtered(lambda visit: visit in agreed or visit.call_back_date)
        (dated - agreed).promise_ids.filtered(lambda promise: promise.is_call_back and promise.state == 'open').sudo().unlink()
        for visit in agreed:
            promises = visit.promise_ids.filtered('is_call_back')
            if not promises:
                visit._promise_call_back()
            promises.filtered(lambda promise, visit=visit: promise.state == 'open' and promise.date_deadline != visit.call_back_date).write(
                {'date_deadline': visit.call_back_date}
            )

    def _promise_call_back(self):
        self.ensure_one()
        user = self.env.user if self.env.user._get_outreach_agency() else self.member_ids.user_id[:1]
        if not user:
            raise UserError(self.env._("%(visit)s: add to the team who calls back.", visit=self.display_name))
        self.env['outreach.promise'].create(
            {
                'name': self.env._("Call them back"),
                'is_call_back': True,
                'visit_id': self.id,
                'user_id': user.id,
                'date_deadline': self.call_back_date,
            }
        )

    # ------------------------------------------------------------
    # RECAPS
    # ------------------------------------------------------------

    # OVERRIDE so that who gets a recap does not follow the visit, and with it get e-mails; core subscribes whoever has an
    # activity. Remove when core can leave that out.
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.context.get('outreach_recap'):
            return True
        self._check_circle_partners(self.env['res.partner'].browse(partner_ids or []))
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    # OVERRIDE so that whoever left the circle, or an agency in it, gets no more e-mail, though they follow. Remove when core asks
    # whether a follower may still read.
    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        partners = self.env['res.partner'].sudo().browse(recipient['id'] for recipient in recipients if recipient['id'])
        outside = set((partners - self._filter_circle_partners(partners)).ids)
        return [recipient for recipient in recipients if recipient['id'] not in outside]

    def _send_recaps(self):
        since = fields.Datetime.now() - timedelta(days=self.RECAP_DAYS)
        visits = self.sudo().filtered(lambda visit: visit.stage == 'done' and visit.start >= since)
        if not visits:
            return
        visits._refresh_recaps()
        told = (
            self.env['mail.activity']
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [('res_model', '=', self._name), ('res_id', 'in', visits.ids), ('outreach_agency_id', '!=', False)],
                ['res_id'],
                ['outreach_agency_id:recordset'],
            )
        )
        told = {visit: agencies.ids for visit, agencies in told}
        interests = visits.partner_id._get_outreach_interests()
        read_until = fields.Date.context_today(self) + timedelta(days=self.RECAP_READ_DAYS)
        recaps = []
        for visit in visits:
            for agency, users in interests[visit.partner_id].items():
                user = (
                    agency not in visit.agency_ids
                    and agency.id not in told.get(visit.id, ())
                    and next((user for user in users if visit._may_get_recap(user, agency)), None)
                )
                if user:
                    recaps.append(
                        {
                            **visit._prepare_recap_values(user.lang),
                            'date_deadline': read_until,
                            'user_id': user.id,
                            'outreach_agency_id': agency.id,
                            'res_id': visit.id,
                        }
                    )
        visits.with_context(outreach_recap=True)._outreach_give_to_dos(recaps, RECAP_TYPE)

    def _may_get_recap(self, user, agency):
        """Whether this person stands for the agency today and may read the visit."""
        return (
            user.active
            and user in agency.user_ids
            and self.company_id in user.company_ids
            and user.has_group(OUTREACH)
            and bool(self._filter_known(user))
        )

    def _refresh_recaps(self):
        """Bring the open recaps of these visits up to date."""
        for visit in self.sudo():
            for recap in visit.activity_ids.filtered('outreach_agency_id'):
                recap.write(visit._prepare_recap_values(recap.user_id.lang))

    def _prepare_recap_values(self, lang):
        """Who was there, what came of it, and what was promised, by whom, until when; never the report itself."""
        visit = self.with_context(lang=lang or self.env.lang)
        env = visit.env
        sides = dict(env['outreach.promise']._fields['side']._description_selection(env))
        results = dict(visit._fields['result']._description_selection(env))
        promises = Markup().join(
            Markup("<li>%s: %s – %s, %s</li>")
            % (
                sides[promise.side],
                promise.name,
                env._("%(person)s (%(agency)s)", person=promise.user_id.name, agency=promise.agency_id.name),
                env._("until %(date)s", date=format_date(env, promise.date_deadline)),
            )
            for promise in visit.promise_ids
            if promise.state == 'open'
        )
        return {
            'summary': env._("%(company)s was visited: %(result)s", company=visit.partner_id.name, result=results.get(visit.result, '')),
            'note': Markup("<p>%s, %s: %s</p><ul>%s</ul>")
            % (
                visit.kind_id.name,
                format_datetime(env, visit.start, dt_format='short'),
                ', '.join(f"{member.user_id.name} ({member.agency_id.name})" for member in visit.member_ids),
                promises or Markup("<li>%s</li>") % env._("Nothing was promised."),
            ),
        }

    # ------------------------------------------------------------
    # VISIT DAY
    # ------------------------------------------------------------

    def _number_stops(self):
        """Visits that come to a day come after those that are on it."""
        for visits in self.filtered('day_id').grouped('day_id').values():
            last = max((visits.day_id.visit_ids - visits).mapped('day_sequence'), default=0)
            for number, visit in enumerate(visits.sorted('start'), start=last + 1):
                visit.day_sequence = number

    def _get_place(self):
        """Where the visit is, as `tools/visit/visit_day.py` wants it."""
        return self.municipality_id._get_place()

    # ------------------------------------------------------------
    # FREE TIME, see `tools/visit/free_slots.py`
    # ------------------------------------------------------------

    @api.model
    def _find_free_slots(self, users, date_from, date_to, minutes, ignored_events=()):
        """When all these colleagues are free, from now on and within the working hours of the organisation.

        Private, since what it answers says when colleagues are busy: the wizard "Find a Time", for officers, is the
        door. Working hours and days are meant in the time zone of whoever asks. The number of queries does not depend
        on the number of persons, days or appointments.

        :param date_from, date_to: days, both included; at most `MAX_DAYS` apart
        :param ignored_events: appointments that may be overlapped, such as the one that is to be moved
        :return: [(start, stop)] in UTC without time zone, as `Datetime` fields have it
        :raise UserError: no team, somebody who is no colleague of an agency, or bad limits
        """
        users = users._filtered_access('read')
        if not users:
            raise UserError(self.env._("Choose who is to come along; then a time can be found."))
        if strangers := users.filtered(lambda user: not user._get_outreach_agency() or self.env.company not in user.sudo().company_ids):
            raise UserError(
                self.env._(
                    "%(users)s: only the calendars of colleagues in an agency are looked at.", users=', '.join(strangers.mapped('name'))
                )
            )
        if not 5 <= minutes <= 600:
            raise UserError(self.env._("A visit takes 5 minutes to 10 hours."))
        if not date_from <= date_to <= date_from + timedelta(days=MAX_DAYS):
            raise UserError(self.env._("Choose a period of one day to three months."))
        begin, end = self._to_utc(date_from), self._to_utc(date_to + timedelta(days=1))
        busy = self._get_busy_intervals(users, begin, end, ignored_events)
        working = self._get_working_intervals(begin, end, over_breaks=minutes > HALF_A_DAY)
        slots = free_slots.find_free(busy, working, minutes)
        now = fields.Datetime.now()
        return [slot for slot in slots if slot[0] >= now]

    @api.model
    def _to_utc(self, day, hour=0.0):
        """The UTC time of a day and hour in the time zone of the user, also on a day on which clocks change."""
        local = datetime.combine(day, time()) + timedelta(minutes=round(hour * 60))
        return self.env.tz.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_next_morning(self):
        """Nine o'clock on the next working day."""
        return self._to_utc(next(self._iter_working_days(fields.Date.context_today(self) + timedelta(days=1))), 9)

    @api.model
    def _propose_start(self, users, minutes=60):
        """Nine o'clock on the next working day, or the first time after it, in the usual hours of a visit, at which these colleagues
        are free. Nine o'clock where that is never within two weeks: who plans sees what speaks against it."""
        morning = self._get_next_morning()
        users = users.filtered(lambda user: user._get_outreach_agency())
        if not users:
            return morning
        first = fields.Datetime.context_timestamp(self, morning).date()
        days = sorted(self._get_working_days(first, first + timedelta(days=PROPOSED_DAYS)))
        hours = Intervals([(self._to_utc(day, VISIT_HOURS[0]), self._to_utc(day, VISIT_HOURS[1]), self) for day in days])
        begin, end = self._to_utc(first), self._to_utc(first + timedelta(days=PROPOSED_DAYS + 1))
        hours &= Intervals([(*interval, self) for interval in self._get_working_intervals(begin, end)])
        slots = free_slots.find_free(self._get_busy_intervals(users, begin, end), [(start, stop) for start, stop, __ in hours], minutes)
        return next((start for start, __ in slots if start >= morning), morning)

    @api.model
    def _iter_working_days(self, day):
        """Yield the days from `day` on on which the organisation works, as long as somebody asks."""
        while working := self._get_working_days(day, day + timedelta(days=MAX_DAYS)):
            yield from sorted(working)
            day += timedelta(days=MAX_DAYS + 1)
        while True:  # nobody keeps the working hours
            if day.isoweekday() < 6:
                yield day
            day += timedelta(days=1)

    @api.model
    def _get_working_days(self, first, last):
        """The days, both limits included, on which the working calendar of the organisation has hours: neither weekends nor public
        holidays. Without such a calendar from Monday to Friday."""
        if not self.env.company.sudo().resource_calendar_id:
            days = (first + timedelta(days=number) for number in range((last - first).days + 1))
            return {day for day in days if day.isoweekday() < 6}
        working = self._get_working_intervals(self._to_utc(first), self._to_utc(last + timedelta(days=1)))
        return {pytz.utc.localize(start).astimezone(self.env.tz).date() for start, __ in working}

    @api.model
    def _get_working_intervals(self, begin, end, over_breaks=False):
        calendar = self.env.company.sudo().resource_calendar_id
        if not calendar:  # no working hours kept: whole days
            return [(begin, end)]
        working = [
            (start, stop)
            for start, stop, __ in calendar._work_intervals_batch(
                begin.replace(tzinfo=pytz.utc),
                end.replace(tzinfo=pytz.utc),
                tz=self.env.tz,
                # core takes the days off of all organisations that have no calendar of their own
                domain=[('time_type', '=', 'leave'), ('company_id', 'in', [False, self.env.company.id])],
            )[False]
        ]
        if over_breaks:
            days = {}
            for start, stop in working:
                days.setdefault(start.date(), []).extend((start, stop))
            working = [(min(limits), max(limits)) for limits in days.values()]
        return [tuple(limit.astimezone(pytz.utc).replace(tzinfo=None) for limit in interval) for interval in working]

    @api.model
    def _get_busy_intervals(self, users, begin, end, ignored_events=()):
        """When one of these persons is busy or away, see `_get_busy_by_user`."""
        return [interval for busy in self._get_busy_by_user(users, begin, end, ignored_events).values() for interval in busy]

    @api.model
    def _get_busy_by_user(self, users, begin, end, ignored_events=()):
        """`{user: [(start, stop)]}`: appointments that they have not declined and that show them as busy, and their days off, where
        these are kept; without what they are."""
        a_day = timedelta(days=1)  # the hours of an all-day appointment are nobody's time
        attendees = (
            self.env['calendar.attendee']
            .sudo()
            .search_fetch(
                [
                    ('partner_id', 'in', users.sudo().partner_id.ids),
                    ('state', '!=', 'declined'),
                    ('event_id.active', '=', True),
                    ('event_id.show_as', '=', 'busy'),
                    ('event_id.start', '<', end + a_day),
                    ('event_id.stop', '>', begin - a_day),
                ],
                ['event_id', 'partner_id'],
            )
        )
        absences = (
            self.env['resource.calendar.leaves']
            .sudo()
            .search_fetch(
                [('resource_id.user_id', 'in', users.ids), ('time_type', '=', 'leave'), ('date_from', '<', end), ('date_to', '>', begin)],
                ['resource_id', 'date_from', 'date_to'],
            )
        )
        busy = {user: [] for user in users}
        by_partner = users.grouped(lambda user: user.sudo().partner_id)
        for attendee in attendees:
            event = attendee.event_id
            if event.id not in ignored_events:
                busy[by_partner[attendee.partner_id]].append(
                    (self._to_utc(event.start_date), self._to_utc(event.stop_date + a_day)) if event.allday else (event.start, event.stop)
                )
        for absence in absences:
            busy[absence.resource_id.user_id.with_env(users.env)].append((absence.date_from, absence.date_to))
        return busy
