/** What anyone may know about the authority. */
import type { AuthorityInfo } from '#shared/contract/authority.ts';
import type { Procedures } from '#server/trpc/procedures.ts';

export const createAuthorityRouter = ({ router, open }: Procedures, info: AuthorityInfo) =>
	router({ info: open.query(() => info) });
