/** Rows of key packages (RFC 9420 §10): published once, handed out once. */
import { and, asc, eq, inArray, isNull, lt, not, sql } from 'drizzle-orm';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { keyPackages } from '#server/db/schema/devices.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

const inStore = (device: string) =>
	and(eq(keyPackages.device, device), isNull(keyPackages.claimedAt), not(keyPackages.lastResort));

export const countInStore = (db: ReadDb, device: string) => db.$count(keyPackages, inStore(device));

const toRow = (device: string, encoded: string, at: Date) => {
	const body = Buffer.from(encoded, 'base64url');
	const hash = createHash('sha256').update(body).digest();
	return { device, hash, body, createdAt: at };
};

interface Publication {
	device: string;
	/** base64url */
	packages: string[];
	at: Date;
}

/** A package that is known already, even if handed out since, is left as it is. */
export const insertKeyPackages = (db: WriteDb, { device, packages, at }: Publication) =>
	db
		.insert(keyPackages)
		.values(packages.map((encoded) => ({ ...toRow(device, encoded, at), lastResort: false })))
		.onConflictDoNothing();

/** Replaces the package of last resort. */
export const replaceLastResort = async (
	db: WriteDb,
	{ device, encoded, at }: { device: string; encoded: string; at: Date }
): Promise<void> => {
	await db.delete(keyPackages).where(and(eq(keyPackages.device, device), keyPackages.lastResort));
	await db
		.insert(keyPackages)
		.values({ ...toRow(device, encoded, at), lastResort: true })
		.onConflictDoNothing();
};

export interface Claimed {
	device: string;
	body: Buffer;
}

/** Takes the oldest package of each device out of the store; concurrent claims never get the same. */
export const claimOldest = async (
	db: WriteDb,
	{ devices, at }: { devices: string[]; at: Date }
): Promise<Claimed[]> => {
	const result = await db.execute(sql`
		with chosen as (
			select k.id, k.device, k.body
			from unnest(${sql.param(devices)}::uuid[]) as wanted(device)
			cross join lateral (
				select id, device, body from key_packages
				where device = wanted.device and claimed_at is null and not last_resort
				order by id limit 1
				for update skip locked
			) k
		), taken as (
			update key_packages set claimed_at = ${at.toISOString()}::timestamptz, body = null
			where id in (select id from chosen)
		)
		select device, body from chosen`);
	return result.rows as unknown as Claimed[];
};

export const findLastResorts = async (db: ReadDb, devices: string[]): Promise<Claimed[]> => {
	const rows = await db
		.select({ device: keyPackages.device, body: keyPackages.body })
		.from(keyPackages)
		.where(and(inArray(keyPackages.device, devices), keyPackages.lastResort))
		.orderBy(asc(keyPackages.device));
	return rows.flatMap(({ device, body }) => (body ? [{ device, body }] : []));
};

export const deleteKeyPackages = (db: WriteDb, device: string) =>
	db.delete(keyPackages).where(eq(keyPackages.device, device));

/** Forgets packages that were handed out before `before`: nobody publishes them again. */
export const deleteClaimedBefore = (db: WriteDb, before: Date) =>
	db.delete(keyPackages).where(lt(keyPackages.claimedAt, before));
