package dev.banyan.agent.material;

import com.google.protobuf.ByteString;
import dev.banyan.agent.host.HostException;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.Environment;
import dev.banyan.api.v1.MaterialPart;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.resource.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The material of this agent's tasks. Thread-safe for different tasks; calls for one task come one after the other. */
public final class Materials {
    private static final String ENVIRONMENT = "environment";
    private static final String DRAFT = ".new";

    private final Path directory;
    private final Source source;

    /** Who has material. */
    @FunctionalInterface
    public interface Source {
        /** All parts of a task's material, in order; throws {@link ApiException} when it is refused or nobody answers. */
        List<MaterialPart> open(Resource<TaskSpec, TaskStatus> task);
    }

    /** What became of the wish for material. */
    public sealed interface Outcome {
        /**
         * It is here.
         *
         * @param environment of the container, whole
         * @param mounts what it shows besides
         */
        record Ready(Map<String, String> environment, List<Shown> mounts) implements Outcome {
            public Ready {
                environment = Map.copyOf(environment);
                mounts = List.copyOf(mounts);
            }

            /** Without values. */
            @Override
            public String toString() {
                return "Ready[" + environment.keySet() + ", " + mounts + "]";
            }
        }

        /** No engine gives it now; {@code reason} is for people. */
        record Waiting(String reason) implements Outcome {}

        /** It will not come by waiting. */
        record Refused(String reason) implements Outcome {}
    }

    /** A file or directory of the server that a container shows at {@code target}. */
    public record Shown(Path source, String target, boolean readOnly) {}

    /** Material below {@code directory}, which lies in memory. */
    public Materials(Path directory, Source source) {
        this.directory = directory;
        this.source = source;
    }

    /** Has the material of a task here; asks for it the first time in a boot. */
    public Outcome prepare(Resource<TaskSpec, TaskStatus> task) {
        var container = task.spec().getContainer();
        if (!container.hasSealedEnvironment() && container.getContentMountsCount() == 0) {
            return new Outcome.Ready(container.getEnvironmentMap(), List.of());
        }
        var home = home(task.uid());
        try {
            if (!Files.isDirectory(home)) {
                fetch(task, home);
            }
            return ready(container, home);
        } catch (ApiException refused) {
            return willNotCome(refused.reason())
                    ? new Outcome.Refused(String.valueOf(refused.getMessage()))
                    : new Outcome.Waiting(String.valueOf(refused.getMessage()));
        } catch (IOException | UncheckedIOException failed) {
            return new Outcome.Refused("the material of the task cannot be kept: " + failed.getMessage());
        }
    }

    /** The task is over: nothing of its material stays. */
    public void forget(String taskUid) {
        try {
            Trees.delete(home(taskUid));
            Trees.delete(draft(taskUid));
        } catch (IOException failed) {
            throw new HostException("could not remove the material of a task", failed);
        }
    }

    /** The tasks of which there is material, by uid. */
    public Set<String> uids() {
        try (var names = Files.list(directory)) {
            return names.map(path -> path.getFileName().toString())
                    .map(name -> name.endsWith(DRAFT) ? name.substring(0, name.length() - DRAFT.length()) : name)
                    .collect(Collectors.toSet());
        } catch (NoSuchFileException none) {
            return Set.of();
        } catch (IOException failed) {
            throw new HostException("could not look into " + directory, failed);
        }
    }

    /** Damage, and contents that are gone, stay so; an engine that denies may only not know yet that the task is this agent's. */
    private static boolean willNotCome(Reason reason) {
        return reason == Reason.CORRUPT || reason == Reason.NOT_FOUND || reason == Reason.REJECTED;
    }

    private Path home(String taskUid) {
        return directory.resolve(taskUid);
    }

    private Path draft(String taskUid) {
        return directory.resolve(taskUid + DRAFT);
    }

    private void fetch(Resource<TaskSpec, TaskStatus> task, Path home) throws IOException {
        var variables = Environment.newBuilder();
        var contents = new HashMap<String, ByteString>();
        for (var part : source.open(task)) {
            variables.putAllVariables(part.getVariablesMap());
            if (!part.getContent().isEmpty()) {
                contents.merge(part.getContent(), part.getData(), ByteString::concat);
            }
        }
        var draft = draft(task.uid());
        Trees.delete(draft);
        Trees.directory(draft, 0700);
        Trees.file(draft.resolve(ENVIRONMENT), variables.build().toByteString(), 0600);
        var mounts = task.spec().getContainer().getContentMountsList();
        for (int i = 0; i < mounts.size(); i++) {
            var content = contents.get(mounts.get(i).getContent());
            if (content == null) {
                throw new ApiException(
                        Reason.NOT_FOUND,
                        "the engine did not send what " + mounts.get(i).getName() + " holds");
            }
            place(draft.resolve(Integer.toString(i)), mounts.get(i), content);
        }
        Files.move(draft, home, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void place(Path at, ContentMount mount, ByteString content) throws IOException {
        if (mount.getKind() == ContentMount.Kind.TREE) {
            Trees.unpack(at, content);
            return;
        }
        Trees.file(at, content, mount.getMode());
        Trees.own(at, mount.getUid(), mount.getGid());
    }

    private static Outcome.Ready ready(ContainerSpec container, Path home) throws IOException {
        var environment = new HashMap<>(container.getEnvironmentMap());
        environment.putAll(Environment.parseFrom(Files.readAllBytes(home.resolve(ENVIRONMENT)))
                .getVariablesMap());
        var shown = new ArrayList<Shown>();
        var mounts = container.getContentMountsList();
        for (int i = 0; i < mounts.size(); i++) {
            var mount = mounts.get(i);
            shown.add(new Shown(home.resolve(Integer.toString(i)), mount.getTarget(), mount.getReadOnly()));
        }
        return new Outcome.Ready(environment, shown);
    }
}
