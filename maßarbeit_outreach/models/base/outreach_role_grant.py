from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .groups import ADMINISTRATOR

MODULE = 'maßarbeit_outreach'
KEEP_YEARS = 3  # after a role was taken, as long as claims run (§§ 195, 199 BGB)
# Roles of core with which somebody gets at all that the addon keeps.
CORE_ROLES = (ADMINISTRATOR, 'base.group_erp_manager', 'base.group_allow_export')


class OutreachRoleGrant(models.Model):
    """Who has had which role, and belonged to which agency, from when until when, and who gave and took it; for the data protection
    officer.

    Art. 5 (2) and 32 GDPR: who answers for data has to be able to show who could read them. Core knows today's roles only, and whoever
    belongs to an agency reads its circle, see `outreach.circle.mixin`.
    Written by SQL whenever roles change, whichever way Odoo changes them; nobody writes it by hand, whatever their rights.
    """

    _name = 'outreach.role.grant'
    _description = "Role of a User"
    _order = 'date_until desc, date_from desc, id desc'
    _rec_name = 'held'
    _log_access = False

    user_id = fields.Many2one('res.users', readonly=True, index='btree_not_null', ondelete='set null')
    login = fields.Char(readonly=True, required=True, help="As it was: it stays when the user is deleted")
    role_id = fields.Many2one('res.groups', readonly=True, index=True, ondelete='cascade')
    agency_id = fields.Many2one(
        'outreach.agency', "Agency No.", readonly=True, index='btree_not_null', ondelete='set null', export_string_translation=False
    )
    agency_name = fields.Char("Agency", readonly=True, help="As it was: it stays when the agency is deleted")
    held = fields.Char("Role or Agency", compute='_compute_held', compute_sudo=True)
    # as text, since administrators need not read agencies
    agencies = fields.Char("Agency Today", compute='_compute_agencies', compute_sudo=True)
    date_from = fields.Datetime("Since", readonly=True, help="Empty: before it was written down")
    company_id = fields.Many2one('res.company', "Organisation", required=True, readonly=True, ondelete='cascade')
    granted_by_id = fields.Many2one('res.users', readonly=True, ondelete='set null')
    date_until = fields.Datetime("Until", readonly=True)
    withdrawn_by_id = fields.Many2one('res.users', readonly=True, ondelete='set null')

    _open_uniq = models.UniqueIndex('(user_id, role_id) WHERE date_until IS NULL')
    _open_agency_uniq = models.UniqueIndex('(user_id, agency_id) WHERE date_until IS NULL')
    _held_check = models.Constraint('CHECK(num_nonnulls(role_id, agency_name) = 1)', "Either a role or an agency.")

    @api.depends('role_id', 'agency_name')
    @api.depends_context('lang')
    def _compute_held(self):
        for grant in self:
            grant.held = grant.role_id.display_name or grant.agency_name

    @api.depends('user_id.outreach_agency_ids')
    def _compute_agencies(self):
        for grant in self:
            grant.agencies = ', '.join(grant.user_id.outreach_agency_ids.mapped('name'))

    @api.model
    def _get_roles(self):
        """The roles of the addon, and those of core that get at everything."""
        own = self.env['ir.model.data'].sudo().search([('module', '=', MODULE), ('model', '=', 'res.groups')])
        core = self.env['res.groups'].browse()
        for name in CORE_ROLES:
            core |= self.env.ref(name, raise_if_not_found=False) or core
        return self.env['res.groups'].sudo().browse(own.mapped('res_id')).exists() | core

    @api.model
    def _write_down(self):
        """Compare with the roles that users have now, and write down what has changed.

        An archived user has none. A role that another one brings along counts as the role that it is. The first time, nobody
        knows since when.
        """
        self.env['res.users'].flush_model(['active', 'login', 'company_id', 'group_ids'])
        self.env['res.groups'].flush_model(['implied_ids', 'user_ids'])
        given = [(role.id, group) for role in self._get_roles() for group in (role | role.all_implied_by_ids).ids]
        if not given:
            return
        self.env.cr.execute("SELECT EXISTS (SELECT FROM outreach_role_grant WHERE role_id IS NOT NULL)")
        (is_dated,) = self.env.cr.fetchone()
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                WITH now_given AS (
                    SELECT DISTINCT given.role_id, u.id AS user_id, u.login, u.company_id
                      FROM (VALUES %(given)s) given (role_id, group_id)
                      JOIN res_groups_users_rel r ON r.gid = given.group_id
                      JOIN res_users u ON u.id = r.uid AND u.active
                ), ended AS (
                    UPDATE outreach_role_grant g SET date_until = %(now)s, withdrawn_by_id = %(by)s
                     WHERE g.date_until IS NULL AND g.role_id IS NOT NULL
                       AND NOT EXISTS (SELECT FROM now_given n WHERE n.user_id = g.user_id AND n.role_id = g.role_id)
                )
                INSERT INTO outreach_role_grant (user_id, login, role_id, company_id, date_from, granted_by_id)
                SELECT n.user_id, n.login, n.role_id, n.company_id, %(since)s, %(granted_by)s
                  FROM now_given n
                    ON CONFLICT DO NOTHING
                """,
                given=SQL(', ').join(SQL("(%s, %s)", *pair) for pair in given),
                now=now,
                by=self.env.uid,
                since=now if is_dated else SQL("NULL::timestamp"),
                granted_by=self.env.uid if is_dated else SQL("NULL::int"),
            )
        )
        self.invalidate_model()

    @api.model
    def _write_agencies_down(self, is_dated=True):
        """The same with the agencies that users belong to: neither archived users nor archived agencies count.

        :param is_dated: False the first time that this is written down, when nobody knows since when
        """
        self.env['res.users'].flush_model(['active', 'login', 'company_id', 'outreach_agency_ids'])
        self.env['outreach.agency'].flush_model(['active', 'name', 'user_ids'])
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                WITH now_there AS (
                    SELECT a.id AS agency_id, coalesce(a.name ->> %(lang)s, a.name ->> 'en_US') AS agency_name, u.id AS user_id, u.login,
                           a.company_id
                      FROM outreach_agency_user_rel r
                      JOIN outreach_agency a ON a.id = r.agency_id AND a.active
                      JOIN res_users u ON u.id = r.user_id AND u.active
                ), ended AS (
                    UPDATE outreach_role_grant g SET date_until = %(now)s, withdrawn_by_id = %(by)s
                     WHERE g.date_until IS NULL AND g.agency_name IS NOT NULL
                       AND NOT EXISTS (SELECT FROM now_there n WHERE n.user_id = g.user_id AND n.agency_id = g.agency_id)
                )
                INSERT INTO outreach_role_grant (user_id, login, agency_id, agency_name, company_id, date_from, granted_by_id)
                SELECT n.user_id, n.login, n.agency_id, n.agency_name, n.company_id, %(since)s, %(granted_by)s
                  FROM now_there n
                    ON CONFLICT DO NOTHING
                """,
                lang=self.env.lang or 'en_US',
                now=now,
                by=self.env.uid,
                since=now if is_dated else SQL("NULL::timestamp"),
                granted_by=self.env.uid if is_dated else SQL("NULL::int"),
            )
        )
        self.invalidate_model()

    @api.autovacuum
    def _gc_ended(self):
        self.search([('date_until', '<', fields.Datetime.now() - relativedelta(years=KEEP_YEARS))]).unlink()


class ResGroups(models.Model):
    _inherit = 'res.groups'

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        self.env['outreach.role.grant']._write_down()
        return groups

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint({'user_ids', 'implied_ids', 'implied_by_ids'}):
            self.env['outreach.role.grant']._write_down()
        return res

    def unlink(self):
        res = super().unlink()
        self.env['outreach.role.grant']._write_down()
        return res
