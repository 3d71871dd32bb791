import logging
import os

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import str2bool

from ...models.base.groups import MANAGER
from ...tools.catalogue import esco_service
from .outreach_esco_writer import ConceptWriter

_logger = logging.getLogger(__name__)
PICK_MOST = 10  # each is a request
MISSING_TITLES_MOST = 20  # as is each skill whose title the service leaves out
# Set in the environment of the server, a service in the own network may be called: not by who only administers Odoo.
INNER_VARIABLE = 'OUTREACH_ESCO_INNER'


class OutreachEscoLookup(models.TransientModel):
    """Search the ESCO web service, pick, see what it would add, add it.

    Requests are made while searching and for the preview; adding writes what the preview showed and asks nobody, so
    that a service that fails leaves nothing half written.

    Administrators may not be managers of the catalogue; adding is done for them after the check of their role.
    """

    _name = 'outreach.esco.lookup'
    _description = "Look-up in ESCO"
    _rec_name = 'text'

    text = fields.Char("Search For")
    kind = fields.Selection([('occupation', "Occupations"), ('skill', "Skills")], default='occupation', required=True)
    is_enabled = fields.Boolean(compute='_compute_is_enabled')
    state = fields.Selection(
        [('search', "Search"), ('preview', "Preview"), ('done', "Added")], default='search', required=True, readonly=True
    )
    line_ids = fields.One2many('outreach.esco.lookup.line', 'lookup_id', "Results")
    searched = fields.Char(readonly=True, export_string_translation=False)
    total = fields.Integer("Found", readonly=True)
    next_page = fields.Char(readonly=True, export_string_translation=False)
    preview = fields.Html(compute='_compute_preview', sanitize=False)  # a template of ours

    @api.depends_context('uid')
    def _compute_is_enabled(self):
        self.is_enabled = str2bool(self._get_parameter('enabled') or 'False')

    @api.depends('state', 'line_ids.answer')
    def _compute_preview(self):
        for lookup in self:
            lookup.preview = lookup._render_preview() if lookup.state != 'search' else False

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_search(self):
        self.ensure_one()
        if not (self.text or '').strip():
            raise UserError(self.env._("What do you want to search for?"))
        page = self._ask(lambda service: service.search(self.text, self.kind))
        self.line_ids.unlink()
        self.searched = self.text
        self._take_page(page)

    def action_more(self):
        self.ensure_one()
        if self.next_page:
            self._take_page(self._ask(lambda service: service.search_more(self.next_page)))

    def action_preview(self):
        """Fetch what is picked."""
        self.ensure_one()
        picked = self.line_ids.filtered('is_picked')
        if not picked:
            raise UserError(self.env._("Pick one of the results, or several."))
        if len(picked) > PICK_MOST:
            raise UserError(self.env._("At most %(most)s at a time, please.", most=PICK_MOST))
        concepts = self._ask(lambda service: self._complete_titles(service, [service.get_concept(line.uri, self.kind) for line in picked]))
        self.line_ids.answer = False
        for line, concept in zip(picked, concepts, strict=True):
            line.answer = esco_service.to_json(concept)
        self.state = 'preview'

    def action_back(self):
        self.line_ids.answer = False
        self.state = 'search'

    def action_add(self):
        """Write what the preview shows."""
        self.ensure_one()
        self._check_may_add()
        if self.state != 'preview':
            raise UserError(self.env._("Open the preview first: it shows what would be added."))
        lines = self._get_addable()
        if not lines:
            raise UserError(self.env._("ESCO has dropped what you picked; there is nothing to add."))
        concepts = [esco_service.from_json(line.answer) for line in lines]
        writer = ConceptWriter(self.env(su=True), self._get_languages())
        self._check_codes(writer, concepts)
        if self.kind == 'occupation':
            records = writer.write_occupations(concepts)
        else:
            records = writer.write_skills(concepts)
        for line, record in zip(lines, records, strict=True):
            line.res_id = record.id
        self.state = 'done'

    def action_open_added(self):
        self.ensure_one()
        xmlid = f'maßarbeit_outreach.outreach_{self.kind}_action'
        return self.env['ir.actions.act_window']._for_xml_id(xmlid) | {
            'domain': [('id', 'in', self.line_ids.filtered('res_id').mapped('res_id'))],
            'context': {'active_test': False},
        }

    def action_restart(self):
        self.line_ids.unlink()
        self.write({'state': 'search', 'text': False, 'searched': False, 'total': 0, 'next_page': False})

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _check_may_add(self):
        if not any(map(self.env.user.has_group, (MANAGER, 'base.group_system'))):
            raise AccessError(self.env._("Only managers and administrators add to the catalogues."))

    @api.model
    def _get_parameter(self, name):
        return self.env['ir.config_parameter'].sudo().get_param(f'outreach.esco_{name}')

    @api.model
    def _get_languages(self):
        return [language.strip() for language in (self._get_parameter('languages') or 'de, en').split(',')]

    @api.model
    def _get_session(self):
        """What makes the requests; tests put another one here."""
        return None

    @api.model
    def _get_service(self):
        defaults = self.env['res.config.settings']._fields
        return esco_service.EscoService(
            self._get_parameter('url') or defaults['outreach_esco_url'].default(self),
            self._get_parameter('version') or defaults['outreach_esco_version'].default(self),
            self._get_languages(),
            float(self._get_parameter('timeout') or defaults['outreach_esco_timeout'].default(self)),
            session=self._get_session(),
            inner=os.environ.get(INNER_VARIABLE, '') not in ('', '0'),
        )

    def _ask(self, question):
        """The service's answer to `question(service)`, or a UserError that says what is the matter.

        Nothing is asked while the look-up is switched off.
        """
        self._check_may_add()
        if not self.is_enabled:
            raise UserError(self._get_text_off())
        try:
            return question(self._get_service())
        except esco_service.EscoError as error:
            _logger.info("ESCO look-up failed: %s: %s", type(error).__name__, error)
            raise UserError(self._get_error_text(error)) from error

    def _get_text_off(self):
        return self.env._(
            "The look-up in the ESCO web service is switched off. An administrator switches it on in the settings of"
            " Employer Outreach. Without it, import the files that ESCO offers for download."
        )

    def _get_error_text(self, error):
        texts = {
            esco_service.InvalidAddress: self.env._(
                "The address of the ESCO web service in the settings is not valid. Please ask an administrator."
            ),
            esco_service.InnerAddress: self.env._(
                "The address of the ESCO web service leads into the own network, where the look-up does not go. Please ask an"
                " administrator; for a service of your own, %(variable)s is set where Odoo is started.",
                variable=INNER_VARIABLE,
            ),
            esco_service.Unreachable: self.env._(
                "The ESCO web service cannot be reached. Nothing was changed; try again later, or ask an administrator"
                " whether the server may call this address."
            ),
            esco_service.TooSlow: self.env._("The ESCO web service did not answer in time. Nothing was changed; try again later."),
            esco_service.Refused: self.env._("The ESCO web service answers with an error. Nothing was changed; try again later."),
            esco_service.NotFound: self.env._(
                "The ESCO web service does not know this in the version that the settings name. Nothing was changed."
            ),
            esco_service.Unreadable: self.env._(
                "The answer of the ESCO web service is not what is expected. Nothing was changed; an administrator should check"
                " the address in the settings."
            ),
        }
        return texts[type(error)]

    def _take_page(self, page):
        known = set(self.line_ids.mapped('uri'))
        self.line_ids = [
            fields.Command.create({'uri': found.uri, 'code': found.code, 'name': found.label})
            for found in {found.uri: found for found in page.results}.values()
            if found.uri not in known
        ]
        self.write({'total': page.total, 'next_page': page.next})

    def _complete_titles(self, service, concepts):
        """Ask for skills that an occupation names by their address alone; those beyond a limit are left out."""
        missing = list(
            dict.fromkeys(link.uri for concept in concepts for link in (*concept.essential, *concept.optional) if not link.label)
        )
        titles = {}
        for uri in missing[:MISSING_TITLES_MOST]:
            skill = service.get_concept(uri, 'skill')
            titles[uri] = next(iter(skill.labels.values()))
        return [
            concept._replace(
                **{
                    need: [link._replace(label=link.label or titles.get(link.uri, '')) for link in getattr(concept, need)]
                    for need in ('essential', 'optional')
                }
            )
            for concept in concepts
        ]

    def _get_addable(self):
        return self.line_ids.filtered(lambda line: line.answer and not line.answer.get('obsolete'))

    def _check_codes(self, writer, concepts):
        """Raise UserError when another occupation of ESCO has one of the codes already."""
        if self.kind != 'occupation':
            return
        uris = {concept.code: concept.uri for concept in concepts}
        for other in writer.env['outreach.occupation'].search([('scheme', '=', 'esco'), ('code', 'in', list(uris))]):
            if other.uri != uris[other.code]:
                raise UserError(
                    self.env._(
                        "The code %(code)s belongs to “%(name)s” in the catalogue. It comes from another version of ESCO:"
                        " import the files of the new version instead.",
                        code=other.code,
                        name=other.name,
                    )
                )

    def _render_preview(self):
        """What is, or was, added: per concept its texts and skills, each with whether the catalogue has it."""
        writer = ConceptWriter(self.env(su=True), self._get_languages())
        lines = self.line_ids.filtered('answer')
        concepts = [(line, esco_service.from_json(line.answer)) for line in lines]
        links = [link for __, concept in concepts for link in (*concept.essential, *concept.optional)]
        known = writer.find('outreach.skill', [link.uri for link in links])
        own = writer.find_own(link.label for link in links if link.uri not in known)
        return self.env['ir.qweb']._render(
            'maßarbeit_outreach.outreach_esco_preview',
            {
                'lookup': self,
                'concepts': concepts,
                'languages': self._get_languages(),
                'pick_label': esco_service.pick_label,
                'is_known': lambda link: link.uri in known or link.label.casefold() in own,
            },
        )


