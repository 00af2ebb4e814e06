/**
 * Somebody who is about to make a group of a size, with everybody whom they add to it. People are real, with certificates
 * that are checked.
 */
import { uuidV4 } from '#core/crypto/uuid.ts';
import { createGroup } from '#core/protocol/join.ts';
import {
	adding,
	enrol,
	makeDevice,
	makePerson,
	makeWorld,
	packageFor
} from '#tests/protocol/people.ts';

export async function gatherGroup(size: number) {
	const world = makeWorld();
	const person = await makePerson(world);
	const [self, tablet] = [await makeDevice(person), await makeDevice(person)];
	const others = await Promise.all(
		Array.from({ length: size - 1 }, async () => {
			const keys = await enrol(world);
			return { keys, keyPackage: await packageFor(keys) };
		})
	);
	const id = uuidV4();
	return {
		world,
		id,
		self,
		/** Of the same person, in no group yet. */
		tablet,
		others,
		/** With nobody else in it. */
		alone: await createGroup({ id, kind: 'group', self, now: world.now() }),
		add: others.map(({ keys, keyPackage }) => adding(keys, keyPackage))
	};
}
