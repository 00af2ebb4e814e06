/** Conversations between clients, as far as the server knows them. */
import { randomUUID } from 'node:crypto';
import { someBundle, someMessage } from './bodies.ts';
import type { Client } from './client.ts';

/** Creates a group of these people, each with the one device that the test knows. */
export const createGroup = async (creator: Client, others: Client[]): Promise<string> => {
	const conversation = randomUUID();
	await creator.api.conversations.create({
		conversation,
		kind: 'group',
		people: others.map(({ person }) => person),
		devices: others.map(({ device }) => device),
		...someBundle(others.length > 0)
	});
	return conversation;
};

export const commitInput = (
	conversation: string,
	epoch: number,
	change: {
		addPeople?: string[];
		removePeople?: string[];
		admins?: string[];
		addDevices?: string[];
		removeDevices?: string[];
		external?: boolean;
	} = {}
) => ({
	conversation,
	epoch,
	external: change.external ?? false,
	people: {
		add: change.addPeople ?? [],
		remove: change.removePeople ?? [],
		...(change.admins && { admins: change.admins })
	},
	devices: { add: change.addDevices ?? [], remove: change.removeDevices ?? [] },
	...someBundle((change.addDevices ?? []).length > 0 && !change.external)
});

export const say = (client: Client, conversation: string, epoch = 1) =>
	client.api.conversations.send(someMessage(conversation, epoch));

/** The whole log, page by page. */
export const readAll = async ({ api }: Client, conversation: string) => {
	const entries = [];
	for (let after = 0; ;) {
		const page = await api.conversations.read({ conversation, after, limit: 500 });
		entries.push(...page.entries);
		const last = page.entries.at(-1);
		if (!last || last.seq >= page.head) return entries;
		after = last.seq;
	}
};
