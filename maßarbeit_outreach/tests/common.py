"""One county for the tests: five agencies, one person per role, two employers. All names are invented."""

from datetime import datetime, time, timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file

MODULE = 'maßarbeit_outreach'

# Role: (group, agency or None). The key is the login without `test_`.
ROLES = {
    'econ': ('group_economic_development', 'econ'),
    'job': ('group_job_centre', 'job'),
    'migration': ('group_migration_centre', 'migration'),
    'immigration': ('group_immigration_office', 'immigration'),
    'helper': ('group_fair_helper', None),
    'manager': ('group_outreach_manager', None),
    'dpo': ('group_data_protection', None),
}
AGENCIES = {
    'econ': "Test Economic Development",
    'job': "Test Job Centre",
    'migration': "Test Migration Centre",
    'immigration': "Test Immigration Office",
    'municipal': "Test Town Hall Bramsche",
}
AGENCY_ROLES = {
    'econ': 'economic_development',
    'job': 'job_centre',
    'migration': 'migration_centre',
    'immigration': 'immigration_office',
    'municipal': 'municipality',
}


class AsciiCookieMixin:
    """Put before `HttpCase`: a browser test sends its tag as a cookie, which must be ASCII; the addon's name is not."""

    @property
    def canonical_tag(self):
        return super().canonical_tag.replace('ß', 'ss')


