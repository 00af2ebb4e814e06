/** A group whose members say of commits whether they can follow them, all of them connected. */
import { startApiServer } from './api-server.ts';
import { invite, join, listen, tokenOf, type Client, type Listener } from './client.ts';
import { commitInput, createGroup } from './group.ts';

/** Milliseconds after which nobody is waited for any more. */
export const RIPE = 6000;

export type Disputes = Awaited<ReturnType<typeof openDisputes>>;

export async function openDisputes() {
	const server = await startApiServer();
	// What is said within some seconds has to be so on a busy machine as well.
	server.holdClock();
	const ada = await join(server.origin, tokenOf(await server.firstSecret()));
	const bert = await invite(server.origin, ada, { name: 'Bert' });
	const cora = await invite(server.origin, ada, { name: 'Cora' });
	const dora = await invite(server.origin, ada, { name: 'Dora' });
	const emil = await invite(server.origin, ada, { name: 'Emil' });
	let conversation = '';
	let listeners: Listener[] = [];
	const connect = async (client: Client): Promise<void> => {
		const listener = await listen(client);
		await listener.next('ready');
		listeners.push(listener);
	};
	const judge = async (client: Client, seq: number, follows: boolean) =>
		(await client.api.conversations.judge({ conversation, seq, follows })).verdict;
	return {
		ada,
		bert,
		cora,
		dora,
		/** In no group. */
		emil,
		advance: server.advance,
		close: server.close,
		connect,
		judge,
		/** A group of Ada's with Bert, Cora and Dora. */
		async begin(): Promise<string> {
			conversation = await createGroup(ada, [bert, cora, dora]);
			for (const client of [ada, bert, cora, dora, emil]) await connect(client);
			return conversation;
		},
		end(): void {
			for (const listener of listeners) listener.close();
			listeners = [];
		},
		stateOf: async ({ api }: Client) =>
			(await api.conversations.overview()).find(({ id }) => id === conversation),
		commit: async (
			client: Client,
			epoch: number,
			change: Parameters<typeof commitInput>[2] = {}
		): Promise<number> =>
			(await client.api.conversations.commit(commitInput(conversation, epoch, change))).seq,
		/** Has this commit taken back by those who refuse it. */
		async refuse(seq: number, ...clients: Client[]) {
			for (const client of clients) await judge(client, seq, false);
			server.advance(RIPE);
			return judge(clients[0] as Client, seq, false);
		}
	};
}