class OutreachEscoLookupLine(models.TransientModel):
    _name = 'outreach.esco.lookup.line'
    _description = "Result of a Look-up in ESCO"
    _order = 'id'

    lookup_id = fields.Many2one('outreach.esco.lookup', required=True, index=True, ondelete='cascade')
    uri = fields.Char("URI", readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char(readonly=True)
    is_picked = fields.Boolean("Pick")
    status = fields.Selection(
        [('new', "New"), ('known', "In the catalogue"), ('archived', "Archived in the catalogue")], compute='_compute_status'
    )
    answer = fields.Json(readonly=True, export_string_translation=False)
    res_id = fields.Integer(readonly=True, export_string_translation=False)

    @api.depends('uri', 'lookup_id.kind', 'lookup_id.state')
    def _compute_status(self):
        for kind, lines in self.grouped(lambda line: line.lookup_id.kind).items():
            found = (
                self.env[f'outreach.{kind or "skill"}']
                .sudo()
                .with_context(active_test=False)
                .search_fetch([('uri', 'in', lines.mapped('uri'))], ['uri', 'active'])
            )
            active = {record.uri: record.active for record in found}
            for line in lines:
                line.status = {None: 'new', True: 'known', False: 'archived'}[active.get(line.uri)]

    def action_toggle(self):
        """Pick by a button, where a list has no boxes to tick."""
        for line in self:
            line.is_picked = not line.is_picked
