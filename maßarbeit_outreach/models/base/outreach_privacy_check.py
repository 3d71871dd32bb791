"""What Odoo sends out or leaves open by default, and the switch for each.

The checks are plain objects that know how to read and set a setting of core; the model only shows them. A setting is
never kept twice: what counts is what core itself reads.
"""

import logging

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, LazyTranslate, str2bool

from .crm_lead import LEAD_GENERATION_ENDPOINT
from .res_partner import AUTOCOMPLETE_ENDPOINT

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

# Not an address: `requests` refuses it before anything leaves the machine.
NO_ADDRESS = 'disabled'
STRICT_PENDING = 'outreach.privacy_check.pending'


class Check:
    """One check. `env` is in sudo; who may call what is decided by the model.

    :cvar module: the check exists where this module is installed
    :cvar affects: whom a strict setting affects, empty if nobody notices
    """

    code = module = None
    name = what = why = affects = ''
    can_set_back = True

    def is_strict(self, env):
        raise NotImplementedError

    def set_strict(self, env):
        raise NotImplementedError

    def set_back(self, env):
        """Back to what Odoo ships."""
        raise NotImplementedError

    def get_obstacle(self, env):
        """Why it cannot be set strictly now (would do harm), or None."""
        return None


class ParameterCheck(Check):
    """A setting that is one system parameter. `False` as a value means: no such parameter."""

    parameter = strict_value = default_value = None

    def get_value(self, env):
        return env['ir.config_parameter'].get_param(self.parameter)

    def is_strict(self, env):
        return self.get_value(env) == self.strict_value

    def set_strict(self, env):
        env['ir.config_parameter'].set_param(self.parameter, self.strict_value)

    def set_back(self, env):
        env['ir.config_parameter'].set_param(self.parameter, self.default_value)


class ServiceCheck(ParameterCheck):
    """A setting that is the address of a service."""

    strict_value, default_value = NO_ADDRESS, False

    def is_strict(self, env):
        return env['ir.config_parameter']._is_service_off(self.parameter)


class CronCheck(Check):
    """A setting that is one scheduled action."""

    cron = None

    def _get_cron(self, env):
        return env.ref(self.cron, raise_if_not_found=False) or env['ir.cron']

    def is_strict(self, env):
        return not self._get_cron(env).active

    def set_strict(self, env):
        self._get_cron(env).active = False

    def set_back(self, env):
        self._get_cron(env).active = True


class LeadEnrichment(CronCheck):
    code, module = 'lead_enrichment', 'crm_iap_enrich'
    name = _lt("Enrichment of leads")
    what = _lt(
        "Each new lead with an e-mail address is sent to a service of Odoo (iap-services.odoo.com), which answers"
        " with data about the company."
    )
    why = _lt(
        "Which company a public office talks to is nobody else's business, and there is no contract on commissioned"
        " processing (Art. 28 GDPR) with the service by itself."
    )
    affects = _lt("Nobody: leads keep what you typed. The button “Enrich” on a lead still works when somebody uses it.")
    cron = 'crm_iap_enrich.ir_cron_lead_enrichment'
    parameter = 'crm.iap.lead.enrich.setting'

    # the parameter starts the job for each new lead, the job itself also runs once a day: both must be off
    def is_strict(self, env):
        return super().is_strict(env) and env['ir.config_parameter'].get_param(self.parameter, 'auto') != 'auto'

    def set_strict(self, env):
        self._get_cron(env).active = False
        env['ir.config_parameter'].set_param(self.parameter, 'manual')

    def set_back(self, env):
        self._get_cron(env).active = True
        env['ir.config_parameter'].set_param(self.parameter, 'auto')


class CompanyAutocomplete(ServiceCheck):
    code, module = 'company_autocomplete', 'partner_autocomplete'
    name = _lt("Autocomplete of company names")
    what = _lt(
        "While somebody types the name or VAT number of a company, it is sent to partner-autocomplete.odoo.com and,"
        " for a VAT number, to a service of the European Commission. Your own organisation is looked up there once"
        " by its web address."
    )
    why = _lt(
        "Names of companies that a public office deals with leave the house with each key stroke, also when they are"
        " those of sole traders, which are personal data."
    )
    affects = _lt("Everybody who creates contacts: no more suggestions from outside.")
    parameter = AUTOCOMPLETE_ENDPOINT


