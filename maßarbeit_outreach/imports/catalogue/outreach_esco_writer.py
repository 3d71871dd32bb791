"""How concepts of the ESCO web service get into the catalogue."""

from odoo.fields import Command

from ...tools.catalogue.esco_service import Concept, IscoGroup, SkillLink


class ConceptWriter:
    """Adds occupations and skills, and refreshes those that are there, by their URI.

    * A skill of our own with the same name becomes the one of ESCO: it gets the URI, and keeps its kind.
    * What somebody archived stays archived.
    * Labels of the source `esco` in the languages of the answer are replaced, others stay.
    * Skills of an occupation are added and changed, never taken away: one that a manager added cannot be told from one
      that ESCO dropped. The import of the files does that.
    * `parent_id` follows the KldB mapping where one is there, and stays as it is otherwise.

    :param env: of somebody who may write the catalogue
    :param languages: ISO 639 codes, the first one that of the names
    """

    def __init__(self, env, languages):
        installed = {lang.split('_')[0]: lang for lang, __ in reversed(env['res.lang'].get_installed())}
        self.langs = {language: installed[language] for language in languages if language in installed}
        self.main = self.langs.get(languages[0], 'en_US')
        self.env = env(context={**env.context, 'active_test': False, 'lang': self.main})

    def write_occupations(self, concepts: list[Concept]):
        """Return the occupations in the order of the concepts."""
        isco = self._write_isco([concept.isco for concept in concepts if concept.isco])
        skills = self._write_links([link for concept in concepts for link in (*concept.essential, *concept.optional)])
        occupations = self._write_concepts(
            'outreach.occupation',
            concepts,
            lambda concept, known: {
                **({} if known and known.is_regulation_decided else {'is_regulated': concept.regulated, 'is_regulation_decided': False}),
                'isco_id': isco[concept.isco.code].id if concept.isco else False,
                **({} if known else {'scheme': 'esco', 'code': concept.code or concept.uri.rpartition('/')[2]}),
            },
        )
        for occupation in occupations.filtered(lambda occupation: not occupation.parent_id and occupation.mapping_ids):
            occupation.parent_id = occupation.mapping_ids.sorted('relation')[0].kldb_id
        self._write_relations(occupations, concepts, skills)
        self.env['outreach.occupation'].sudo()._settle_regulation()
        return occupations

    def write_skills(self, concepts: list[Concept]):
        """Return the skills in the order of the concepts."""
        self._adopt({concept.uri: self._get_name(concept) for concept in concepts})
        levels = self.env['outreach.skill']._fields['reuse_level'].get_values(self.env)
        return self._write_concepts(
            'outreach.skill',
            concepts,
            lambda concept, known: {
                'reuse_level': concept.reuse_level if concept.reuse_level in levels else False,
                **({} if known else {'kind': concept.kind}),
            },
        )

    def find(self, model, uris):
        """The records with these URIs, archived or not, as `{uri: record}`."""
        return {record.uri: record for record in self.env[model].search_fetch([('uri', 'in', list(uris))], ['uri', 'active'])}

    def find_own(self, names):
        """Skills of our own that are called so, whatever the case, as `{casefolded name: skill}`."""
        wanted = {name.casefold() for name in names}
        own = self.env['outreach.skill'].search_fetch([('uri', '=', False)], ['name'], order='id desc') if wanted else []
        return {skill.name.casefold(): skill for skill in own if skill.name.casefold() in wanted}

    def _get_name(self, concept):
        """Names are kept in the language that was asked for, or else in any that came."""
        return next(
            (concept.labels[language] for language in self.langs if language in concept.labels), next(iter(concept.labels.values()))
        )

    def _write_isco(self, groups: list[IscoGroup]):
        """Create the missing groups, each below the longest code that it begins with; return all by code."""
        Isco = self.env['outreach.isco.group']
        wanted = {group.code: group for group in groups}
        above = {code[:length] for code in wanted for length in range(1, len(code) + 1)}
        known = {group.code: group for group in Isco.search_fetch([('code', 'in', list(above))], ['code'])}
        missing = [wanted[code] for code in sorted(wanted.keys() - known.keys())]
        for group, record in zip(
            missing,
            Isco.create(
                [
                    {
                        'code': group.code,
                        'name': group.label,
                        'uri': group.uri,
                        'parent_id': next(
                            (known[group.code[:length]].id for length in range(len(group.code) - 1, 0, -1) if group.code[:length] in known),
                            False,
                        ),
                    }
                    for group in missing
                ]
            ),
            strict=True,
        ):
            known[group.code] = record
        return known

    def _adopt(self, names):
        """Give the skills of our own with these names (`{uri: name}`) the URI, unless another skill has it."""
        known = self.find('outreach.skill', names)
        own = self.find_own(name for uri, name in names.items() if uri not in known)
        for uri, name in names.items():
            if uri not in known and (skill := own.pop(name.casefold(), None)):
                skill.uri = uri

    def _write_links(self, links: list[SkillLink]):
        """The skills that occupations name, created where they are missing, as `{uri: skill}`."""
        links = {link.uri: link for link in links if link.label}
        self._adopt({uri: link.label for uri, link in links.items()})
        known = self.find('outreach.skill', links)
        missing = [link for uri, link in links.items() if uri not in known]
        created = self.env['outreach.skill'].create([{'name': link.label, 'uri': link.uri, 'kind': link.kind} for link in missing])
        return known | dict(zip((link.uri for link in missing), created, strict=True))

    def _write_concepts(self, model, concepts, get_values):
        known = self.find(model, [concept.uri for concept in concepts])
        new = [concept for concept in concepts if concept.uri not in known]
        created = self.env[model].create(
            [{'uri': concept.uri, 'name': self._get_name(concept), **get_values(concept, None)} for concept in new]
        )
        records = known | dict(zip((concept.uri for concept in new), created, strict=True))
        for concept in concepts:
            record = records[concept.uri]
            if concept.uri in known:
                record.write({**get_values(concept, record), 'name': self._get_name(concept)})
            for language, lang in self.langs.items():
                texts = {'name': concept.labels.get(language), 'description': concept.descriptions.get(language)}
                if values := {fname: text for fname, text in texts.items() if text}:
                    record.with_context(lang=lang).write(values)
        self._write_labels('occupation_id' if model == 'outreach.occupation' else 'skill_id', records, concepts)
        return self.env[model].browse([records[concept.uri].id for concept in concepts])

    def _write_labels(self, link, records, concepts):
        Label = self.env['outreach.label']
        labels = Label.search([(link, 'in', [record.id for record in records.values()])]).grouped(link)
        outdated, values = Label, []
        for concept in concepts:
            record = records[concept.uri]
            mine = labels.get(record, Label)
            wanted = {(language, name) for language, names in concept.alternatives.items() for name in names}
            outdated += mine.filtered(
                lambda label, concept=concept, wanted=wanted: (
                    label.source == 'esco'
                    and label.kind == 'alternative'
                    and label.lang in concept.alternatives
                    and (label.lang, label.name) not in wanted
                )
            )
            there = {(label.lang, label.name) for label in mine}
            values += [{link: record.id, 'lang': lang, 'name': name, 'source': 'esco'} for lang, name in sorted(wanted - there)]
        outdated.unlink()
        Label.create(values)

    def _write_relations(self, occupations, concepts, skills):
        there = {(line.occupation_id.id, line.skill_id.id): line for line in occupations.skill_ids}
        for occupation, concept in zip(occupations, concepts, strict=True):
            wanted = {
                skills[link.uri].id: need
                for need, links in (('optional', concept.optional), ('essential', concept.essential))
                for link in links
                if link.uri in skills
            }
            commands = []
            for skill, need in wanted.items():
                line = there.get((occupation.id, skill))
                if not line:
                    commands.append(Command.create({'skill_id': skill, 'need': need}))
                elif line.need != need:
                    commands.append(Command.update(line.id, {'need': need}))
            occupation.skill_ids = commands
