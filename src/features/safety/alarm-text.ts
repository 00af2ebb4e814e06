/** Says in words what was found out about keys. Owns which words; decides nothing. */
import type { StoredAlarm } from '#core/engine/safety-api.ts';
import { m } from '#ui/i18n/compiled/messages.js';
import { formatStamp } from '#ui/i18n/format.ts';
import { locale } from '#ui/i18n/locale.svelte.ts';

export interface AlarmText {
	title: string;
	/** What it means. */
	text: string;
	/** What to do. */
	advice: string;
	/** `danger` for what nobody should go on working with unasked. */
	tone: 'danger' | 'warning' | 'info';
}

const listed = (names: string[]): string =>
	new Intl.ListFormat(locale.current, { type: 'conjunction' }).format(names);

/** `nameOf` knows people by id; empty for strangers. */
export function alarmText(alarm: StoredAlarm, nameOf: (person: string) => string): AlarmText {
	const named = (person: string): string => nameOf(person) || m.safety_alarm_somebody();
	switch (alarm.type) {
		case 'log-changed':
			return alarm.isEarlier
				? {
						title: m.safety_alarm_set_back_title(),
						text: m.safety_alarm_set_back(),
						advice: m.safety_alarm_set_back_advice(),
						tone: 'warning'
					}
				: {
						title: m.safety_alarm_changed_title(),
						text: m.safety_alarm_changed(),
						advice: m.safety_alarm_changed_advice(),
						tone: 'danger'
					};
		case 'split-view':
			return {
				title: m.safety_alarm_split_title(),
				text: m.safety_alarm_split({ name: named(alarm.person) }),
				advice: m.safety_alarm_split_advice({ name: named(alarm.person) }),
				tone: 'danger'
			};
		case 'other-log':
			return {
				title: m.safety_alarm_other_log_title({ name: named(alarm.person) }),
				text: m.safety_alarm_other_log({ name: named(alarm.person) }),
				advice: m.safety_alarm_split_advice({ name: named(alarm.person) }),
				tone: 'danger'
			};
		case 'foreign-device':
			return {
				title: m.safety_alarm_foreign_device_title(),
				text: alarm.deviceName
					? m.safety_alarm_foreign_device({ device: alarm.deviceName })
					: m.safety_alarm_foreign_device_nameless(),
				advice: m.safety_alarm_foreign_device_advice(),
				tone: 'danger'
			};
		case 'foreign-identity':
			return {
				title: m.safety_alarm_foreign_identity_title(),
				text: m.safety_alarm_foreign_identity(),
				advice: m.safety_alarm_ask_advice(),
				tone: 'danger'
			};
		case 'hidden':
			return {
				title: m.safety_alarm_hidden_title(),
				text: m.safety_alarm_hidden(),
				advice: m.safety_alarm_ask_advice(),
				tone: 'danger'
			};
		case 'false-custodians':
			return {
				title: m.safety_alarm_false_custodians_title(),
				text: m.safety_alarm_false_custodians(),
				advice: m.safety_alarm_ask_advice(),
				tone: 'danger'
			};
		case 'custodians-named':
			return alarm.isOwn
				? {
						title: m.safety_alarm_custodians_title(),
						text: m.safety_alarm_custodians({ people: listed(alarm.people.map(named)) }),
						advice: m.safety_alarm_custodians_advice(),
						tone: 'warning'
					}
				: {
						title: m.safety_alarm_foreign_custodians_title(),
						text: m.safety_alarm_foreign_custodians(),
						advice: m.safety_alarm_ask_advice(),
						tone: 'danger'
					};
		case 'new-device':
			return {
				title: m.safety_alarm_new_device_title({ device: alarm.deviceName }),
				text: m.safety_alarm_new_device(),
				advice: m.safety_alarm_new_device_advice(),
				tone: 'info'
			};
		case 'restored':
			return {
				title: m.safety_alarm_restored_title(),
				text:
					alarm.approvedAt === null
						? m.safety_alarm_restored_unproven()
						: m.safety_alarm_restored({
								people: listed(alarm.by.map(named)),
								time: formatStamp(alarm.approvedAt)
							}),
				advice: alarm.isHere
					? m.safety_alarm_restored_here_advice()
					: m.safety_alarm_restored_advice(),
				tone: alarm.isHere && alarm.approvedAt !== null ? 'info' : 'danger'
			};
		case 'restored-unlogged':
			return {
				title: m.safety_alarm_restored_title(),
				text: m.safety_alarm_restored_unlogged(),
				advice: m.safety_alarm_ask_advice(),
				tone: 'danger'
			};
		case 'started-anew':
			return alarm.confirmedBy === null
				? {
						title: m.safety_alarm_anew_title(),
						text: m.safety_alarm_anew(),
						advice: m.safety_alarm_anew_advice(),
						tone: 'warning'
					}
				: {
						title: m.safety_alarm_anew_confirmed_title(),
						text: m.safety_alarm_anew_confirmed({ name: named(alarm.confirmedBy) }),
						advice: m.safety_alarm_anew_confirmed_advice(),
						tone: 'info'
					};
	}
}
