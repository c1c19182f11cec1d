package dev.banyan.agent.container.daemon;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a containerd that was killed in the midst of making a sandbox has left: a shim, and in it a process that never became a
 * container. The next containerd forgets them with the sandbox, so that they would stay until the server starts anew.
 *
 * <p>A shim is ended only when all of this is so: it is of this agent's containerd; it is older than the one that runs now, which does not
 * list its sandbox; and it has nothing but processes of runc that have not started a program yet. So nothing that ever ran is ended. Mounts
 * and files of it are taken away by containerd when that starts the next time.
 */
public final class LostShims extends TaskComponent {
    /** They take a few megabytes each and disturb nobody. */
    static final Duration PERIOD = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(LostShims.class);
    private static final Path PROC = Path.of("/proc");
    private static final String PROGRAM = "containerd-shim-runc-v2";

    /** What the kernel calls runc while it makes a container, and the first process of one until it runs its program. */
    private static final Pattern NOT_YET = Pattern.compile("runc|runc:\\[.*");

    private final DaemonDirectory directory;
    private final Sandboxes sandboxes;
    private final Signal never;
    private volatile Health health = Health.ready("nothing looked at yet"); // written by the loop

    /** What containerd lists. */
    @FunctionalInterface
    public interface Sandboxes {
        /**
         * The ids of all sandboxes, of any state.
         *
         * @throws ContainerException when they cannot be listed
         */
        Set<String> known() throws InterruptedException;
    }

    /** A shim and the sandbox that it was started for. */
    private record Shim(ProcessRecord process, String sandbox) {
        boolean ranNothing() {
            return handle().stream().flatMap(ProcessHandle::children).allMatch(child -> NOT_YET.matcher(
                            text(child.pid(), "comm").strip())
                    .matches());
        }

        /** Its processes first: with it they would become children of the server's first. */
        void end() {
            handle().stream().flatMap(ProcessHandle::descendants).forEach(ProcessHandle::destroyForcibly);
            handle().ifPresent(ProcessHandle::destroyForcibly);
        }

        private Optional<ProcessHandle> handle() {
            return process.alive() ? ProcessHandle.of(process.pid()) : Optional.empty();
        }
    }

    /** For the containerd of {@code directory}. */
    public LostShims(Env env, DaemonDirectory directory, Sandboxes sandboxes) {
        super(env, "lost-shims");
        this.directory = directory;
        this.sandboxes = sandboxes;
        this.never = env.signal();
    }

    @Override
    protected void run() throws InterruptedException {
        while (!never.await(PERIOD)) {
            try {
                sweep();
                health = Health.ready("every " + PERIOD.toSeconds() + " s");
            } catch (ContainerException away) {
                health = Health.ready("containerd did not answer: " + away.getMessage());
            }
        }
    }

    @Override
    protected Health working() {
        return health;
    }

    /**
     * Ends those that there are now.
     *
     * @throws ContainerException when containerd does not say what it has; nothing is ended then
     */
    public void sweep() throws InterruptedException {
        var old = old(); // before the list: what comes meanwhile is of the present containerd
        if (old.isEmpty()) {
            return;
        }
        var known = sandboxes.known();
        for (var shim : old) {
            if (!known.contains(shim.sandbox) && shim.ranNothing()) {
                LOG.atWarn()
                        .addKeyValue("pid", shim.process.pid())
                        .addKeyValue("sandbox", shim.sandbox)
                        .log("ending the shim of a sandbox that was never made whole");
                shim.end();
            }
        }
    }

    private List<Shim> old() {
        var running = ProcessRecord.read(directory.processRecord())
                .filter(ProcessRecord::alive)
                .filter(process -> process.hasArgument(directory.config().toString()));
        return running.stream()
                .flatMap(containerd -> ProcessHandle.allProcesses()
                        .flatMap(process -> shim(process.pid()).stream())
                        .filter(shim -> shim.process.startTicks() < containerd.startTicks()))
                .toList();
    }

    private Optional<Shim> shim(long pid) {
        var words = List.of(text(pid, "cmdline").split("\0"));
        int id = words.indexOf("-id") + 1;
        int address = words.indexOf("-address") + 1;
        boolean ours = words.getFirst().endsWith(PROGRAM)
                && id > 0
                && id < words.size()
                && address > 0
                && address < words.size()
                && words.get(address).equals(directory.socket().toString());
        return ours ? ProcessRecord.of(pid).map(process -> new Shim(process, words.get(id))) : Optional.empty();
    }

    private static String text(long pid, String file) {
        try {
            return new String(Files.readAllBytes(PROC.resolve(pid + "/" + file)), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }
}
