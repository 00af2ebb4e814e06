/** Whether a new device is being set up in this tab: its page stays while the container's phase changes halfway. */
class Newcomer {
	here = $state(false);
}

export const newcomer = new Newcomer();
