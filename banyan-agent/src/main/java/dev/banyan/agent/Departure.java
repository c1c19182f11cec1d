package dev.banyan.agent;

import dev.banyan.agent.container.containerd.ContainerdRuntime;
import dev.banyan.agent.container.containerd.EnvironmentFiles;
import dev.banyan.agent.container.daemon.ContainerdChild;
import dev.banyan.agent.container.daemon.DaemonDirectory;
import dev.banyan.agent.container.daemon.DaemonSettings;
import dev.banyan.agent.container.daemon.HostPrograms;
import dev.banyan.agent.container.daemon.LostShims;
import dev.banyan.agent.container.daemon.PauseImage;
import dev.banyan.agent.dns.NamesRules;
import dev.banyan.agent.firewall.LegacyFirewall;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.HostCommand;
import dev.banyan.agent.isolation.IsolationRules;
import dev.banyan.agent.leave.Flows;
import dev.banyan.agent.leave.LastStop;
import dev.banyan.agent.leave.Remains;
import dev.banyan.agent.material.MemoryDirectory;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.proxy.NftablesProxy;
import dev.banyan.agent.session.Membership;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.config.Settings;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.wire.ApiException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes a server out of its cluster: what the agent made on it goes, and the server is as it was found. What is needed to find the rest goes
 * last, so that a departure that was cut off is begun again. Assembly only.
 */
final class Departure {
    private static final Duration CONTAINERD_READY = Duration.ofSeconds(30);

    /** Of a hierarchy of its own for each controller, and of the unified one. */
    private static final List<Path> GROUP_ROOTS = List.of(Path.of("/sys/fs/cgroup"));

    /** What an engine says to one that the cluster does not know any more: also in answer to the removal itself. */
    private static final String REMOVED = "was removed from the cluster";

    private final Env env;
    private final Settings settings;
    private final List<String> engines;
    private final Path data;
    private final CredentialsDirectory credentials;
    private final HostCommand commands;
    private final Remains remains;
    private final PrintStream out;

    /** @param engines that may be told; may be empty */
    Departure(Env env, Settings settings, List<String> engines, PrintStream out) {
        this.env = env;
        this.settings = settings;
        this.engines = List.copyOf(engines);
        this.data = Path.of(settings.text(AgentOptions.DATA)).toAbsolutePath();
        this.credentials = new CredentialsDirectory(data.resolve("identity"));
        this.commands = new HostCommand(env.tasks());
        this.remains = new Remains(commands);
        this.out = out;
    }

    /**
     * Leaves.
     *
     * @throws IllegalStateException when there is nothing to leave
     */
    void run() throws InterruptedException {
        var member = Membership.kept(new CheckedFile(data.resolve("membership")));
        var held = credentials.load();
        if (member.isEmpty() && held.isEmpty()) {
            throw new IllegalStateException("no agent is in " + data + "; nothing was changed");
        }
        if (member.isPresent() && held.isPresent()) {
            leave(member.get(), held.get());
        }
        files(held);
    }

    private void leave(Membership member, Credentials own) throws InterruptedException {
        var run = runDirectory(member);
        var containerd = new DaemonDirectory(data.resolve("containerd"), run);
        // Once its directory is gone, all containers are.
        if (Files.isDirectory(containerd.data())) {
            containers(containerd, own);
        }
        kernel(member, own);
        remains.remove(run);
        remains.remove(containerd.data());
        groups(own.identity().name());
    }

    private void containers(DaemonDirectory directory, Credentials own) throws InterruptedException {
        var programs = HostPrograms.OF_DEBIAN;
        var pause = PauseImage.around(programs.catatonit());
        var child = new ContainerdChild(DaemonSettings.of(directory, programs, pause.name()), env);
        // It also takes the lock: an agent that runs would make again what is taken away here.
        child.start();
        tell(own);
        if (!child.awaitReady(CONTAINERD_READY)) {
            throw new IllegalStateException("containerd did not answer within " + CONTAINERD_READY
                    + ", so that containers may still run; see its log below " + directory.data());
        }
        var memory = MemoryDirectory.within(directory.memory(), "environments");
        var helpers = new ContainerdRuntime.Helpers(programs.catatonit(), new EnvironmentFiles(memory));
        try (var runtime =
                ContainerdRuntime.at(directory.socket(), env, own.identity().cluster(), helpers)) {
            Agent.awaitCri(env, runtime);
            out.println("stopped " + new LastStop(env, runtime).run() + " containers");
            new LostShims(env, directory, () -> Agent.sandboxes(runtime)).sweep();
        }
        child.terminate();
    }

