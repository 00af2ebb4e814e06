/** Rows of devices. */
import { and, asc, count, eq, gt, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { DeviceAbout } from '#shared/contract/devices.ts';
import { devices } from '#server/db/schema/devices.ts';
import { pushSubscriptions } from '#server/db/schema/notifications.ts';
import { unlockShares } from '#server/db/schema/unlock.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export const findDevice = async (db: ReadDb, id: string) => {
	const [row] = await db.select().from(devices).where(eq(devices.id, id));
	return row;
};

const sharesOf = sql`from ${unlockShares} where ${unlockShares.device} = ${devices.id}`;
/** Whether wrong PINs destroyed its share, and it had no other since, not even one that ended with the device. */
const isOutOfTries = sql<boolean>`(
	exists (select 1 ${sharesOf} and ${unlockShares.destroyedBy} = 'tries')
	and not exists (
		select 1 ${sharesOf} and coalesce(${unlockShares.destroyedBy}, 'revoked') = 'revoked'
	)
)`;

export const findOutOfTries = async (db: ReadDb, id: string): Promise<boolean> => {
	const [row] = await db.select({ isOutOfTries }).from(devices).where(eq(devices.id, id));
	return row?.isOutOfTries ?? false;
};

const withState = (db: ReadDb) =>
	db
		.select({
			device: devices,
			subscription: { device: pushSubscriptions.device, takenAt: pushSubscriptions.takenAt },
			isOutOfTries
		})
		.from(devices)
		.leftJoin(pushSubscriptions, eq(pushSubscriptions.device, devices.id))
		.$dynamic();

export const findDevicesOf = (db: ReadDb, person: string) =>
	withState(db).where(eq(devices.person, person)).orderBy(asc(devices.createdAt));

/** Of everybody, by id; without terminals, whose visits are their visitors' business. */
export const findDevicesAfter = (db: ReadDb, after: string | undefined, limit: number) =>
	withState(db)
		.where(
			and(ne(devices.kind, 'terminal'), after === undefined ? undefined : gt(devices.id, after))
		)
		.orderBy(asc(devices.id))
		.limit(limit);

export const describeDevice = (db: WriteDb, id: string, about: DeviceAbout) =>
	db.update(devices).set(about).where(eq(devices.id, id));

export const askToLock = (db: WriteDb, id: string, at: Date) =>
	db.update(devices).set({ lockAskedAt: at }).where(eq(devices.id, id));

/** The first time counts. */
export const markWiped = (db: WriteDb, id: string, at: Date) =>
	db
		.update(devices)
		.set({ wipedAt: at })
		.where(and(eq(devices.id, id), isNull(devices.wipedAt)));

/** Devices of these people that are not revoked. */
export const findActiveDevices = (db: ReadDb, people: string[]) =>
	db
		.select({ id: devices.id, person: devices.person })
		.from(devices)
		.where(and(inArray(devices.person, people), isNull(devices.revokedAt)));

/** The same, by the devices' own ids. */
export const findActiveDevicesById = (db: ReadDb, ids: string[]) =>
	db
		.select({ id: devices.id, person: devices.person })
		.from(devices)
		.where(and(inArray(devices.id, ids), isNull(devices.revokedAt)));

/** Devices of a person that are there for longer than a visit: without terminals and revoked ones. */
export const countLastingDevices = async (db: ReadDb, person: string): Promise<number> => {
	const [row] = await db
		.select({ total: count() })
		.from(devices)
		.where(
			and(eq(devices.person, person), isNull(devices.revokedAt), ne(devices.kind, 'terminal'))
		);
	return row?.total ?? 0;
};

export const insertDevice = (db: WriteDb, row: typeof devices.$inferInsert) =>
	db.insert(devices).values(row);

export const renameDevice = (db: WriteDb, id: string, name: string) =>
	db.update(devices).set({ name }).where(eq(devices.id, id));

/** True if it was not revoked before. */
export const markRevoked = async (db: WriteDb, id: string, at: Date): Promise<boolean> => {
	const marked = await db
		.update(devices)
		.set({ revokedAt: at })
		.where(and(eq(devices.id, id), isNull(devices.revokedAt)))
		.returning({ id: devices.id });
	return marked.length > 0;
};
