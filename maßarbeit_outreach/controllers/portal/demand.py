import uuid

import psycopg2

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from ...models.portal.outreach_demand_portal import PortalInputError, PortalRefused, PortalTooMany
from .home import OutreachPortal

MAX_FORM_BYTES = 64 * 1024


class OutreachPortalDemand(OutreachPortal):
    def _get_outreach_demand_filters(self):
        is_open = request.env['outreach.demand']._get_open_domain()
        return {
            'all': {'label': request.env._("All"), 'domain': Domain.TRUE},
            'open': {'label': request.env._("Open"), 'domain': is_open},
            'done': {'label': request.env._("Filled or closed"), 'domain': ~is_open},
        }

    def _get_outreach_sources(self):
        return super()._get_outreach_sources() | {
            'demands': {
                'model': 'outreach.demand',
                'filters': self._get_outreach_demand_filters(),
                'sortings': {
                    'newest': {'label': request.env._("Newest first"), 'order': 'date desc, id desc'},
                    'start': {'label': request.env._("To be filled from"), 'order': 'start_date, id'},
                    'name': {'label': request.env._("Title"), 'order': 'name, id'},
                },
            }
        }

    @http.route(['/my/outreach/demands', '/my/outreach/demands/page/<int:page>'], type='http', auth='user', website=True, readonly=True)
    def my_demands(self, page=1, sortby=None, filterby=None, **kwargs):
        return self._render_outreach_list('demands', request.env._("All demands"), page, sortby, filterby)

    @http.route('/my/outreach/demands/<int:demand_id>', type='http', auth='user', website=True, readonly=True)
    def my_demand(self, demand_id, message=None, **kwargs):
        demand_sudo = self._find_outreach('outreach.demand', demand_id).sudo()
        messages = {
            'created': request.env._("Thank you. An officer will check your demand and get in touch with you."),
            'saved': request.env._("Your changes are saved."),
            'withdrawn': request.env._("The demand is withdrawn."),
            'locked': request.env._("The demand has been checked or closed meanwhile. Please tell your officer what should change."),
        }
        return request.render(
            'maßarbeit_outreach.portal_my_demand',
            self._prepare_outreach_values(
                'outreach_demand',
                demand_sudo.name,
                demand=demand_sudo,
                fairs=demand_sudo.stand_ids.filtered(lambda stand: stand.participation_state != 'cancelled').event_id.sorted('date_begin'),
                can_edit=demand_sudo._is_open_to_employer(),
                message=messages.get(message),
                message_key=message,
            ),
        )

    # ------------------------------------------------------------
    # DEMAND: ENTER, CORRECT, WITHDRAW
    # ------------------------------------------------------------

    def _render_demand_form(self, inputs, demand=None, errors=None, refused=None, keeps_input=False, status=200, occupations=None):
        """
        :param inputs: what the fields show: texts as typed, or the record's values
        :param refused: why nothing can be entered; in place of the form, unless `keeps_input`
        """
        demand_sudo = demand.sudo() if demand else request.env['outreach.demand'].sudo()
        return request.render(
            'maßarbeit_outreach.portal_demand_form',
            self._prepare_outreach_values(
                'outreach_demand_form',
                request.env._("Correct the demand") if demand else request.env._("Enter a demand"),
                demand=demand_sudo,
                inputs=inputs,
                errors=errors or {},
                refused=refused,
                keeps_input=keeps_input,
                occupations=occupations,
                levels=demand_sudo._fields['language_level']._description_selection(request.env),
                limits=demand_sudo.PORTAL_MAX_LENGTH,
                most_positions=demand_sudo.MAX_POSITIONS,
                today=fields.Date.to_string(fields.Date.context_today(request.env.user)),
                submission=inputs.get('submission') or uuid.uuid4().hex,
            ),
            status=status,
        )

    def _handle_demand_form(self, post, save, demand=None):
        """Save what was sent and go to the demand, or show the form again with what was typed."""
        # one value per input, and texts only: anything else in the form is dropped here
        inputs = {name: value for name, value in post.items() if isinstance(value, str)}
        Demand = request.env['outreach.demand']
        if 'search_occupation' in inputs:
            found = Demand._search_portal_occupations(inputs.get('occupation', ''))
            return self._render_demand_form(inputs, demand, occupations=found)
        try:
            # a savepoint, so that a refusal by the database leaves nothing behind either
            with request.env.cr.savepoint():
                demand_sudo = save(inputs)
        except PortalInputError as error:
            found = Demand._search_portal_occupations(inputs.get('occupation', '')) if 'occupation' in error.errors else None
            return self._render_demand_form(inputs, demand, error.errors, status=422, occupations=found)
        except PortalRefused as error:
            too_many = isinstance(error, PortalTooMany)  # may be sent again tomorrow
            return self._render_demand_form(inputs, demand, refused=str(error), keeps_input=too_many, status=429 if too_many else 403)
        return demand_sudo

    @http.route('/my/outreach/demands/new', type='http', auth='user', website=True, methods=['GET'], readonly=True)
    def demand_new(self, **kwargs):
        self._check_employer()
        Demand = request.env['outreach.demand']
        refused = None
        try:
            company = Demand._get_portal_company().sudo()
            Demand._check_portal_company_not_blocked(company)
            Demand._check_portal_rate(company)
        except PortalRefused as error:
            refused = str(error)
        return self._render_demand_form({'positions': '1'}, refused=refused)

    @http.route('/my/outreach/demands/new', type='http', auth='user', website=True, methods=['POST'], max_content_length=MAX_FORM_BYTES)
    def demand_create(self, **post):
        self._check_employer()

        def save(inputs):
            return request.env['outreach.demand']._create_from_portal(inputs, submission=inputs.get('submission'))

        try:
            answer = self._handle_demand_form(post, save)
        except psycopg2.errors.UniqueViolation:
            # the same form arrived twice at the same time: the other request has made the demand
            return request.redirect('/my/outreach/demands')
        if isinstance(answer, http.Response):
            return answer
        return request.redirect(f'/my/outreach/demands/{answer.id}?message=created')

    def _redirect_if_locked(self, demand):
        if not demand._is_open_to_employer():
            return request.redirect(f'/my/outreach/demands/{demand.id}?message=locked')
        return None

    @http.route('/my/outreach/demands/<int:demand_id>/edit', type='http', auth='user', website=True, methods=['GET'], readonly=True)
    def demand_edit(self, demand_id, **kwargs):
        demand = self._find_outreach('outreach.demand', demand_id)
        if locked := self._redirect_if_locked(demand):
            return locked
        demand_sudo = demand.sudo()
        return self._render_demand_form(
            {
                'name': demand_sudo.name,
                'positions': str(demand_sudo.positions),
                'start_date': fields.Date.to_string(demand_sudo.start_date) or '',
                'description': demand_sudo.description or '',
                'language_level': demand_sudo.language_level or '',
                'accepted_language_level': demand_sudo.accepted_language_level or '',
                'accepted_note': demand_sudo.accepted_note or '',
                'occupation': demand_sudo.occupation_id.name or '',
            },
            demand,
        )

    @http.route(
        '/my/outreach/demands/<int:demand_id>/edit',
        type='http',
        auth='user',
        website=True,
        methods=['POST'],
        max_content_length=MAX_FORM_BYTES,
    )
    def demand_update(self, demand_id, **post):
        demand = self._find_outreach('outreach.demand', demand_id)
        if locked := self._redirect_if_locked(demand):
            return locked
        answer = self._handle_demand_form(post, demand._update_from_portal, demand)
        if isinstance(answer, http.Response):
            return answer
        return request.redirect(f'/my/outreach/demands/{demand.id}?message=saved')

    @http.route('/my/outreach/demands/<int:demand_id>/withdraw', type='http', auth='user', website=True, methods=['GET'], readonly=True)
    def demand_withdraw_ask(self, demand_id, **kwargs):
        demand = self._find_outreach('outreach.demand', demand_id)
        if locked := self._redirect_if_locked(demand):
            return locked
        return request.render(
            'maßarbeit_outreach.portal_demand_withdraw',
            self._prepare_outreach_values('outreach_demand_withdraw', request.env._("Withdraw the demand"), demand=demand.sudo()),
        )

    @http.route(
        '/my/outreach/demands/<int:demand_id>/withdraw',
        type='http',
        auth='user',
        website=True,
        methods=['POST'],
        max_content_length=MAX_FORM_BYTES,
    )
    def demand_withdraw(self, demand_id, **post):
        demand = self._find_outreach('outreach.demand', demand_id)
        if locked := self._redirect_if_locked(demand):
            return locked
        demand._withdraw_from_portal()
        return request.redirect(f'/my/outreach/demands/{demand.id}?message=withdrawn')