    /** Others stop sending here, and replace what ran here. */
    private void tell(Credentials own) {
        var name = own.identity().name();
        if (engines.isEmpty()) {
            notTold(name, "none is known");
            return;
        }
        try (var client = BanyanClient.open(new OwnKey(own), engines, env)) {
            var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
            var self = client.store().get(key, ReadAt.LATEST);
            var gone = self.map(agent -> client.store()
                            .commit(Commit.of(new Write.Delete(key, agent.meta().uid()))))
                    .map(outcome -> outcome.written() ? "" : outcome.toString())
                    .orElse("");
            if (gone.isEmpty() || gone.contains(REMOVED)) {
                out.println("the cluster knows that " + name + " has left");
            } else {
                notTold(name, gone);
            }
        } catch (ApiException | StoreException refused) {
            var why = String.valueOf(refused.getMessage());
            if (why.contains(REMOVED)) {
                out.println("the cluster knows that " + name + " has left");
            } else {
                notTold(name, why);
            }
        }
    }

    private void notTold(String name, String why) {
        out.println("no engine was told (" + why + "); if the cluster goes on, run there: banyan-cli agents remove "
                + name);
    }

    /** Whichever overlay there was: without a tunnel there is none to remove. */
    private void kernel(Membership member, Credentials own) throws InterruptedException {
        var id = Duties.shortId(member);
        var ranges = Duties.ranges(member, own.identity().cluster(), true);
        new LegacyFirewall(id, commands, ranges, LegacyFirewall.NETWORK).remove();
        new NamesRules(id, commands, ranges).remove();
        new NftablesProxy(env.tasks(), id, commands, data).remove();
        new PlainRoutes(id, commands, data).remove();
        new IsolationRules(id, commands, ranges).remove();
        new Flows(commands).forget(ranges);
        out.println("removed rules, routes, interfaces and settings of the kernel");
    }

    private void groups(String name) {
        for (var root : GROUP_ROOTS) {
            try (var below = Files.list(root)) {
                Stream.concat(Stream.of(root), below)
                        .map(hierarchy -> hierarchy.resolve("banyan").resolve(name))
                        .forEach(remains::removeGroups);
            } catch (IOException none) {
                // A server without control groups has none of ours.
            }
        }
    }

    /** The identity goes last: without it nobody could begin again. */
    private void files(Optional<Credentials> held) throws InterruptedException {
        remains.clear(Path.of(settings.text(AgentOptions.LOGS)));
        var volumes = data.resolve("volumes");
        boolean keeps = hasEntries(volumes.resolve("named"));
        for (var entry : List.of(
                "names",
                "isolation",
                "proxy-set",
                "overlay-plan",
                "kernel-settings",
                "wireguard-link",
                "image-use",
                "kept",
                "hosts",
                "assignments")) {
            remains.remove(data.resolve(entry));
        }
        if (!keeps) {
            remains.remove(volumes);
        }
        remains.remove(data.resolve("engines"));
        remains.remove(data.resolve("membership"));
        remains.remove(data.resolve("identity"));
        rest(keeps);
        out.println(held.map(own -> own.identity().name()).orElse("the agent") + " has left"
                + (keeps ? "; the data of volumes stays in " + volumes : ""));
    }

    private void rest(boolean keepsVolumes) throws InterruptedException {
        try (var entries = Files.list(data)) {
            for (var entry : entries.toList()) {
                if (!keepsVolumes || !entry.endsWith("volumes")) {
                    remains.remove(entry);
                }
            }
        } catch (IOException gone) {
            return;
        }
        remains.removeIfEmpty(data);
    }

    private static boolean hasEntries(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.findAny().isPresent();
        } catch (IOException none) {
            return false;
        }
    }

    private Path runDirectory(Membership member) {
        return Agent.runDirectory(settings, member);
    }
}
