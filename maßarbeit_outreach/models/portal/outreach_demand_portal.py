"""What an employer may do with demands in the portal: enter one, and correct or withdraw it until it is checked."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import clean_context

from ..base.groups import EMPLOYER

CORRECTED = 'maßarbeit_outreach.mt_demand_corrected'


class PortalRefused(UserError):
    """The employer may not do this now; the message says why and what to do instead."""


class PortalTooMany(PortalRefused):
    """Too much for one day; tomorrow it goes on."""


class PortalInputError(UserError):
    """What was typed cannot be taken over.

    :ivar errors: `{name of the input: what is wrong with it}`
    """

    def __init__(self, message, errors):
        super().__init__(message)
        self.errors = errors


class OutreachDemand(models.Model):
    """The door for employers.

    SPECIFICATION
     * A portal user has no right to write. The methods `_*_from_portal` are the only door; RPC cannot reach them.
     * The company is never given: it is the one that the user stands for at this moment.
     * Each input is listed in `_read_portal_values`; what is not listed is not read.
     * A demand from the portal is "recorded", belongs to the officer responsible for the company, and asks somebody to
       check it. Until then the employer may correct or withdraw it, afterwards the officer does.
     * Sending one form twice gives one demand.
     * A company enters so many demands in 24 hours, withdrawn ones included, and a demand is corrected so many times. The
       records themselves are counted, and a company's requests take turns, so that two at once do not pass together.
    """

    _inherit = 'outreach.demand'

    PORTAL_EDITABLE_STAGES = ('signal', 'recorded')
    PORTAL_MAX_LENGTH = {'name': 120, 'description': 4000, 'accepted_note': 200, 'occupation': 120}
    PORTAL_CHECK_DAYS = 2
    # far beyond what anybody enters by hand, and little enough to be looked through
    PORTAL_MOST_DEMANDS = 20
    PORTAL_MOST_CORRECTIONS = 20

    portal_submission = fields.Char(
        copy=False,
        readonly=True,
        groups='base.group_system',
        export_string_translation=False,
        help="Given to the form when it is shown, so that sending it twice does not make two demands",
    )

    _portal_submission_uniq = models.UniqueIndex(
        '(partner_id, portal_submission) WHERE portal_submission IS NOT NULL', "This form was sent already."
    )

    # ------------------------------------------------------------
    # DOOR
    # ------------------------------------------------------------

    @api.model
    def _create_from_portal(self, values, submission=None):
        """Enter a demand of the user's company; return it in sudo.

        :param dict values: texts as typed, see `_read_portal_values`
        :param str submission: names this form; a second call with it returns the demand of the first one
        :raise AccessError: the user is no employer
        :raise PortalRefused: not for this company now
        :raise PortalInputError: something typed is missing or wrong
        """
        company = self._get_portal_company()
        contact = self.env.user.partner_id
        # the employer follows nothing here: followers get the officers' messages by e-mail
        Demand = self.with_context(clean_context(self.env.context), mail_create_nosubscribe=True).sudo()
        submission = (submission or '')[:64] or False
        if submission:
            known = Demand.with_context(active_test=False).search(
                [('partner_id', '=', company.id), ('portal_submission', '=', submission)], limit=1
            )
            if known:
                return known
        self._check_portal_company_not_blocked(company)
        company._take_outreach_turn()
        self._check_portal_rate(company)
        vals, occupation_words = self._read_portal_values(values)
        officer = company._get_outreach_officer()
        agency = officer._get_outreach_agency()
        demand = Demand.create(
            {
                **vals,
                'partner_id': company.id,
                'contact_id': contact.id if contact != company else False,
                'user_id': officer.id,
                'company_id': (agency.company_id or company.company_id or self.env.company).id,
                'source': 'portal',
                'stage': 'recorded',
                'portal_submission': submission,
            }
        )
        demand._ask_to_check(occupation_words)
        return demand

    def _update_from_portal(self, values):
        """Correct an own demand that is not checked yet. Raises as `_create_from_portal`."""
        demand = self._open_portal_door()
        self._check_portal_company_not_blocked(demand.partner_id)
        demand.partner_id._take_outreach_turn()
        demand._check_portal_corrections()
        vals, occupation_words = self._read_portal_values(values)
        changed = {fname: value for fname, value in vals.items() if demand._fields[fname].convert_to_write(demand[fname], demand) != value}
        if changed or occupation_words:
            demand.write(changed)
            body = self.env._("Corrected by the employer in the portal.")
            if occupation_words:
                body = Markup("%s<br/>%s") % (body, self._describe_occupation_words(occupation_words))
            demand.message_post(body=body, author_id=self.env.user.partner_id.id, subtype_xmlid=CORRECTED)
        return demand

    def _withdraw_from_portal(self):
        """Close an own demand that is not checked yet, as the need is gone. Raises as `_create_from_portal`."""
        demand = self._open_portal_door()
        demand.write({'stage': 'closed', 'closed_reason': 'need_gone'})
        demand.message_post(body=self.env._("Withdrawn by the employer in the portal."), author_id=self.env.user.partner_id.id)
        return demand

    @api.model
    def _get_portal_domain(self):
        """What came from the portal and was not checked yet."""
        return Domain('source', '=', 'portal') & Domain('stage', 'in', self.PORTAL_EDITABLE_STAGES)

    def _is_open_to_employer(self):
        self.ensure_one()
        demand = self.sudo()
        return demand.active and demand.source == 'portal' and demand.stage in self.PORTAL_EDITABLE_STAGES

    def _open_portal_door(self):
        """Check as the user that this is an own demand which the employer may still change; return it in sudo."""
        self.ensure_one()
        company = self._get_portal_company()
        self.sudo(False).check_access('read')
        demand = self.with_context(**clean_context(self.env.context)).sudo()
        if demand.partner_id != company:
            raise AccessError(self.env._("This is not a demand of your company."))
        if not demand._is_open_to_employer():
            raise PortalRefused(self.env._("The demand has been checked or closed meanwhile. Please tell your officer what should change."))
        return demand

    @api.model
    def _get_portal_company(self):
        """The company that the user stands for at this moment."""
        if not self.env.user.has_group(EMPLOYER):
            raise AccessError(self.env._("Only employers enter demands in the portal."))
        company = self.env.user.partner_id.commercial_partner_id
        if not company.is_company:
            raise PortalRefused(
                self.env._("Your account does not belong to a company yet. Please ask your contact at the employer service.")
            )
        return company

    @api.model
    def _check_portal_company_not_blocked(self, company):
        if company.outreach_vetting == 'blocked':
            raise PortalRefused(
                self.env._(
                    "Demands of your company cannot be taken at the moment."
                    " Nothing was saved. Please talk to your contact at the employer service."
                )
            )

    @api.model
    def _check_portal_rate(self, company):
        """:raise PortalTooMany: the company has entered enough for now"""
        since = fields.Datetime.now() - timedelta(days=1)
        if (
            self.sudo()
            .with_context(active_test=False)
            .search_count(
                [('partner_id', '=', company.id), ('source', '=', 'portal'), ('create_date', '>', since)], limit=self.PORTAL_MOST_DEMANDS
            )
            >= self.PORTAL_MOST_DEMANDS
        ):
            raise PortalTooMany(
                self.env._(
                    "Your company has entered %(most)s demands within 24 hours; more can be entered tomorrow. Nothing was saved."
                    " If you need more today, please call your contact at the employer service.",
                    most=self.PORTAL_MOST_DEMANDS,
                )
            )

    def _check_portal_corrections(self):
        """:raise PortalTooMany: this demand was corrected often enough for now"""
        since = fields.Datetime.now() - timedelta(days=1)
        if (
            self.env['mail.message']
            .sudo()
            .search_count(
                [
                    ('model', '=', self._name),
                    ('res_id', '=', self.id),
                    ('create_date', '>', since),
                    ('subtype_id', '=', self.env.ref(CORRECTED).id),
                ],
                limit=self.PORTAL_MOST_CORRECTIONS,
            )
            >= self.PORTAL_MOST_CORRECTIONS
        ):
            raise PortalTooMany(
                self.env._(
                    "This demand was corrected %(most)s times within 24 hours; more can be corrected tomorrow. Nothing was saved."
                    " If something is wrong, please call your contact at the employer service.",
                    most=self.PORTAL_MOST_CORRECTIONS,
                )
            )

    # ------------------------------------------------------------
    # INPUT
    # ------------------------------------------------------------

    @api.model
    def _read_portal_values(self, values):
        """Read what was typed, and nothing that is not listed here.

        :return: `(values to write, the occupation in the employer's words where no entry was chosen)`
        :raise PortalInputError: with all mistakes at once
        """
        errors, vals = {}, {}
        texts = {}
        for name, limit in self.PORTAL_MAX_LENGTH.items():
            # a zero byte is no text for PostgreSQL; a file in place of a text is nothing at all
            text = values.get(name)
            text = text.replace('\x00', '').replace('\r\n', '\n').strip() if isinstance(text, str) else ''
            if len(text) > limit:
                errors[name] = self.env._("Please keep it below %(limit)s characters.", limit=limit)
            texts[name] = text
        if not texts['name'] and 'name' not in errors:
            errors['name'] = self.env._("Please say in a few words whom you need, e.g. “Welder” or “two people for the warehouse”.")
        vals['name'] = ' '.join(texts['name'].split())
        vals['description'] = texts['description'] or False
        vals['accepted_note'] = texts['accepted_note'] or False

        positions = str(values.get('positions') or '').strip()
        if positions.isascii() and positions.isdigit() and 1 <= int(positions[:9]) <= self.MAX_POSITIONS:
            vals['positions'] = int(positions)
        else:
            errors['positions'] = self.env._("Please enter a number from 1 to %(most)s.", most=self.MAX_POSITIONS)

        vals['start_date'] = False
        if start := str(values.get('start_date') or '').strip():
            today = fields.Date.context_today(self)
            try:
                vals['start_date'] = fields.Date.to_date(start[:10])
            except ValueError:
                errors['start_date'] = self.env._("Please choose a date.")
            else:
                if not today <= vals['start_date'] <= today + timedelta(days=5 * 366):
                    errors['start_date'] = self.env._("Please choose a date from today on, within the next five years.")

        for fname in ('language_level', 'accepted_language_level'):
            level = values.get(fname) or False
            if level and level not in dict(self._fields[fname].selection):
                errors[fname] = self.env._("Please choose one of the levels.")
            vals[fname] = level

        vals['occupation_id'], occupation_words, problem = self._read_portal_occupation(texts['occupation'], values.get('occupation_id'))
        if problem:
            errors['occupation'] = problem
        if errors:
            raise PortalInputError(self.env._("Please correct what is marked below. Nothing was saved yet."), errors)
        return vals, occupation_words

    @api.model
    def _search_portal_occupations(self, words, limit=12):
        """Entries of the catalogue for what an employer types, in whichever language they type it."""
        words = words.replace('\x00', '').strip()[: self.PORTAL_MAX_LENGTH['occupation']]
        Occupation = self.env['outreach.occupation'].sudo()
        return Occupation._search_fitting(words, limit) if len(words) >= 2 else Occupation

    @api.model
    def _get_portal_languages(self):
        """The visitor's language first."""
        return sorted((code for code, __ in self.env['res.lang'].get_installed()), key=lambda code: code != self.env.lang)

    @api.model
    def _read_portal_occupation(self, words, chosen):
        """:return: `(id or False, words left for the officer, problem or None)`; `chosen` is '0' for "none of these"."""
        chosen = str(chosen or '').strip()
        if chosen == '0':
            return False, words, None
        if chosen.isascii() and chosen.isdigit():
            occupation = self.env['outreach.occupation'].sudo().search([('id', '=', int(chosen[:9]))])
            if occupation:
                return occupation.id, '', None
            return False, words, self.env._("Please choose one of the occupations.")
        if not words:
            return False, '', None
        matches = self._search_portal_occupations(words)
        exact = matches.filtered(
            lambda occupation: any(
                occupation.with_context(lang=lang).name.lower() == words.lower() for lang in self._get_portal_languages()
            )
        )
        if exact:
            return exact[0].id, '', None
        if matches:
            return False, words, self.env._("Which of these occupations do you mean?")
        return False, words, None

    # ------------------------------------------------------------
    # OFFICE
    # ------------------------------------------------------------

    def write(self, vals):
        """Nobody needs to be asked to check what has left the stages before the check."""
        waiting = self.filtered(lambda demand: demand._is_open_to_employer()) if {'stage', 'active'} & vals.keys() else self.browse()
        res = super().write(vals)
        waiting.filtered(lambda demand: not demand._is_open_to_employer()).sudo().activity_feedback(['mail.mail_activity_data_todo'])
        return res

    def _describe_occupation_words(self, words):
        return self.env._("Occupation in the employer's words: %(words)s", words=words)

    def _ask_to_check(self, occupation_words=''):
        self.ensure_one()
        checker = self._get_checker()
        if not checker:
            return
        demand = self.with_context(lang=checker.lang or self.env.lang)
        demand.activity_schedule(
            'mail.mail_activity_data_todo',
            user_id=checker.id,
            date_deadline=fields.Date.context_today(self) + timedelta(days=self.PORTAL_CHECK_DAYS),
            summary=demand.env._("Check the demand that the employer entered in the portal"),
            note=demand._describe_occupation_words(occupation_words) if occupation_words else False,
        )
