/** What anyone may know about the authority. */
import type { Authority, AuthorityInfo } from '#shared/contract/authority.ts';
import type { PolicyService } from '#server/modules/policy/service.ts';
import type { Procedures } from '#server/trpc/procedures.ts';

export const createAuthorityRouter = (
	{ router, open }: Procedures,
	{ authority, policy }: { authority: Authority; policy: Pick<PolicyService, 'get'> }
) =>
	router({
		info: open.query(async (): Promise<AuthorityInfo> => {
			const { pinLength, offlineUnlock } = (await policy.get()).policy;
			return { ...authority, pinLength, offlineUnlock };
		})
	});