class OpenSignup(ParameterCheck):
    code, module = 'open_signup', 'auth_signup'
    name = _lt("Open sign-up")
    what = _lt("Anybody on the internet may create an account at /web/signup.")
    why = _lt("An account opens the portal to people whom nobody knows. Employers are invited by an officer.")
    affects = _lt("Strangers only. Invitations and “reset password” still work.")
    parameter, strict_value, default_value = 'auth_signup.invitation_scope', 'b2b', 'b2c'

    def is_strict(self, env):
        return env['res.users']._get_signup_invitation_scope() != 'b2c'


class TwoFactor(ParameterCheck):
    code, module = 'two_factor', 'auth_totp_mail'
    name = _lt("Second factor at login")
    what = _lt("A password alone is enough to log in; a second factor is up to each user.")
    why = _lt(
        "Guessed and stolen passwords are the most common way in. The BSI asks for a second factor where services can"
        " be reached from the internet."
    )
    affects = _lt(
        "All users, employers too: who has set up no second factor gets a code by e-mail at each new device."
        " Programs need an API key instead of a password."
    )
    parameter, strict_value, default_value = 'auth_totp.policy', 'all_required', False

    def get_obstacle(self, env):
        """Codes go by e-mail: without a way to send them nobody could log in any more, administrators included."""
        if not env['ir.mail_server'].search_count([], limit=1) and tools.config['smtp_server'] in (False, '', 'localhost'):
            return env._("Set up an outgoing mail server first: the codes are sent by e-mail, and without them nobody could log in.")
        without_mail = env['res.users'].search([('email', 'in', [False, ''])])
        if without_mail:
            return env._(
                "These users have no e-mail address and could not log in: %(users)s", users=', '.join(without_mail[:10].mapped('name'))
            )
        return None


class PublisherNotification(CronCheck):
    code, module = 'publisher_notification', 'mail'
    name = _lt("Weekly report to Odoo")
    what = _lt(
        "Once a week the database tells odoo.com its name and address, how many users it has and how many are active,"
        " which apps are installed, and name, e-mail and phone of the organisation."
    )
    why = _lt("Nobody needs it for the Community edition, and how many people of an office work is not for third parties.")
    affects = _lt("Nobody: notices of the publisher to administrators stay away.")
    cron = 'mail.ir_cron_module_update_notification'


class LinkPreview(ParameterCheck):
    code, module = 'link_preview', 'mail'
    name = _lt("Preview of links in messages")
    what = _lt("The server opens each web address that somebody writes into a message, to show a preview.")
    why = _lt(
        "The owner of that page learns that and when it was written about, and addresses with a personal token are used up or given away."
    )
    affects = _lt("Everybody: links in messages stay links without a picture.")
    parameter, strict_value, default_value = 'mail.link_preview_throttle', '0', False

    def is_strict(self, env):
        return not env['mail.link.preview']._is_link_preview_enabled()


class Digest(Check):
    code, module = 'digest', 'digest'
    name = _lt("Digest e-mails")
    what = _lt("Employees get figures by e-mail without having asked for it. The e-mail loads a picture from odoo.com.")
    why = _lt("The picture tells odoo.com who opened the e-mail, when and where, and figures belong behind the login.")
    affects = _lt("Employees who get digests now: they stop. Your own digests can be started again one by one.")

    def is_strict(self, env):
        return not env['ir.config_parameter'].get_param('digest.default_digest_emails') and not env['digest.digest'].search_count(
            [('state', '=', 'activated')], limit=1
        )

    def set_strict(self, env):
        env['ir.config_parameter'].set_param('digest.default_digest_emails', False)
        env['digest.digest'].search([('state', '=', 'activated')]).action_deactivate()

    def set_back(self, env):
        env['ir.config_parameter'].set_param('digest.default_digest_emails', True)
        default = env['ir.config_parameter'].get_param('digest.default_digest_id')
        env['digest.digest'].browse(int(default or 0)).exists().action_activate()


class WritingAssistant(ServiceCheck):
    code, module = 'writing_assistant', 'html_editor'
    name = _lt("AI in the text editor")
    what = _lt(
        "The AI buttons of the text editor send the selected text to olg.api.odoo.com, with the id of this database."
        " Everybody who can log in may use them."
    )
    why = _lt("A report about a person or a company would be processed by a third party without a legal basis.")
    affects = _lt("Everybody: the AI buttons say that the service cannot be reached.")
    parameter = 'html_editor.olg_api_endpoint'


