/** Procedures for devices and their key packages. */
import {
	AllDevicesInput,
	ClaimKeyPackagesInput,
	DeviceAbout,
	ListDevicesInput,
	LockDeviceInput,
	PublishKeyPackagesInput,
	RenameDeviceInput,
	RevokeDeviceInput
} from '#shared/contract/devices.ts';
import type { Procedures } from '#server/trpc/procedures.ts';
import type { DevicesService } from './service.ts';

export const createDevicesRouter = ({ router, signedIn }: Procedures, service: DevicesService) =>
	router({
		list: signedIn
			.input(ListDevicesInput)
			.query(({ input, ctx }) => service.list(ctx.caller, input.person)),
		all: signedIn.input(AllDevicesInput).query(({ input }) => service.all(input.after)),
		describe: signedIn
			.input(DeviceAbout)
			.mutation(({ input, ctx }) => service.describe(ctx.caller, input)),
		orders: signedIn.query(({ ctx }) => service.orders(ctx.caller)),
		lock: signedIn
			.input(LockDeviceInput)
			.mutation(({ input, ctx }) => service.lock(ctx.caller, input.id)),
		rename: signedIn
			.input(RenameDeviceInput)
			.mutation(({ input, ctx }) => service.rename(ctx.caller, input.id, input.name)),
		revoke: signedIn
			.input(RevokeDeviceInput)
			.mutation(({ input, ctx }) => service.revoke(ctx.caller, input.id)),
		publishKeyPackages: signedIn
			.input(PublishKeyPackagesInput)
			.mutation(({ input, ctx }) => service.publishKeyPackages(ctx.caller, input)),
		countKeyPackages: signedIn.query(({ ctx }) => service.countKeyPackages(ctx.caller)),
		claimKeyPackages: signedIn
			.input(ClaimKeyPackagesInput)
			.mutation(({ input, ctx }) => service.claimKeyPackages(ctx.caller, input.people))
	});
