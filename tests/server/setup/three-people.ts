/** The usual cast: a server with Ada, who administers it, Bert and Cora, each with one device. */
import { startApiServer } from './api-server.ts';
import { invite, join, tokenOf } from './client.ts';

export const startWithThree = async () => {
	const server = await startApiServer();
	const ada = await join(server.origin, tokenOf(await server.firstSecret()));
	const bert = await invite(server.origin, ada, { name: 'Bert' });
	const cora = await invite(server.origin, ada, { name: 'Cora' });
	return { server, ada, bert, cora };
};
