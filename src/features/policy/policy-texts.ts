/** What each policy is called, what it means, and how its value reads, in the language of the screen. Knows every policy. */
import type { Policy } from '#shared/contract/policy.ts';
import { m } from '#ui/i18n/compiled/messages.js';

export type PolicyName = keyof Policy;

interface Texts {
	label: () => string;
	hint: () => string;
	value: (policy: Policy) => string;
}

const minutes = (count: number): string =>
	count === 0 ? m.policy_at_once() : m.settings_minutes({ count });
const permission = (isAllowed: boolean): string => (isAllowed ? m.policy_yes() : m.policy_no());

const TEXTS: Record<PolicyName, Texts> = {
	pinLength: {
		label: m.policy_pinLength,
		hint: m.policy_pinLength_hint,
		value: ({ pinLength: count }) => m.policy_characters({ count })
	},
	idleMinutes: {
		label: m.policy_idleMinutes,
		hint: m.policy_idleMinutes_hint,
		value: ({ idleMinutes }) => minutes(idleMinutes)
	},
	backgroundMinutes: {
		label: m.policy_backgroundMinutes,
		hint: m.policy_backgroundMinutes_hint,
		value: ({ backgroundMinutes }) => minutes(backgroundMinutes)
	},
	offlineUnlock: {
		label: m.policy_offlineUnlock,
		hint: m.policy_offlineUnlock_hint,
		value: ({ offlineUnlock }) => permission(offlineUnlock)
	},
	notificationText: {
		label: m.policy_notificationText,
		hint: m.policy_notificationText_hint,
		value: ({ notificationText }) =>
			notificationText === 'none' ? m.policy_notification_none() : m.policy_notification_sender()
	},
	copy: { label: m.policy_copy, hint: m.policy_copy_hint, value: ({ copy }) => permission(copy) },
	downloads: {
		label: m.policy_downloads,
		hint: m.policy_downloads_hint,
		value: ({ downloads }) => permission(downloads)
	},
	sharing: {
		label: m.policy_sharing,
		hint: m.policy_sharing_hint,
		value: ({ sharing }) => permission(sharing)
	},
	maxDevices: {
		label: m.policy_maxDevices,
		hint: m.policy_maxDevices_hint,
		value: ({ maxDevices: count }) => m.policy_devices({ count })
	},
	recoveryByIt: {
		label: m.policy_recoveryByIt,
		hint: m.policy_recoveryByIt_hint,
		value: ({ recoveryByIt }) => permission(recoveryByIt)
	},
	terminalDays: {
		label: m.policy_terminalDays,
		hint: m.policy_terminalDays_hint,
		value: ({ terminalDays: count }) =>
			count === 0 ? m.policy_no_days() : m.policy_days({ count })
	},
	terminalPin: {
		label: m.policy_terminalPin,
		hint: m.policy_terminalPin_hint,
		value: ({ terminalPin }) => permission(terminalPin)
	}
};

/** In the order in which they are read. */
export const POLICY_GROUPS: { title: () => string; names: PolicyName[] }[] = [
	{
		title: m.policy_group_lock,
		names: ['pinLength', 'idleMinutes', 'backgroundMinutes', 'offlineUnlock']
	},
	{
		title: m.policy_group_content,
		names: ['notificationText', 'copy', 'downloads', 'sharing']
	},
	{ title: m.policy_group_devices, names: ['maxDevices', 'recoveryByIt'] },
	{ title: m.policy_group_terminals, names: ['terminalDays', 'terminalPin'] }
];

export const policyLabel = (name: PolicyName): string => TEXTS[name].label();
export const policyHint = (name: PolicyName): string => TEXTS[name].hint();

/** How the value of one policy reads. */
export const policyValue = (name: PolicyName, policy: Policy): string => TEXTS[name].value(policy);
