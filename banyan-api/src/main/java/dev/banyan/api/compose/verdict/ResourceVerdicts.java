package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.schema.ComposeKeys;
import java.util.List;

/** Verdicts on the keys at the top of a file. */
final class ResourceVerdicts {
    private ResourceVerdicts() {}

    static void fill(VerdictTable table) {
        table.honoured("name", "Names the app, under Banyan's rule for names.")
                .honoured("services", "")
                .honoured("include", "Files of this machine.")
                .metadata("version", "Has no meaning any more; a warning says so.")
                .honoured(ComposeKeys.IGNORE, "Refusals that the author accepts, by their paths.")
                .honoured("configs", "Sealed in the store, and files in the memory of the agents that need them.")
                .honoured("secrets", "Sealed in the store, and files in the memory of the agents that need them.")
                .honoured("networks", "See [network](network.md).")
                .honoured(ComposeKeys.PEERS, "Other apps whose services are reached, if they name this one too.")
                .honoured(ComposeKeys.POLICY, "As in a service, for those that `to` names.")
                .honoured("volumes", "Directories of one agent each. See [volumes](volumes.md).")
                .never("models", "Banyan runs no models", "run the model's server as a service");
        table.below("volumes.*")
                .honoured("name", "")
                .honoured("external", "It must be there when the app is admitted.")
                .honoured("labels", "Written when the volume is made.")
                .never("driver", "volumes are directories of agents", "remove it")
                .unless("local", "driver")
                .never(
                        "driver_opts",
                        "volumes are directories of agents; mount network file systems on the servers"
                                + " and bind their paths");
        networks(table.below("networks.*"));
        table.below(ComposeKeys.POLICY + ".*")
                .honoured("to", "Services of the app, or *.")
                .honoured("allow", "Services: web, billing.api of another app, billing.*, or *.")
                .honoured("deny", "Services that may not.")
                .honoured("ports", "Such as 5432 or 53/udp; without it all.");
        for (var section : List.of("configs", "secrets")) {
            table.below(section + ".*")
                    .honoured("file", "Read while loading, on the user's machine.")
                    .honoured("environment", "The caller's variable, or one of .env.")
                    .honoured("external", "The cluster's own of that name, as it is when the app is applied.")
                    .honoured("name", "Of the cluster's own; otherwise for people.")
                    .metadata("labels", "For people.")
                    .never("template_driver", "contents are not rewritten", "write the values into the file");
        }
        table.below("configs.*").honoured("content", "Variables in it are filled in.");
        var driver = "the cluster keeps secrets itself";
        table.below("secrets.*").never("driver", driver, "remove it").never("driver_opts", driver, "remove it");
        table.below("include.*").honoured("path", "").honoured("env_file", "").honoured("project_directory", "");
    }

    private static void networks(VerdictTable network) {
        network.honoured("name", "Shares it with the apps that give one of theirs the same name.")
                .honoured("external", "Like a name.")
                .honoured("internal", "No way out of the cluster.")
                .honoured("driver", "bridge, overlay or default, which mean the same; others are refused.")
                .metadata("labels", "For people.")
                .metadata("attachable", "Whether other tools may join containers to it.")
                .never("enable_ipv4", "containers have IPv4 addresses in any case")
                .unless("true", "enable_ipv4")
                .honoured("enable_ipv6", "Containers have an IPv6 address too. See [network](network.md#ipv6).")
                .never("ipam", "agents give addresses", "remove it")
                .never("driver_opts", "it is an option of Docker's drivers", "remove it");
    }
}