class CallServers(Check):
    code, module = 'call_servers', 'mail'
    name = _lt("Calls ask a Google server for the own address")
    what = _lt("As long as no server for calls is entered, each browser in a call asks stun.l.google.com which internet address it has.")
    why = _lt("Google learns who makes calls, when, and from where.")
    affects = _lt(
        "People in calls: between two networks, calls connect only once you enter a STUN or TURN server of your own"
        " (Settings, Discuss, Custom ICE server list)."
    )
    own_server = 'localhost:3478'

    def is_strict(self, env):
        servers = env['mail.ice.server'].search([])
        return bool(servers) and not servers.filtered(lambda server: 'google' in server.uri)

    def set_strict(self, env):
        env['mail.ice.server'].search([]).filtered(lambda server: 'google' in server.uri).unlink()
        if not env['mail.ice.server'].search_count([], limit=1):
            env['mail.ice.server'].create({'server_type': 'stun', 'uri': self.own_server})

    def set_back(self, env):
        env['mail.ice.server'].search([('uri', '=', self.own_server)]).unlink()


class PortalApiKeys(ParameterCheck):
    code, module = 'portal_api_keys', 'portal'
    name = _lt("API keys for portal users")
    what = _lt("Where it is allowed, employers may create keys with which programs log in as them, without a second factor.")
    why = _lt("A key that leaks opens the account for as long as it lives, and no employer needs one here.")
    affects = _lt("Portal users who use a key.")
    parameter, strict_value, default_value = 'portal.allow_api_keys', False, True
    can_set_back = False  # off is what Odoo ships

    def is_strict(self, env):
        return not str2bool(self.get_value(env) or '', False)


class TranslationKey(ParameterCheck):
    code, module = 'message_translation', 'mail'
    name = _lt("Translation of messages by Google")
    what = _lt("With a key of Google entered in the settings, messages that somebody wants translated are sent to Google.")
    why = _lt("Messages hold personal data; handing them to Google needs a legal basis and a contract.")
    affects = _lt("Everybody who has messages translated. The key is erased and has to be entered again to go back.")
    parameter, strict_value = 'mail.google_translate_api_key', False
    can_set_back = False

    def is_strict(self, env):
        return not self.get_value(env)


class GifKey(TranslationKey):
    code = 'gif_search'
    name = _lt("Search for moving pictures at Google (Tenor)")
    what = _lt(
        "With a key entered in the settings, search words and the language of the user go to tenor.googleapis.com, and"
        " the browser loads the pictures from there."
    )
    why = _lt("Google learns who writes messages, when and from where; no office needs moving pictures.")
    affects = _lt("Everybody who sends them. The key is erased and has to be entered again to go back.")
    parameter = 'discuss.tenor_api_key'


class PasswordLength(ParameterCheck):
    code, module = 'password_length', 'auth_password_policy'
    name = _lt("Length of passwords")
    what = _lt("New passwords need fewer than 12 characters.")
    why = _lt("Short passwords are tried out. 12 characters are a usual lower limit.")
    affects = _lt("Everybody at the next change of the password.")
    parameter, strict_value, default_value = 'auth_password_policy.minlength', '12', '8'

    def is_strict(self, env):
        value = self.get_value(env) or '0'
        return value.isdigit() and int(value) >= 12


class TemplateRendering(ParameterCheck):
    code, module = 'template_rendering', 'mail'
    name = _lt("Placeholders in e-mail templates")
    what = _lt(
        "Every employee may write e-mail templates with placeholders and code of their own. Databases that were created"
        " with an older version of Odoo have it like that."
    )
    why = _lt("Such a template reads whatever its author names, beyond what a field in a form would show.")
    affects = _lt("Employees other than administrators: they use templates, and write their own with the usual placeholders only.")
    parameter, strict_value, default_value = 'mail.restrict.template.rendering', 'True', False
    can_set_back = False  # strict is what Odoo ships

    def is_strict(self, env):
        return env.ref('mail.group_mail_template_editor') not in env.ref('base.group_user').all_implied_ids and str2bool(
            self.get_value(env) or '', False
        )


