from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..base.groups import ECONOMIC_DEVELOPMENT, JOB_CENTRE, MANAGER

SHIPPED_NAMES = ('My Company', 'YourCompany')
# A visit is joint when somebody of each is in the team.
OFFICE_GROUPS = {'economic_development': ECONOMIC_DEVELOPMENT, 'job_centre': JOB_CENTRE}


class ResCompany(models.Model):
    _inherit = 'res.company'

    outreach_setup_dismissed = fields.Boolean("First Steps Are Put Away")

    def write(self, vals):
        res = super().write(vals)
        if 'outreach_setup_dismissed' in vals:
            self.env.registry.clear_cache()  # the menu goes and comes back
        return res


class OutreachSetup(models.AbstractModel):
    """The check list on first start: what a house sets up before it works with the addon.

    A step is done when the data say so; nobody ticks anything off. The list is for administrators and managers, each with
    the buttons of what they may do. It goes when all is done, or when somebody puts it away; settings bring it back.
    """

    _name = 'outreach.setup'
    _description = "First Steps"

    @api.model
    @api.readonly
    def get_setup(self):
        """What the page shows; no steps once the list is put away.

        :return: ``{'is_shown': bool, 'is_dismissed': bool, 'done': int, 'steps': [step, …]}``; a step is ``{'key': str,
            'name': str, 'purpose': str, 'state': str, 'is_done': bool, 'hint': str, 'buttons': [{'name': str, 'action': xml id
            or action}, …]}``, all texts in the user's language. `hint` says who does it where the user may not.
        """
        self._check_may_set_up()
        dismissed = self.env.company.sudo().outreach_setup_dismissed
        steps = (
            []
            if dismissed
            else [
                # first, see _are_names_looked_up
                self._get_privacy_step(),
                self._get_organisation_step(),
                self._get_agency_step(),
                self._get_municipality_step(),
                self._get_register_step(),
                self._get_catalogue_step(),
            ]
        )
        done = sum(step['is_done'] for step in steps)
        return {'is_shown': done < len(steps), 'is_dismissed': dismissed, 'done': done, 'steps': steps}

    @api.model
    def action_dismiss(self):
        """Put the list away for everybody in this organisation; settings bring it back."""
        self._check_may_set_up()
        self.env.company.sudo().outreach_setup_dismissed = True
        return True

    @api.model
    def _check_may_set_up(self):
        if not (self.env.is_system() or self.env.user.has_group(MANAGER)):
            raise AccessError(self.env._("The first steps are for managers and administrators."))

    @api.model
    def _are_names_looked_up(self):
        """Whether core sends out what is typed as the name of a company or organisation."""
        return 'partner_autocomplete' in self.env.registry._init_modules and not self.env['res.partner']._is_company_autocomplete_off()

    def _get_step(self, key, name, purpose, state, is_done, buttons, has_names=False):
        """One step; `buttons` are triples of whether the user may, label and action. A step that `has_names` waits until these
        stay in the house."""
        hint = self.env._("An administrator does this.")
        if has_names and self._are_names_looked_up():
            buttons = []
            hint = self.env._("After the privacy check: until then, Odoo looks up names on the internet while they are typed.")
        buttons = [{'name': label, 'action': action} for may, label, action in buttons if may]
        return {
            'key': key,
            'name': name,
            'purpose': purpose,
            'state': state,
            'is_done': is_done,
            'buttons': buttons,
            'hint': '' if buttons else hint,
        }

    def _get_form(self, name, model, res_id=False):
        """The action that opens a form, an empty one without `res_id`."""
        return {'type': 'ir.actions.act_window', 'name': name, 'res_model': model, 'res_id': res_id, 'views': [[False, 'form']]}

    def _get_privacy_step(self):
        checks = self.env['outreach.privacy.check'].sudo().search([])
        open_checks = checks.filtered(lambda check: check.state == 'open')
        return self._get_step(
            'privacy',
            self.env._("Privacy check"),
            self.env._("By default, Odoo lets anyone sign up and sends data out. Decide about each setting."),
            self.env._(
                "%(count)s of %(all)s still open: %(names)s",
                count=len(open_checks),
                all=len(checks),
                names=', '.join(open_checks[:3].mapped('name')) + (' …' if open_checks[3:] else ''),
            )
            if open_checks
            else self.env._("All %(count)s set strictly", count=len(checks)),
            not open_checks,
            [
                (
                    self.env['outreach.privacy.check'].has_access('read'),
                    self.env._("Privacy check"),
                    'maßarbeit_outreach.outreach_privacy_check_action',
                )
            ],
        )

    def _get_organisation_step(self):
        company = self.env.company.sudo()
        missing = [
            label
            for is_there, label in (
                (company.name not in SHIPPED_NAMES, self.env._("name")),
                (company.street and company.zip and company.city, self.env._("address")),
                (not company.uses_default_logo, self.env._("logo")),
            )
            if not is_there
        ]
        return self._get_step(
            'organisation',
            self.env._("Organisation and logo"),
            self.env._("They appear on sheets, in e-mails and in the employers' portal."),
            self.env._("Missing: %(what)s", what=', '.join(missing)) if missing else company.name,
            not missing,
            [
                (
                    self.env['res.company'].has_access('write'),
                    self.env._("Organisation"),
                    self._get_form(self.env._("Organisation"), 'res.company', company.id),
                )
            ],
            has_names=True,
        )

    def _get_agency_step(self):
        agencies = self.env['outreach.agency'].sudo().search([('company_id', 'in', self.env.companies.ids)])
        labels = dict(agencies._fields['role']._description_selection(self.env))
        problems = []
        for role in OFFICE_GROUPS:
            of_role = agencies.filtered(lambda agency, role=role: agency.role == role)
            if not of_role:
                problems.append(self.env._("no agency with the role “%(role)s”", role=labels[role]))
            elif not of_role.user_ids:
                problems.append(self.env._("nobody in an agency with the role “%(role)s”", role=labels[role]))
        groups = [self.env.ref(group).id for group in OFFICE_GROUPS.values()]
        without = (
            self.env['res.users']
            .sudo()
            .search([('all_group_ids', 'in', groups), ('share', '=', False), ('company_ids', 'in', self.env.companies.ids)])
            - agencies.user_ids
        )
        if without:
            problems.append(
                self.env._(
                    "officers without an agency: %(names)s", names=', '.join(without[:5].mapped('name')) + (' …' if without[5:] else '')
                )
            )
        state = '; '.join(problems)
        return self._get_step(
            'agencies',
            self.env._("Agencies and staff"),
            self.env._("The role of an agency decides whether a visit is joint. Every officer belongs to one."),
            state[:1].upper() + state[1:]
            if problems
            else self.env._("%(agencies)s agencies, %(staff)s members of staff", agencies=len(agencies), staff=len(agencies.user_ids)),
            not problems,
            [
                (self.env['outreach.agency'].has_access('write'), self.env._("Agencies"), 'maßarbeit_outreach.outreach_agency_action'),
                (self.env['res.users'].has_access('write'), self.env._("Users and roles"), 'base.action_res_users'),
            ],
            has_names=True,
        )

    def _get_municipality_step(self):
        Municipality = self.env['outreach.municipality'].sudo()
        counties = Municipality._read_group([], ['county'], ['__count'], order='county')
        total = sum(count for __, count in counties)
        state = self.env._("None yet, so companies cannot be placed and the map is empty")
        if total:
            state = self.env._(
                "%(count)s municipalities: %(counties)s",
                count=total,
                counties=', '.join(county or self.env._("without a county") for county, __ in counties),
            )
            if nowhere := Municipality.search_count(['|', ('latitude', '=', 0), ('longitude', '=', 0)]):
                state += self.env._("; without coordinates and so not on the map: %(count)s", count=nowhere)
        may_import = self.env['outreach.municipality.import'].has_access('create')
        return self._get_step(
            'municipalities',
            self.env._("Municipalities"),
            self.env._("Those of your county, from the official list of Destatis."),
            state,
            bool(total),
            [
                (may_import, self.env._("Import municipalities"), 'maßarbeit_outreach.outreach_municipality_import_action'),
                (bool(total), self.env._("Municipalities"), 'maßarbeit_outreach.outreach_municipality_action'),
            ],
        )

    def _get_register_step(self):
        count = (
            self.env['res.partner']
            .sudo()
            .search_count(
                [('outreach_company', '=', True), ('is_company', '=', True), ('company_id', 'in', [False, *self.env.companies.ids])]
            )
        )
        return self._get_step(
            'register',
            self.env._("Companies"),
            self.env._("Import a company register (CSV or spreadsheet), or enter companies one by one."),
            self.env._("%(count)s companies", count=count) if count else self.env._("None yet"),
            bool(count),
            [
                (
                    self.env['outreach.company.import'].has_access('create'),
                    self.env._("Import companies"),
                    self._get_form(self.env._("Import companies"), 'outreach.company.import'),
                )
            ],
        )

    def _get_catalogue_step(self):
        imports = self.env['outreach.catalogue.import'].sudo().search([('state', '=', 'done')])
        names = sorted({name for job in imports for name in (job.source_names or '').split(', ') if name})
        return self._get_step(
            'catalogues',
            self.env._("Catalogues"),
            self.env._("Occupations, skills and industries from their publishers. Until then, there is a starter set."),
            self.env._("Imported: %(names)s", names=', '.join(names)) if names else self.env._("Only the starter set"),
            bool(imports),
            [
                (
                    self.env['outreach.catalogue.import'].has_access('create'),
                    self.env._("Import catalogues"),
                    self._get_form(self.env._("Import catalogues"), 'outreach.catalogue.import'),
                )
            ],
        )
