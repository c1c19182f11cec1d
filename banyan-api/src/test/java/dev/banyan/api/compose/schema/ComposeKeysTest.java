package dev.banyan.api.compose.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.node.JsonPrinter;
import dev.banyan.api.compose.project.Projects;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeKeysTest {
    /** The keys of a service that the Compose Specification has, and Banyan's own. */
    private static final String SERVICE = "annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent"
            + " command configs container_name cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime"
            + " cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt"
            + " dns_search domainname driver_opts entrypoint env_file environment expose extends external_links"
            + " extra_hosts gpus group_add healthcheck hostname image init ipc isolation label_file labels links logging"
            + " mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode networks"
            + " oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_start pre_stop privileged"
            + " profiles provider pull_policy pull_refresh_after read_only restart runtime scale secrets security_opt"
            + " shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket"
            + " user userns_mode uts volumes volumes_from working_dir x-banyan-affinity x-banyan-ignore x-banyan-policy";

    @Test
    void hasEveryKeyOfTheSpecificationAndItsOwn() {
        assertThat(ComposeKeys.SERVICE.keys().keySet()).containsExactly(SERVICE.split(" "));
        assertThat(ComposeKeys.DOCUMENT.keys().keySet())
                .containsExactly(
                        "configs",
                        "include",
                        "models",
                        "name",
                        "networks",
                        "secrets",
                        "services",
                        "version",
                        "volumes",
                        "x-banyan-ignore",
                        "x-banyan-peers",
                        "x-banyan-policy");
    }

    @ParameterizedTest
    @CsvSource({
        "services.*.build,additional_contexts args cache_from cache_to context dockerfile dockerfile_inline entitlements"
                + " extra_hosts isolation labels network no_cache no_cache_filter platforms privileged provenance pull sbom secrets shm_size"
                + " ssh tags target ulimits",
        "services.*.deploy,autoscale endpoint_mode labels mode placement replicas resources restart_policy rollback_config"
                + " update_config",
        "services.*.deploy.update_config,delay failure_action max_failure_ratio monitor order parallelism",
        "services.*.deploy.rollback_config,delay failure_action max_failure_ratio monitor order parallelism",
        "services.*.deploy.restart_policy,condition delay max_attempts window",
        "services.*.deploy.resources.reservations,cpus devices generic_resources memory pids",
        "services.*.healthcheck,disable interval retries start_interval start_period test timeout",
        "services.*.ports.*,app_protocol host_ip mode name protocol published target x-banyan-allow",
        "services.*.volumes.*,bind consistency image read_only source target tmpfs type volume",
        "services.*.volumes.*.bind,create_host_path propagation recursive selinux",
        "services.*.networks.*,aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips"
                + " mac_address priority",
        "services.*.x-banyan-policy.*,allow deny ports",
        "x-banyan-policy.*,allow deny ports to",
        "services.*.develop.watch.*,action exec ignore include initial_sync path target",
        "services.*.pre_start.*,command environment image per_replica privileged user working_dir",
        "networks.*,attachable driver driver_opts enable_ipv4 enable_ipv6 external internal ipam labels name",
        "networks.*.ipam.config.*,aux_addresses gateway ip_range subnet",
        "volumes.*,driver driver_opts external labels name",
        "secrets.*,driver driver_opts environment external file labels name template_driver",
        "configs.*,content environment external file labels name template_driver",
        "include.*,env_file path project_directory"
    })
    void listsTheKeysBelowAPath(String path, String keys) {
        assertThat(ComposeKeys.DOCUMENT.paths().stream()
                        .filter(found -> found.startsWith(path + ".") && found.lastIndexOf('.') == path.length())
                        .map(found -> found.substring(path.length() + 1)))
                .containsExactly(keys.split(" "));
    }

    @Test
    void listsEachPathOnce() {
        var paths = ComposeKeys.DOCUMENT.paths();

        assertThat(new TreeSet<>(paths)).hasSameSizeAs(paths);
        assertThat(paths).hasSizeGreaterThan(250);
    }

    @Test
    void takesAFileWithEverything() {
        var loaded =
                Projects.of(Everything.TEXT).variable("COMPOSE_PROFILES", "p").load();

        var web = loaded.service("web");
        var keys = List.of(SERVICE.split(" "));
        assertThat(loaded.reasons()).isEmpty();
        assertThat(keys.stream().filter(key -> web.member(key).isEmpty()))
                .containsExactlyInAnyOrder("env_file", "extends", "label_file", "network_mode");
    }

    @Test
    void readsWhatItWroteOutAsTheSame() {
        var printed = Projects.of(Everything.TEXT)
                .variable("COMPOSE_PROFILES", "p")
                .load()
                .printed();
        var again = Projects.of(printed).variable("COMPOSE_PROFILES", "p").load();

        assertThat(again.printed()).isEqualTo(printed);
    }

    @Test
    void readsWhatItWroteOutAsJsonAsTheSame() {
        var tree = Projects.of(Everything.TEXT)
                .variable("COMPOSE_PROFILES", "p")
                .load()
                .right()
                .tree();
        var again = Projects.of(JsonPrinter.print(tree))
                .variable("COMPOSE_PROFILES", "p")
                .load()
                .right()
                .tree();

        assertThat(again).matches(tree::same);
    }
}