class HelpLinks(ParameterCheck):
    """Core has no setting for them; the web client is told which links to leave out, see `ir.http.session_info`."""

    code, module = 'help_links', 'web'
    name = _lt("Links to the help of Odoo")
    what = _lt("“Help” in the menu of each user and “Documentation” in settings lead to odoo.com.")
    why = _lt(
        "Whoever presses them tells odoo.com their internet address and the page they come from, and leaves the house without noticing."
    )
    affects = _lt("Everybody: the links are not shown any more. Help comes from your own administrators.")
    parameter, strict_value, default_value = 'outreach.links.help', 'hidden', False


class AccountLink(HelpLinks):
    code = 'account_link'
    name = _lt("Link to an account at Odoo")
    what = _lt("“My Odoo.com Account” in the menu of each user opens a login page at accounts.odoo.com.")
    why = _lt("Nobody here needs an account there, and a second login page invites people to type their password at the wrong place.")
    affects = _lt("Everybody: the entry is not shown any more.")
    parameter = 'outreach.links.account'


class MenuCheck(Check):
    """Entries of core's menus: what is not active is not shown."""

    menus = ()

    def _get_menus(self, env):
        return [menu for xmlid in self.menus if (menu := env.ref(xmlid, raise_if_not_found=False))]

    def is_strict(self, env):
        return not any(menu.active for menu in self._get_menus(env))

    def set_strict(self, env):
        for menu in self._get_menus(env):
            menu.active = False

    def set_back(self, env):
        for menu in self._get_menus(env):
            menu.active = True


class AppStore(MenuCheck):
    code, module = 'app_store', 'base'
    name = _lt("Links to the shop for apps")
    what = _lt("“Theme Store” and “Third-Party Apps” in the menu “Apps” lead to apps.odoo.com.")
    why = _lt("Software from a shop is not checked by anybody, and an office installs none by a press.")
    affects = _lt("Administrators: the two entries are not shown any more. The apps that are there are installed as before.")
    menus = ('base.menu_theme_store', 'base.menu_third_party')


class TextMessages(ServiceCheck):
    code, module = 'text_messages', 'sms'
    name = _lt("Text messages (SMS) by a service of Odoo")
    what = _lt("Beside each phone number stands a button that sends a text message by way of iap-services.odoo.com, number and text.")
    why = _lt(
        "Who is written to, and what, goes to a company without a contract on commissioned processing (Art. 28 GDPR)."
        " A contact by SMS passes by the coordination of the offices, too."
    )
    affects = _lt("Everybody: the button is not shown any more, and nothing is sent by SMS.")
    parameter = 'sms.endpoint'


class LeadGeneration(MenuCheck, ServiceCheck):
    code, module = 'lead_generation', 'crm_iap_mine'
    name = _lt("Generating leads")
    what = _lt("“Generate Leads” in the CRM buys addresses from a service of Odoo and tells it which companies are looked for.")
    why = _lt(
        "Which companies a public office looks for is nobody else's business. Bought contacts are personal data without a legal basis."
    )
    affects = _lt("Managers of the CRM: button and menu are not shown any more, and the service is not asked.")
    menus = ('crm_iap_mine.crm_menu_lead_generation', 'crm_iap_mine.crm_iap_lead_mining_request_menu_action')
    parameter = LEAD_GENERATION_ENDPOINT

    def is_strict(self, env):
        return super().is_strict(env) and ServiceCheck.is_strict(self, env)

    def set_strict(self, env):
        ServiceCheck.set_strict(self, env)
        return super().set_strict(env)

    def set_back(self, env):
        ServiceCheck.set_back(self, env)
        return super().set_back(env)


# The position is the id of the record: append only.
CHECKS = (
    LeadEnrichment(),
    CompanyAutocomplete(),
    OpenSignup(),
    TwoFactor(),
    PublisherNotification(),
    LinkPreview(),
    Digest(),
    WritingAssistant(),
    CallServers(),
    PortalApiKeys(),
    TranslationKey(),
    GifKey(),
    PasswordLength(),
    TemplateRendering(),
    HelpLinks(),
    AccountLink(),
    AppStore(),
    TextMessages(),
    LeadGeneration(),
)


