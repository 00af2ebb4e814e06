/** Commands that pass to the server or the settings: invitations, people, devices, push. */
import type { Device, DevicePage } from '#shared/contract/devices.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { Sync } from '#core/sync/sync.ts';
import type { Commands, Settings } from './api.ts';
import type { ConversationCommands } from './commands.ts';
import type { LinkingCommands } from './linking-commands.ts';
import type { RecoveryCommands } from './recovery-commands.ts';
import type { SafetyCommands } from './safety-api.ts';
import type { TerminalCommands } from './terminal-commands.ts';
import { newInvitationSecret } from './invitation-secrets.ts';
import { DEFAULT_SETTINGS } from './presenting.ts';

type ServiceCommands = {
	[
		Each in Exclude<
			keyof Commands,
			| keyof ConversationCommands
			| keyof LinkingCommands
			| keyof RecoveryCommands
			| keyof SafetyCommands
			| keyof TerminalCommands
		>
	]: (input: Commands[Each]['input']) => Promise<Commands[Each]['output']>;
};

const isSetting = (name: string): name is keyof Settings => Object.hasOwn(DEFAULT_SETTINGS, name);

export function serviceCommands(sync: Sync, origin: string): ServiceCommands {
	const { server, store, directory, policy } = sync.context;
	return {
		listInvitations: () => server.call(({ enrolment }) => enrolment.list()),
		async createInvitation(input) {
			const { link, tokenHash } = newInvitationSecret(origin);
			const id = uuidV4();
			const invitation = await server.call(({ enrolment }) =>
				enrolment.create({ ...input, id, tokenHash })
			);
			return { invitation, link };
		},
		async reissueInvitation({ id: replaces, validHours }) {
			const { link, tokenHash } = newInvitationSecret(origin);
			const id = uuidV4();
			const invitation = await server.call(({ enrolment }) =>
				enrolment.reissue({ id, replaces, tokenHash, validHours })
			);
			return { invitation, link };
		},
		revokeInvitation: (input) => server.call(({ enrolment }) => enrolment.revoke(input)),
		async updatePerson(input) {
			await server.call((transport) => transport.directory.update(input));
			await directory.refresh();
		},
		setPolicy: (input) => policy.set(input),
		listPolicyChanges: () => server.call((transport) => transport.policy.changes()),
		async listAllDevices() {
			const devices: Device[] = [];
			let next: string | null = null;
			do {
				const from: { after?: string } = next === null ? {} : { after: next };
				const page: DevicePage = await server.call((calls) => calls.devices.all(from));
				devices.push(...page.devices);
				({ next } = page);
			} while (next !== null);
			return devices;
		},
		describeDevice: (input) => server.call(({ devices }) => devices.describe(input)),
		lockDevice: (input) => server.call(({ devices }) => devices.lock(input)),
		listDevices: (input) => server.call(({ devices }) => devices.list(input)),
		renameDevice: (input) => server.call(({ devices }) => devices.rename(input)),
		revokeDevice: (input) => server.call(({ devices }) => devices.revoke(input)),
		subscribePush: (input) => server.call(({ notifications }) => notifications.subscribe(input)),
		unsubscribePush: () => server.call(({ notifications }) => notifications.unsubscribe()),
		testPush: () => server.call(({ notifications }) => notifications.test()),
		async saveSettings(change) {
			if (!Object.keys(change).every(isSetting)) throw new DienstwegError('bad_request');
			await store.write(['facts'], async ({ facts }) => {
				const known = await facts.get('settings');
				const settings = known?.name === 'settings' ? known : DEFAULT_SETTINGS;
				await facts.put({ ...settings, ...change, name: 'settings' });
			});
			if ('readReceipts' in change) await sync.context.shared.settings.tell();
		},
		wake: async () => sync.wake()
	};
}