@tagged('post_install', '-at_install')
class OutreachCommon(TransactionCase):
    """`user_<role>` for each key of `ROLES`, `user_internal`, `user_portal` (of `company`) and `user_portal_other` (of
    `other_company`), `agency_<key>` for each key of `AGENCIES`. The password of a user is the login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['ir.default'].set('res.partner', 'lang', 'en_US')  # the demo county works in German
        cls.env.user.tz = 'Europe/Berlin'
        cls.today = fields.Date.context_today(cls.env.user)  # for an hour or two each night another one than the server's
        Partner = cls.env['res.partner']
        if not cls.env.ref(f'{MODULE}.municipality_03459014', raise_if_not_found=False):  # a database without demo data
            convert_file(cls.env, MODULE, 'demo/base/outreach_municipality_demo.xml', {}, noupdate=True)
        cls.bramsche = cls.env.ref(f'{MODULE}.municipality_03459014')
        cls.melle = cls.env.ref(f'{MODULE}.municipality_03459024')
        cls.company = Partner.create(
            {
                'name': "Probewerk Bramsche GmbH",
                'is_company': True,
                'street': "Musterweg 1",
                'zip': '49565',
                'city': "Bramsche",
                'email': 'kontakt@probewerk.example',
            }
        )
        cls.contact = Partner.create({'name': "Petra Probe", 'parent_id': cls.company.id, 'email': 'petra@probewerk.example'})
        cls.other_company = Partner.create({'name': "Musterbau Melle AG", 'is_company': True, 'zip': '49324', 'city': "Melle"})
        cls.other_contact = Partner.create({'name': "Otto Muster", 'parent_id': cls.other_company.id, 'email': 'otto@musterbau.example'})

        portal = f'{MODULE}.group_portal_employer'
        people = {
            **{key: (f'{MODULE}.{group}', {}) for key, (group, __) in ROLES.items()},
            'internal': ('base.group_user', {}),
            'portal': (portal, {'partner_id': cls.contact.id, 'name': cls.contact.name}),
            'portal_other': (portal, {'partner_id': cls.other_contact.id, 'name': cls.other_contact.name}),
        }
        for key, user in zip(people, cls.create_users(people), strict=True):
            setattr(cls, f'user_{key}', user)
        partners = Partner.create([{'name': name, 'is_company': True} for name in AGENCIES.values()])
        agencies = cls.env['outreach.agency'].create(
            [
                {
                    'name': partner.name,
                    'role': AGENCY_ROLES[key],
                    'partner_id': partner.id,
                    'municipality_id': cls.bramsche.id if key == 'municipal' else False,
                    'user_ids': [Command.set([getattr(cls, f'user_{role}').id for role, (__, agency) in ROLES.items() if agency == key])],
                }
                for key, partner in zip(AGENCIES, partners, strict=True)
            ]
        )
        for key, agency in zip(AGENCIES, agencies, strict=True):
            setattr(cls, f'agency_{key}', agency)
        cls.kind = cls.env['outreach.visit.kind'].create({'name': "Test Visit", 'channel': 'visit'})
        cls.kind_call = cls.env['outreach.visit.kind'].create({'name': "Test Call", 'channel': 'phone'})

    @classmethod
    def create_users(cls, people):
        """A user `test_<key>` for each of ``{key: (xml ids of groups, values)}``, who works in English and in German time.

        All at once, as core takes nearly as long for one as for many.
        """
        return (
            cls.env['res.users']
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True, mail_notrack=True, no_reset_password=True)
            .create(
                [
                    {
                        'name': f"Test {key.replace('_', ' ').title()}",
                        'login': f'test_{key}',
                        'password': f'test_{key}',
                        'email': f'test_{key}@outreach.example',
                        'group_ids': [Command.set([cls.env.ref(group).id for group in groups.split(',')])],
                        'notification_type': 'email',
                        'tz': 'Europe/Berlin',
                        'company_id': cls.env.company.id,
                        'company_ids': [Command.link(cls.env.company.id)],
                        **values,
                    }
                    for key, (groups, values) in people.items()
                ]
            )
        )

    @classmethod
    def create_user(cls, key, groups, **values):
        """A user `test_<key>`; see `create_users`."""
        return cls.create_users({key: (groups, values)})

    @classmethod
    def at(cls, days, hour=10):
        """An hour (UTC) of the day in so many days, at which it is the same day everywhere in Europe."""
        return datetime.combine(cls.today + timedelta(days=days), time(hour))

    @classmethod
    def create_visit(cls, company=None, team=None, user=None, **values):
        """A visit to `company` by `team` (users), written by `user` (economic development) with their rights.

        It starts in three days, about noon, for an hour, unless `values` say otherwise; a visit that is `done` was three days ago.
        """
        user = cls.user_econ if user is None else user
        team = cls.user_econ if team is None else team
        done = values.get('stage') == 'done'
        values.setdefault('start', cls.at(-3 if done else 3))
        if done:
            values.setdefault('result', 'call_back')
        values.setdefault('member_ids', [Command.create({'user_id': member.id}) for member in team])
        return (
            cls.env['outreach.visit']
            .with_user(user)
            .create({'partner_id': (cls.company if company is None else company).id, 'kind_id': cls.kind.id, **values})
        )

    @classmethod
    def create_demand(cls, company=None, user=None, **values):
        """A demand of `company`, written by `user` (economic development) with their rights."""
        return (
            cls.env['outreach.demand']
            .with_user(cls.user_econ if user is None else user)
            .create({'partner_id': (cls.company if company is None else company).id, 'name': "Test Demand", **values})
        )

    @classmethod
    def create_fair(cls, today=False, **values):
        """A job fair in Bramsche in thirty days, or this hour."""
        begin = fields.Datetime.now().replace(minute=0, second=0) + timedelta(days=0 if today else 30)
        return cls.env['event.event'].create(
            {
                'name': "Test Fair",
                'is_job_fair': True,
                'outreach_municipality_id': cls.bramsche.id,
                'date_begin': begin,
                'date_end': begin + timedelta(hours=2),
                **values,
            }
        )

    @classmethod
    def create_stand(cls, fair, company=None, user=None, **values):
        """A stand at `fair`, asked for in the name of `company` (`False`: free)."""
        company = cls.company if company is None else company
        return (
            cls.env['event.booth']
            .with_user(cls.user_econ if user is None else user)
            .create(
                {
                    'name': "Test Stand",
                    'event_id': fair.id,
                    'booth_category_id': cls.env['event.booth.category'].sudo().search([], limit=1).id,
                    'partner_id': company.id if company else False,
                    **values,
                }
            )
        )

    @classmethod
    def create_follow_ups(cls, company=None):
        """One of each that can follow a visit to `company`, as `{model: record}`; the referral goes to immigration."""
        partner = {'partner_id': (cls.company if company is None else company).id}
        return {
            'outreach.promise': cls.env['outreach.promise'].with_user(cls.user_econ).create({**partner, 'name': "Test Promise"}),
            'outreach.referral': cls.env['outreach.referral']
            .with_user(cls.user_econ)
            .create({**partner, 'name': "Test Referral", 'to_agency_id': cls.agency_immigration.id}),
            'outreach.early.warning': cls.env['outreach.early.warning']
            .with_user(cls.user_migration)
            .create({**partner, 'kind': 'closure', 'note': "Test Warning", 'circle': 'all'}),
            'outreach.placement': cls.env['outreach.placement'].with_user(cls.user_job).create(partner),
        }

    @classmethod
    def allow_person_export(cls, user):
        """Give the user the right to export persons, and a reason for the next hour."""
        user.sudo().group_ids += cls.env.ref(f'{MODULE}.group_person_export')
        cls.env['outreach.export.permit'].with_user(user)._give_reason("List for a meeting")

    @classmethod
    def attach_as_before(cls, record, **values):
        """A file on a record about a person, from the time before they were refused."""
        file = cls.env['ir.attachment'].create({'name': "x", 'raw': b'x', **values})
        cls.env.flush_all()
        cls.env.cr.execute('UPDATE ir_attachment SET res_model = %s, res_id = %s WHERE id = %s', [record._name, record.id, file.id])
        file.invalidate_recordset()
        return file

    def settle(self):
        """Do what the end of a transaction does: write, and note tracked changes in the chatter."""
        self.env.flush_all()
        self.cr.precommit.run()
