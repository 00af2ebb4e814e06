/** Puts the API together: routers, the live connection, jobs. */
import type { Api, Foundation } from './foundation.ts';

export async function createApi({ log }: Foundation): Promise<Api> {
	log.debug('the API has no procedures');
	return {
		async handle(_request, response) {
			response.writeHead(404).end();
		},
		upgrade: (_request, socket) => void socket.destroy(),
		firstAdministratorLink: async () => null,
		close: async () => undefined
	};
}
