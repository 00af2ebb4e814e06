/** Says in a sentence what happened in a conversation. Owns the wording's grammar, not the words. */
import type { MessageEvent } from '#core/engine/api.ts';
import { m } from '#ui/i18n/compiled/messages.js';
import { formatDate } from '#ui/i18n/format.ts';
import { locale } from '#ui/i18n/locale.svelte.ts';

/** Names of people by id; `me` is spoken to. */
export interface Naming {
	me: string;
	nameOf(person: string): string;
}

export function eventText(event: MessageEvent, naming: Naming): string {
	if (event.type === 'left') return leftText(event.people, naming);
	if (event.type === 'restored') return m.conversations_event_restored();
	if (event.type === 'vanished') return m.conversations_event_vanished();
	if (event.type === 'regained') return regainedText(event, naming);
	const by = nameOrUnknown(event.by, naming);
	const mine = event.by === naming.me;
	switch (event.type) {
		case 'created':
			return mine ? m.conversations_event_created_own() : m.conversations_event_created({ by });
		case 'added': {
			if (event.people.includes(event.by)) {
				return mine ? m.conversations_event_joined_own() : m.conversations_event_joined({ by });
			}
			const people = joinNames(event.people, naming);
			return mine
				? m.conversations_event_added_own({ people })
				: m.conversations_event_added({ by, people });
		}
		case 'removed': {
			const people = joinNames(event.people, naming);
			return mine
				? m.conversations_event_removed_own({ people })
				: m.conversations_event_removed({ by, people });
		}
		case 'promoted': {
			const people = joinNames(event.people, naming);
			return mine
				? m.conversations_event_promoted_own({ people })
				: m.conversations_event_promoted({ by, people });
		}
		case 'demoted': {
			const people = joinNames(event.people, naming, m.conversations_you_from());
			return mine
				? m.conversations_event_demoted_own({ people })
				: m.conversations_event_demoted({ by, people });
		}
		case 'admins':
			return m.conversations_event_admins({
				people: joinNames(event.people, naming),
				count: event.people.includes(naming.me) ? 2 : event.people.length
			});
		case 'renamed': {
			const title = isolate(event.title);
			return mine
				? m.conversations_event_renamed_own({ title })
				: m.conversations_event_renamed({ by, title });
		}
		case 'picture':
			return mine ? m.conversations_event_picture_own() : m.conversations_event_picture({ by });
		case 'missing':
			return mine ? m.conversations_event_missing_own() : m.conversations_event_missing({ by });
		case 'undone':
			return mine ? m.conversations_event_undone_own() : m.conversations_event_undone({ by });
		case 'identity': {
			const name = nameOrUnknown(event.person, naming);
			return mine
				? m.conversations_event_identity_own({ name })
				: m.conversations_event_identity({ by, name });
		}
		case 'failed':
			return m.common_change_failed();
	}
}

/** `Anna, Ben und Sie`; oneself last, as is polite in German, and in the case that the sentence asks for. */
export function joinNames(
	people: readonly string[],
	naming: Naming,
	you = m.conversations_you_inside()
): string {
	const others = people.filter((person) => person !== naming.me);
	const names = others.map((person) => nameOrUnknown(person, naming));
	if (others.length < people.length) names.push(you);
	return new Intl.ListFormat(locale.current, { type: 'conjunction' }).format(names);
}

function regainedText(
	{ person, by, at }: Extract<MessageEvent, { type: 'regained' }>,
	naming: Naming
): string {
	const name = nameOrUnknown(person, naming);
	return at === null
		? m.conversations_event_regained_unproven({ name })
		: m.conversations_event_regained({
				name,
				people: joinNames(by, naming),
				date: formatDate(at)
			});
}

function leftText(people: readonly string[], naming: Naming): string {
	if (people.length === 1 && people[0] === naming.me) return m.conversations_event_left_own();
	return m.conversations_event_left({ people: joinNames(people, naming), count: people.length });
}

function nameOrUnknown(person: string, naming: Naming): string {
	return naming.nameOf(person) || m.conversations_somebody();
}

/** What somebody typed keeps its direction of writing to itself (Unicode Annex 9: FSI, PDI). */
function isolate(text: string): string {
	return `\u2068${text}\u2069`;
}
