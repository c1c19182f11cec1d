package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.schema.ComposeKeys;

/** Verdicts on the keys at the top of a file. */
final class ResourceVerdicts {
    private ResourceVerdicts() {}

    static void fill(VerdictTable table) {
        table.honoured("name", "Names the app, under Banyan's rule for names.")
                .honoured("services", "")
                .honoured("include", "Files of this machine.")
                .metadata("version", "Has no meaning any more; a warning says so.")
                .honoured(ComposeKeys.IGNORE, "Refusals that the author accepts, by their paths.")
                .later("sealed delivery of files", "configs", "secrets")
                .later("settings of networks", "networks")
                .honoured("volumes", "Directories of one agent each. See [volumes](volumes.md).")
                .never("models", "Banyan runs no models", "run the model's server as a service");
        table.below("volumes.*")
                .honoured("name", "")
                .honoured("external", "It must be there when the app is admitted.")
                .honoured("labels", "Written when the volume is made.")
                .never("driver", "volumes are directories of agents", "remove it")
                .unless("local", "driver")
                .never("driver_opts", "volumes are directories of agents; mount network file systems on the servers"
                        + " and bind their paths");
        table.below("include.*").honoured("path", "").honoured("env_file", "").honoured("project_directory", "");
    }
}
