package dev.banyan.api.compose.verdict;

/** Verdicts on how many, how large, where, and how it is changed. */
final class DeployVerdicts {
    private static final String CHANGES = "changes in steps";
    private static final String EITHER = "Like \"%s\"; where both are given they must agree.";

    private DeployVerdicts() {}

    static void fill(VerdictTable service) {
        top(service);
        deploy(service.below("deploy"));
    }

    private static void top(VerdictTable service) {
        service.honoured("scale", either("deploy.replicas"))
                .honoured("cpus", either("deploy.resources.limits.cpus"))
                .honoured(
                        "cpu_quota", "Of each cpu_period: says the same as cpus. Where both are given they must agree.")
                .honoured("cpu_period", "100ms by default.")
                .honoured("mem_limit", either("deploy.resources.limits.memory"))
                .honoured("mem_reservation", either("deploy.resources.reservations.memory"))
                .honoured("pids_limit", either("deploy.resources.limits.pids") + " 0 and -1 are no limit.")
                .honoured("platform", "Agents of another are left out. " + either("deploy.placement.platform"))
                .honoured("deploy", "");
    }

    private static String either(String other) {
        return EITHER.formatted(other);
    }

    private static void deploy(VerdictTable deploy) {
        deploy.later("scaling by load", "autoscale")
                .honoured(
                        "endpoint_mode",
                        "vip, or dnsrr: names lead to the replicas; ports are published in mode host alone.")
                .honoured("labels", "Shown by banyan-cli status; not given to containers.")
                .honoured("mode", "replicated and global; jobs are refused.")
                .honoured("placement", "")
                .honoured("replicas", "0 to 1000.")
                .honoured("resources", "")
                .honoured("restart_policy", "Wins over \"restart\".")
                .later(CHANGES, "rollback_config", "update_config");
        deploy.below("placement")
                .honoured(
                        "constraints",
                        "== and != of node.hostname (the agent's name), node.id, node.labels.NAME, node.platform.os and"
                                + " node.platform.arch; all are workers.")
                .honoured("max_replicas_per_node", "")
                .honoured("node", "Banyan's own: globs of agents' names, of which one must match.")
                .honoured("platform", "Banyan's own: agents of another are left out.")
                .honoured("preferences", "The first counts most; agents without the label are a group of their own.");
        deploy.below("placement.preferences.*").honoured("spread", "node.labels.NAME.");
        deploy.below("restart_policy")
                .honoured("condition", "")
                .honoured("delay", "Before each restart. Without it 0, 1, 2, 4 ... 60 s after failures in a row.")
                .honoured("max_attempts", "Restarts, of which 0 is without limit; a window says which count.")
                .honoured(
                        "window",
                        "A start that lasts so long has succeeded, and max_attempts counts anew. Without it each counts.");
        amounts(deploy.below("resources"));
    }

    private static void amounts(VerdictTable resources) {
        resources.honoured("limits", "").honoured("reservations", "Agents without so much to spare are left out.");
        resources.below("limits").honoured("cpus", "").honoured("memory", "").honoured("pids", "");
        resources
                .below("reservations")
                .honoured("cpus", "")
                .honoured("memory", "")
                .honoured("pids", "")
                .honoured("devices", "Whole, and nobody else's meanwhile. See [devices](devices.md).")
                .honoured("generic_resources", "Devices of agents by number. See [devices](devices.md).");
        device(resources.below("reservations.devices.*"));
        var generic = resources.below("reservations.generic_resources.*");
        generic.honoured("discrete_resource_spec", "");
        generic.below("discrete_resource_spec")
                .honoured("kind", "A kind of devices such as nvidia.com/gpu, or a class such as gpu of any vendor.")
                .honoured("value", "How many.");
    }

    /** A request for devices, here or under {@code gpus}. */
    static void device(VerdictTable request) {
        request.honoured("capabilities", "Of which one is the class, such as gpu.")
                .honoured("count", "all by default.")
                .honoured("device_ids", "Names of devices within their kind.")
                .honoured(
                        "driver",
                        "nvidia, amd, intel or a vendor such as example.com; with cdi the names are whole ones.")
                .never("options", "it is for Docker's drivers");
    }
}
