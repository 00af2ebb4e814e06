/** What is said of a device, in the language of the screen. */
import type { Device, DeviceAbout, DeviceKind } from '#shared/contract/devices.ts';
import { m } from '#ui/i18n/compiled/messages.js';
import { formatDate, formatLastUse, formatTime } from '#ui/i18n/format.ts';

const KINDS: Record<DeviceKind, () => string> = {
	phone: m.devices_phone,
	tablet: m.devices_tablet,
	desktop: m.devices_desktop,
	bot: m.devices_bot,
	terminal: m.devices_terminal
};

const UNLOCKS: Record<DeviceAbout['unlocks'][number], () => string> = {
	pin: m.devices_unlock_pin,
	pass_phrase: m.devices_unlock_pass_phrase,
	passkey: m.devices_unlock_passkey
};

export const kindText = (kind: DeviceKind): string => KINDS[kind]();

const unlockText = ({ unlocks }: DeviceAbout): string =>
	unlocks.length === 0
		? m.devices_unlock_none()
		: unlocks.map((unlock) => UNLOCKS[unlock]()).join(', ');

const pushText = ({ push, pushedAt }: Device): string => {
	if (!push) return m.devices_push_off();
	if (pushedAt === null) return m.devices_push_untaken();
	return m.devices_push_taken({ date: formatDate(pushedAt), time: formatTime(pushedAt) });
};

/** Open or locked is not among it: the server does not learn that. */
const stateText = ({ revokedAt, wipedAt, isOutOfTries }: Device): string => {
	if (revokedAt === null) {
		return isOutOfTries ? m.devices_state_out_of_tries() : m.devices_state_active();
	}
	const date = formatDate(revokedAt);
	return wipedAt === null
		? m.devices_state_revoked({ date })
		: m.devices_state_wiped({ date, wiped: formatDate(wipedAt) });
};

const moment = (at: number): string => `${formatDate(at)}, ${formatTime(at)}`;

/** All that is known, as names and values in the order of their weight. */
export function detailsOf(device: Device): [name: string, value: string][] {
	const { about, lockAskedAt } = device;
	const unknown = m.devices_unknown();
	return [
		[m.devices_state(), stateText(device)],
		[m.devices_kind(), kindText(device.kind)],
		[m.devices_browser(), about?.browser ?? unknown],
		[
			m.devices_opened_as(),
			about === null ? unknown : about.installed ? m.devices_installed() : m.devices_in_tab()
		],
		[m.devices_unlocks(), about === null ? unknown : unlockText(about)],
		[m.devices_push(), pushText(device)],
		[m.devices_first_use(), moment(device.createdAt)],
		[m.devices_last_used(), formatLastUse(device.lastSeenAt)],
		...(lockAskedAt === null
			? []
			: [[m.devices_lock_asked_label(), moment(lockAskedAt)] as [string, string]])
	];
}

/** Tells devices of one name apart, by id: when each was set up, and by number those of one minute. */
export function tellApart(devices: readonly Device[]): Map<string, string> {
	const alike = new Map<string, Device[]>();
	for (const device of devices) {
		const name = `${device.person} ${device.name.trim().toLowerCase()}`;
		alike.set(name, [...(alike.get(name) ?? []), device]);
	}
	const told = new Map<string, string>();
	for (const group of alike.values()) {
		if (group.length < 2) continue;
		const taken = new Map<string, number>();
		for (const { id, createdAt } of group.toSorted((a, b) => a.createdAt - b.createdAt)) {
			const text = m.devices_set_up_at({
				date: formatDate(createdAt),
				time: formatTime(createdAt)
			});
			const count = (taken.get(text) ?? 0) + 1;
			taken.set(text, count);
			told.set(id, count === 1 ? text : `${text} (${count})`);
		}
	}
	return told;
}
