/** Content of a message as bytes: JSON by the contract. What this version doesn't know is kept, not lost. */
import * as z from 'zod/mini';
import { fromUtf8, utf8 } from '#core/crypto/bytes.ts';
import { Content } from '#shared/contract/content.ts';
import type { EnvelopeType } from './envelope-header.ts';
import { ProtocolError, requireThat } from './protocol-error.ts';

/** A kind of content from a newer version: shown as "needs an update", opened once there is one. */
export interface UnknownContent {
	type: 'unknown';
	/** Its own name for its kind. */
	name: string;
}

const KNOWN = new Set<string>(
	Content.def.options.flatMap((option) => option.def.shape.type.def.values)
);
const Typed = z.object({ type: z.string().check(z.maxLength(40)) });

export const encodeContent = (content: Content): Uint8Array => utf8(JSON.stringify(content));

/** Throws `malformed` on content of a known kind that doesn't fit its schema. */
export function decodeContent(bytes: Uint8Array): Content | UnknownContent {
	let value: unknown;
	try {
		value = JSON.parse(fromUtf8(bytes));
	} catch (cause) {
		throw new ProtocolError('malformed', 'content is not JSON', { cause });
	}
	const typed = Typed.safeParse(value);
	requireThat(typed.success, 'content without a type', 'malformed');
	if (!KNOWN.has(typed.data.type)) return { type: 'unknown', name: typed.data.type };
	const parsed = Content.safeParse(value);
	requireThat(parsed.success, 'content does not fit its type', 'malformed');
	return parsed.data;
}

const NOTE = 'commit-note/';
const SILENT: ReadonlySet<Content['type']> = new Set(['key-request/1', 'epoch-keys/1']);

/**
 * The kind of envelope that a content goes in, and in no other: a note with a commit and with nothing else,
 * a text never where nobody would be told of it.
 */
export function envelopeTypeOf(content: Content): EnvelopeType {
	if (content.type.startsWith(NOTE)) return 'commit-note';
	return SILENT.has(content.type) ? 'silent' : 'message';
}

/** Whether a content may stand in an envelope of this kind; of what is not known here, notes only are told apart. */
export function fitsEnvelope(content: Content | UnknownContent, type: EnvelopeType): boolean {
	if (content.type !== 'unknown') return envelopeTypeOf(content) === type;
	return content.name.startsWith(NOTE) === (type === 'commit-note');
}
