from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...tools.people.facts import OPEN_BARRIER
from ..base.groups import JOB_CENTRE
from ..base.outreach_personal_words import warn_of_personal_words

# Kinds that the migration centre does not need to know.
JOB_CENTRE_KINDS = ('health', 'debts')
# What the candidate's history tells of a barrier.
TOLD = ('state', 'agency_id', 'user_id', 'date_until', 'instrument_id')


class OutreachInstrument(models.Model):
    _name = 'outreach.instrument'
    _inherit = ['outreach.kept.mixin']
    _description = "Support Instrument"
    _order = 'sequence, name'
    _rec_names_search = ['name', 'law']

    name = fields.Char(required=True, translate=True)
    law = fields.Char("Legal Basis", help="e.g. “§ 45 SGB III”")
    decided_by = fields.Selection(
        [
            ('job_centre', "Job centre"),
            ('employment_agency', "Federal Employment Agency"),
            ('bamf', "Federal Office for Migration and Refugees"),
            ('asylum_authority', "Authority for asylum seekers' benefits"),
            ('other', "Other"),
        ]
    )
    limits = fields.Char(translate=True, help="How long and how much at most")
    is_before_start = fields.Boolean(
        "Apply Before the Start",
        help="Please apply before the start: as a rule there is nothing for the time before (§ 37 SGB II, § 324 SGB III).",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class OutreachBarrier(models.Model):
    """What keeps somebody from work, and who lifts it until when. Of health only that help is needed (Art. 9 GDPR).

    SPECIFICATION
     * Health and debts are for the job centre only, on every path; the migration centre does not learn that there is one.
     * Each change is a line in the history of the candidate, except of those two kinds: who reads the candidate reads that.
     * The person who lifts it has an activity until the date, if that person may read candidates. Others learn of it from
       the agency that they belong to, not from here. Nobody gets an e-mail.
    """

    _name = 'outreach.barrier'
    _description = "Barrier"
    _inherit = ['outreach.person.mixin', 'mail.thread', 'mail.activity.mixin', 'outreach.conflict.mixin', 'outreach.open.mixin']
    _person_field = 'candidate_id'
    _order = 'candidate_id, date_until, id'
    _rec_name = 'kind'
    _check_company_auto = True
    _open_field = 'state'
    OPEN_STAGES = OPEN_BARRIER

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade', index=True)
    kind = fields.Selection(
        [
            ('language', "Language"),
            ('recognition', "Recognition"),
            ('childcare', "Childcare"),
            ('mobility', "Mobility"),
            ('permit', "Residence or work permit"),
            ('housing', "Housing"),
            ('health', "Health"),
            ('debts', "Debts"),
            ('digital', "Digital"),
            ('documents', "Documents and authorities"),
            ('care', "Care of relatives"),
            ('hours', "Working hours"),
            ('basic_education', "Basic education"),
        ],
        required=True,
    )
    state = fields.Selection(
        [('open', "Open"), ('in_work', "In work"), ('lifted', "Lifted"), ('not_relevant', "Not relevant")],
        required=True,
        default='open',
        index=True,
    )
    agency_id = fields.Many2one(
        'outreach.agency',
        "Lifted By",
        index='btree_not_null',
        check_company=True,
        default=lambda self: self.env.user._get_outreach_agency(),
    )
    user_id = fields.Many2one(
        'res.users', "Person", index='btree_not_null', default=lambda self: self.env.user, domain=[('share', '=', False)]
    )
    date_until = fields.Date("Until")
    date_lifted = fields.Date("Lifted On", readonly=True, copy=False)
    instrument_is_before_start = fields.Boolean(related='instrument_id.is_before_start', string="Apply Before the Start of Work")
    instrument_id = fields.Many2one('outreach.instrument', index='btree_not_null', ondelete='restrict')
    note = fields.Char()
    company_id = fields.Many2one(related='candidate_id.company_id', store=True, precompute=True)

    _live_kind_uniq = models.UniqueIndex(
        "(candidate_id, kind) WHERE state IN ('open', 'in_work')", "The candidate has an open barrier of this kind already."
    )

    _onchange_note_words = warn_of_personal_words('note')

    @api.depends('kind', 'candidate_id.name')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for barrier in self:
            barrier.display_name = ' · '.join(filter(None, [kinds.get(barrier.kind), barrier.candidate_id.name]))

    @api.constrains('kind', 'note', 'instrument_id')
    def _check_health(self):
        for barrier in self:
            if barrier.kind == 'health' and (barrier.note or barrier.instrument_id):
                raise ValidationError(
                    self.env._("Of health only that help is needed may be noted, no words and no instrument (Art. 9 GDPR).")
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in self._with_defaults(vals_list, 'kind'):
            self._check_kind(vals.get('kind'))
        for vals in vals_list:
            if vals.get('state') == 'lifted':
                vals.setdefault('date_lifted', fields.Date.context_today(self))
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        barriers = super(OutreachBarrier, quiet).create(vals_list).with_env(self.env)
        barriers._tell_candidate({barrier: self.env._("recorded") for barrier in barriers})
        barriers._sync_activity()
        return barriers

    def write(self, vals):
        self._check_kind(vals.get('kind'))
        if 'state' in vals:
            vals = dict(vals, date_lifted=fields.Date.context_today(self) if vals['state'] == 'lifted' else False)
        told = [name for name in TOLD if name in vals]
        before = {barrier: barrier._get_texts(told) for barrier in self}
        res = super().write(vals)
        self._tell_candidate(
            {
                barrier: '; '.join(
                    f"{label}: {old or '–'} → {new or '–'}"
                    for (label, old), (__, new) in zip(before[barrier], barrier._get_texts(told), strict=True)
                    if old != new
                )
                for barrier in self
            }
        )
        if {'state', 'user_id', 'date_until', 'kind'} & vals.keys():
            self._sync_activity()
        return res

    def unlink(self):
        self._tell_candidate({barrier: self.env._("deleted") for barrier in self})
        return super().unlink()

    @api.model
    def _check_kind(self, kind):
        """Before the database is asked: its word that there is such a barrier already would tell of it."""
        if kind in JOB_CENTRE_KINDS and not self.env.su and not self.env.user.has_group(JOB_CENTRE):
            raise AccessError(self.env._("Barriers of this kind are for the job centre only."))

    # OVERRIDE so that nobody follows: followers get e-mails. Remove when core can leave that out.
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        return True

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_in_work(self):
        self.filtered(lambda barrier: barrier.state != 'in_work').state = 'in_work'

    def action_lift(self):
        self.filtered(lambda barrier: barrier.state != 'lifted').state = 'lifted'

    def action_reopen(self):
        self.filtered(lambda barrier: barrier.state != 'open').state = 'open'

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _get_texts(self, names):
        """[(label, value)] of fields, as a person reads them."""
        self.ensure_one()
        return [
            (field._description_string(self.env), field.convert_to_export(self[field.name], self.sudo()) or '')
            for field in map(self._fields.__getitem__, names)
        ]

    def _tell_candidate(self, news):
        """Write what changed into the history of the candidates, of shared kinds only."""
        kinds = dict(self._fields['kind']._description_selection(self.env))
        lines = {}
        for barrier, text in news.items():
            if text and barrier.kind not in JOB_CENTRE_KINDS:
                lines.setdefault(barrier.candidate_id.id, []).append(Markup("%s: %s") % (kinds[barrier.kind], text))
        if lines:
            self.env['outreach.candidate'].browse(lines)._message_log_batch(
                {candidate: Markup("<br/>").join(texts) for candidate, texts in lines.items()}
            )

    def _sync_activity(self):
        """Keep one to-do for each open barrier with a date whose person may read it."""
        self._outreach_take_to_dos_back()
        wanted = self.sudo().filtered(lambda barrier: barrier.is_open and barrier.date_until and barrier.user_id.active)
        readable = self.browse()
        for user, barriers in wanted.grouped('user_id').items():
            here = barriers.with_context(allowed_company_ids=user.company_ids.ids).with_user(user)
            readable |= here._filtered_access('read').with_env(self.env)
        self._outreach_give_to_dos(
            [
                {
                    'res_id': barrier.id,
                    'summary': self.env._("Lift the barrier"),
                    'user_id': barrier.user_id.id,
                    'date_deadline': barrier.date_until,
                }
                for barrier in wanted
                if barrier in readable
            ]
        )