class OutreachPrivacyCheck(models.Model):
    """The checks of the modules that are installed, each with its state in this database.

    Administrators change settings here, the data protection officer reads. Nothing is changed unless somebody asks.
    """

    _name = 'outreach.privacy.check'
    _description = "Privacy Check"
    _auto = False
    _order = 'id'

    code = fields.Char(readonly=True)
    name = fields.Char(compute='_compute_texts')
    what = fields.Text("What Happens", compute='_compute_texts')
    why = fields.Text("Why It Matters", compute='_compute_texts')
    affects = fields.Text("Whom a Strict Setting Affects", compute='_compute_texts')
    state = fields.Selection([('ok', "Strict"), ('open', "Open")], compute='_compute_state', search='_search_state')
    obstacle = fields.Text("What Is in the Way", compute='_compute_state')
    can_set_back = fields.Boolean(compute='_compute_state')

    @property
    def _table_query(self):
        # not `_installed()`, which is cached: while modules are being installed, more come
        installed = set(
            self.env['ir.module.module']
            .sudo()
            .search([('name', 'in', [check.module for check in CHECKS]), ('state', 'in', ('installed', 'to upgrade'))])
            .mapped('name')
        )
        rows = [SQL("(%s, %s)", number, check.code) for number, check in enumerate(CHECKS, start=1) if check.module in installed]
        if not rows:
            return SQL("SELECT NULL::integer AS id, NULL::varchar AS code WHERE FALSE")
        return SQL("SELECT given.id, given.code::varchar FROM (VALUES %s) AS given (id, code)", SQL(', ').join(rows))

    def _get_check(self):
        self.ensure_one()
        return CHECKS[self.id - 1]

    @api.depends_context('lang')
    @api.depends('code')
    def _compute_texts(self):
        for record in self:
            check = record._get_check()
            for fname in ('name', 'what', 'why', 'affects'):
                record[fname] = self.env._(getattr(check, fname))

    @api.depends_context('uid', 'lang')
    @api.depends('code')
    def _compute_state(self):
        may_change = self.env.is_system()
        for record in self:
            check = record._get_check()
            strict = check.is_strict(record.sudo().env)
            record.state = 'ok' if strict else 'open'
            record.obstacle = not strict and check.get_obstacle(record.sudo().env)
            record.can_set_back = strict and check.can_set_back and may_change

    def _search_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain('id', 'in', self.search([]).filtered(lambda record: record.state in value).ids)

    def _check_may_change(self):
        if not self.env.is_system():
            raise AccessError(self.env._("Only administrators change these settings."))

    def _log_change(self, what):
        for record in self:
            _logger.info("Privacy check: %s set %s by %s", record.code, what, self.env.user.login)
        self.invalidate_recordset()

    def action_set_strict(self):
        self._check_may_change()
        for record in self.filtered(lambda record: record.state == 'open'):
            if record.obstacle:
                raise UserError(record.obstacle)
            record._get_check().set_strict(record.sudo().env)
            record._log_change('strict')

    def action_set_back(self):
        """Back to what Odoo ships."""
        self._check_may_change()
        for record in self.filtered('can_set_back'):
            record._get_check().set_back(record.sudo().env)
            record._log_change('back')

    @api.model
    def action_set_all_strict(self):
        """Set all strictly that can be; what has an obstacle stays open and is named.

        While modules are being installed (demo data), some that a check is about may still come: then again at the end.
        """
        self._check_may_change()
        checks = self.search([])
        todo = checks.filtered(lambda record: record.state == 'open' and not record.obstacle)
        todo.action_set_strict()
        if not self.env.registry.ready:
            self.env['ir.config_parameter'].sudo().set_param(STRICT_PENDING, self.env.uid)
        left = checks.filtered(lambda record: record.state == 'open')
        message = self.env._("Everything is set strictly.")
        if left:
            message = self.env._("Still open: %(checks)s", checks=', '.join(left.mapped('name')))
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning' if left else 'success',
                'message': message,
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def _register_hook(self):
        """All modules are there now: finish what `action_set_all_strict` was asked for while they were installed."""
        super()._register_hook()
        parameters = self.env['ir.config_parameter'].sudo()
        if parameters.get_param(STRICT_PENDING):
            parameters.set_param(STRICT_PENDING, False)
            checks = self.sudo().search([])
            checks.filtered(lambda record: record.state == 'open' and not record.obstacle).action_set_strict()
